#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/loop.h"

namespace onhook::net {

struct NameServer {
    std::string address;  // an IP address, without brackets
    std::uint16_t port = 53;

    // ADDRESS, ADDRESS:PORT or [IPv6]:PORT.
    [[nodiscard]] static std::optional<NameServer> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;  // "127.0.0.1:53", "[::1]:53"
};

struct SrvQuestion {
    std::string name;
    std::optional<NameServer> server = {};  // nothing: the system's, as they are by then
    Duration patience = 5s;                 // in all; each server is asked twice within it
    std::size_t most_records = 32;          // what an answer has beyond is left out
    std::string remedy = {};                // what to do about the name server's failures
};

// As the server said it: the root, "no such service", is an empty host, and a port may be 0.
struct SrvRecord {
    std::string host;  // letters, digits, "-", "_" and "."; a record with another host is left out
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;

    friend bool operator==(const SrvRecord&, const SrvRecord&) = default;
};

struct SrvAnswer {
    std::vector<SrvRecord> records = {};  // in the order of the answer
    // Why there is no answer, in words; empty when there is one, be it that there is no such name.
    std::string failure = {};
};

// One look-up of SRV records (RFC 2782) with c-ares, over TCP where a datagram is too short.
class SrvLookup {
  public:
    using Done = std::function<void(SrvAnswer)>;

    // `done` is called from the loop, once, never from within the constructor. It may destroy the
    // look-up.
    SrvLookup(Loop& loop, SrvQuestion question, Done done);
    // Cancels: `done` is not called any more.
    ~SrvLookup();
    SrvLookup(const SrvLookup&) = delete;
    SrvLookup& operator=(const SrvLookup&) = delete;

  private:
    struct State;

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
