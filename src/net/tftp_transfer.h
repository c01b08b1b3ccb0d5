#pragma once

// Inside src/net only: one request of a TFTP client, from its arrival to its end.
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/asio.h"
#include "net/loop.h"
#include "net/tftp_server.h"
#include "wire/tftp/server_session.h"

namespace onhook::net {

// Who asked whom for what.
struct TftpClient {
    boost::asio::ip::udp::endpoint peer;
    boost::asio::ip::address local;  // answers come from this address
    wire::tftp::Request request;
};

class TftpTransfer : public std::enable_shared_from_this<TftpTransfer> {
  public:
    // Called once, last, unless close() came before.
    using OnEnd = std::function<void(TftpTransfer&, TftpReport)>;

    TftpTransfer(Loop& loop, TftpClient client, const wire::tftp::Policy& policy, OnEnd on_end);

    // Refuses when no answer has come until then.
    void await_answer(TimePoint deadline);
    // The first answer counts.
    void answer(const TftpAnswer& answer);
    void close();

    [[nodiscard]] const TftpClient& client() const noexcept { return client_; }

    [[nodiscard]] bool answered() const noexcept { return answered_; }

    [[nodiscard]] TimePoint opened_at() const noexcept { return opened_at_; }

  private:
    [[nodiscard]] bool open_socket();
    void send(const std::string& bytes, const boost::asio::ip::udp::endpoint& to);
    void receive();
    void on_datagram(std::size_t size);
    void step(const wire::tftp::Event& event);
    void refuse(const TftpRefusal& refusal);
    void end(wire::tftp::Outcome outcome, std::uint64_t bytes, std::string detail);

    TftpClient client_;
    wire::tftp::Policy policy_;
    OnEnd on_end_;
    TimePoint opened_at_;
    Timer timer_;
    boost::asio::ip::udp::socket socket_;
    boost::asio::ip::udp::endpoint from_;
    std::array<char, 1024> buffer_{};  // an ACK has 4 bytes; an ERROR may be wordy
    std::optional<wire::tftp::ServerSession> session_;
    bool answered_ = false;
    bool ended_ = false;
};

}  // namespace onhook::net
