#pragma once

// A TFTP server over a map of files, and a raw client's words for it.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/tftp_server.h"
#include "support/udp.h"
#include "wire/tftp/packet.h"

namespace onhook::net {

namespace tftp = wire::tftp;
using support::UdpDatagram;
using support::UdpEndpoint;
using support::UdpPeer;
using tftp::Outcome;

inline std::string text_of(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; bytes.size() < size; ++i) {
        bytes += fmt::format("{} <Profile_Rule ua=\"na\"/>\r\n", i);
    }
    bytes.resize(size);
    return bytes;
}

inline std::string read_request(std::string name,
                                std::vector<tftp::Option> options = {},
                                tftp::Mode mode = tftp::Mode::octet) {
    return encode(tftp::Request{tftp::Operation::read, std::move(name), mode, std::move(options)});
}

inline std::string ack(std::uint16_t block) { return encode(tftp::Ack{block}); }

template <typename T>
T as(const std::optional<UdpDatagram>& datagram) {
    if (!datagram) {
        ADD_FAILURE() << "nothing came";
        return {};
    }
    const auto packet = tftp::decode(datagram->bytes);
    if (!packet || !std::holds_alternative<T>(*packet)) {
        ADD_FAILURE() << "another packet came";
        return {};
    }
    return std::get<T>(*packet);
}

// A server over a map of files, and what it reported.
class TftpServerTest : public testing::Test {
  protected:
    ~TftpServerTest() override { stop(); }

    void serve(TftpListen settings = {}) {
        settings.port = 0;
        loop_.inside([&](Loop& loop) {
            auto server = TftpServer::listen(
                loop,
                settings,
                [this](const TftpRequest& request, const TftpRespond& respond) {
                    on_request(request, respond);
                },
                [this](TftpReport report) { on_end(std::move(report)); });
            EXPECT_TRUE(server) << server.error().detail;
            server_ = *std::move(server);
            port_ = server_->port();
        });
    }

    void stop() {
        loop_.inside([this](Loop&) { server_.reset(); });
    }

    [[nodiscard]] UdpEndpoint server(const std::string& address = "127.0.0.1") const {
        return UdpEndpoint(address, port_);
    }

    [[nodiscard]] TftpReport next_report() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, 10s, [this] { return !reports_.empty(); })) {
            ADD_FAILURE() << "no report";
            return {};
        }
        TftpReport report = std::move(reports_.front());
        reports_.pop_front();
        return report;
    }

    [[nodiscard]] std::vector<TftpRequest> requests() {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

    // A whole transfer of a well-behaved client, from the request to the last ACK.
    [[nodiscard]] std::string fetch(const UdpPeer& client,
                                    const std::string& request,
                                    const UdpEndpoint& from) const {
        client.send(request, from);
        std::string file;
        std::size_t block_size = tftp::default_block;
        for (;;) {
            const auto datagram = client.receive();
            const auto packet =
                datagram ? tftp::decode(datagram->bytes) : Failure{ParseError{0, "a datagram"}};
            if (!packet) {
                ADD_FAILURE() << "the transfer broke off";
                return file;
            }
            EXPECT_NE(datagram->from.port(), port_);
            EXPECT_EQ(datagram->from.address(), from.address());
            if (const auto* options = std::get_if<tftp::OptionAck>(&*packet)) {
                block_size = std::stoul(options->options.front().value);
                client.send(ack(0), datagram->from);
                continue;
            }
            const auto data = as<tftp::Data>(datagram);
            file += data.bytes;
            client.send(ack(data.block), datagram->from);
            if (data.bytes.size() < block_size) {
                return file;
            }
        }
    }

    support::RunningLoop loop_;
    std::unique_ptr<TftpServer> server_;
    std::uint16_t port_ = 0;
    std::map<std::string, std::string> files_;

  private:
    void on_request(const TftpRequest& request, const TftpRespond& respond) {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        const auto file = files_.find(request.filename);
        if (file == files_.end()) {
            respond(TftpRefusal{tftp::ErrorCode::file_not_found, "File not found"});
        } else {
            respond(std::make_shared<const std::string>(file->second));
        }
    }

    void on_end(TftpReport report) {
        const std::lock_guard lock(mutex_);
        reports_.push_back(std::move(report));
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<TftpReport> reports_;
    std::vector<TftpRequest> requests_;
};

}  // namespace onhook::net
