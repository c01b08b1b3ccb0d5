#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/loop.h"
#include "wire/dhcp/inform.h"

namespace onhook::net {

// What this machine's interface has.
struct NetworkInterface {
    std::string name;
    unsigned index = 0;
    std::string ipv4 = {};             // its first address; empty: none
    std::string ipv6_link_local = {};  // without the scope; empty: none
};

// By name. The error says that there is none of that name, or that it is down, and which there are.
[[nodiscard]] Result<NetworkInterface> find_interface(std::string_view name);

// Asks DHCP on one interface without owning a lease: the port of DHCP's clients is shared with
// whoever holds the machine's lease (protocols.md C.2).
class DhcpInquiry {
  public:
    using Done = std::function<void(wire::dhcp::Finished)>;
    // Something came that is no answer, or a message could not be sent: one line for people.
    using Warn = std::function<void(std::string)>;

    // Both are called from the loop, never from within start(); `done` once and last, it may
    // destroy the inquiry. The error is a sentence with a remedy: the interface has no address of
    // that version, the port cannot be had.
    [[nodiscard]] static Result<std::unique_ptr<DhcpInquiry>> start(Loop& loop,
                                                                    const NetworkInterface& on,
                                                                    wire::dhcp::Question question,
                                                                    Done done,
                                                                    Warn warn);
    // Cancels: nothing is called any more.
    ~DhcpInquiry();
    DhcpInquiry(const DhcpInquiry&) = delete;
    DhcpInquiry& operator=(const DhcpInquiry&) = delete;

  private:
    struct State;
    explicit DhcpInquiry(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
