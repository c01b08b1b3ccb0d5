#pragma once

// Inside src/net only: one transfer of the client's side of TFTP.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "net/asio.h"
#include "net/loop.h"
#include "wire/tftp/client_session.h"

namespace onhook::net {

// A socket around a client session. Nobody has to hold it while it runs, and after its end it
// lives on by itself for as long as a lost last ACK may have to be repeated.
class TftpClientTransfer : public std::enable_shared_from_this<TftpClientTransfer> {
  public:
    struct Events {
        // No: nobody wants the rest. Neither is called after close().
        std::function<bool(std::uint64_t)> announced;  // the file's size
        std::function<bool(std::string_view)> taken;   // its next bytes
        // Once, last: nothing of it is called any more, and not after close() or a no.
        std::function<void(const wire::tftp::client::Finished&)> ended;
        // After a no, instead of `ended`.
        std::function<void()> unwanted;
    };

    // `server` is where the session's requests go.
    TftpClientTransfer(Loop& loop,
                       const boost::asio::ip::udp::endpoint& server,
                       wire::tftp::client::Session session,
                       Events events);

    // Calls `ended` at the earliest from the loop. False when the system gives no socket.
    // `turn` counts the transfers of one owner.
    [[nodiscard]] bool start(std::uint16_t& turn);
    // Tells the server, unless the transfer has ended, and leaves the port.
    void close(wire::tftp::ErrorCode why = wire::tftp::ErrorCode::undefined);

  private:
    [[nodiscard]] bool open_socket(std::uint16_t& turn);
    void receive();
    void step(const wire::tftp::client::Event& event);
    void perform(const wire::tftp::client::Send& action);
    void perform(const wire::tftp::client::Announce& action);
    void perform(const wire::tftp::client::Deliver& action);
    void perform(const wire::tftp::client::Finished& action);
    void refuse();

    Timer timer_;
    boost::asio::ip::udp::socket socket_;
    boost::asio::ip::udp::endpoint server_;
    wire::tftp::client::Session session_;
    Events events_;
    boost::asio::ip::udp::endpoint from_;
    // More than a block that was agreed on: a longer datagram is seen to be too long.
    std::array<char, 2048> buffer_{};
    bool told_ = false;  // the owner hears of nothing any more
};

}  // namespace onhook::net
