#pragma once

// SRV look-ups whose name server is the test: it reads the question and writes the answer.
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "base/text.h"
#include "net/srv_lookup.h"
#include "support/loopback.h"
#include "support/udp.h"

namespace onhook::net {

using support::UdpDatagram;
using support::UdpPeer;

inline constexpr std::string_view asked_name = "_ciscoprov-http._tcp.example.test";
inline constexpr std::uint16_t srv_type = 33;

inline std::string two_octets(std::size_t value) {
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

// RFC 1035 3.1; "" is the root.
inline std::string dns_name(std::string_view text) {
    std::string bytes;
    for (const std::string_view label : split(text, '.')) {
        if (!label.empty()) {
            bytes += static_cast<char>(label.size());
            bytes += label;
        }
    }
    return bytes + '\0';
}

// A record of the name that was asked for.
inline std::string dns_record(std::uint16_t type, const std::string& data) {
    return "\xC0\x0C" + two_octets(type) + two_octets(1) + two_octets(0) + two_octets(60) +
           two_octets(data.size()) + data;
}

inline std::string srv_data(const SrvRecord& record) {
    return two_octets(record.priority) + two_octets(record.weight) + two_octets(record.port) +
           dns_name(record.host);
}

// What a name server says to `question`: the result's code in `flags`.
inline std::string dns_reply(const UdpDatagram& question,
                             const std::vector<std::string>& records,
                             std::size_t flags = 0x8180) {
    std::string bytes = question.bytes.substr(0, 2) + two_octets(flags) + two_octets(1) +
                        two_octets(records.size()) + std::string(4, '\0') +
                        question.bytes.substr(12);
    for (const std::string& record : records) {
        bytes += record;
    }
    return bytes;
}

inline std::string srv_reply(const UdpDatagram& question, const std::vector<SrvRecord>& records) {
    std::vector<std::string> bytes;
    for (const SrvRecord& record : records) {
        bytes.push_back(dns_record(srv_type, srv_data(record)));
    }
    return dns_reply(question, bytes);
}

inline constexpr std::size_t no_such_name = 0x8183;

// The test is the name server, unless it keeps silent.
class SrvLookupTest : public ::testing::Test {
  protected:
    void ask(SrvQuestion question) {
        while (server_.receive(0ms)) {  // what an earlier look-up asked again
        }
        if (!question.server) {
            question.server = NameServer{"127.0.0.1", server_.port()};
        }
        lookup_ = thread_.held(thread_.on_loop([&] {
            answer_ = {};
            return std::make_unique<SrvLookup>(
                thread_.loop(), std::move(question), [this](SrvAnswer answer) {
                    answer_.set_value(std::move(answer));
                });
        }));
    }

    void ask() { ask({.name = std::string(asked_name)}); }

    [[nodiscard]] SrvAnswer answer() {
        auto future = answer_.get_future();
        if (future.wait_for(10s) != std::future_status::ready) {
            ADD_FAILURE() << "no answer came";
            return {};
        }
        return future.get();
    }

    [[nodiscard]] UdpDatagram question() const {
        const auto asked = server_.receive();
        CHECK(asked.has_value() && asked->bytes.size() > 12);
        return *asked;
    }

    // Looks up and gives the answer that `reply` makes of the question.
    template <typename Reply>
    [[nodiscard]] SrvAnswer answer_to(const Reply& reply) {
        ask();
        const UdpDatagram asked = question();
        server_.send(reply(asked), asked.from);
        return answer();
    }

    support::LoopThread thread_;
    UdpPeer server_;
    std::promise<SrvAnswer> answer_;
    support::LoopThread::Held<SrvLookup> lookup_;
};

}  // namespace onhook::net
