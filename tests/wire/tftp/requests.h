#pragma once

#include <utility>
#include <vector>

#include "wire/tftp/packet.h"

namespace onhook::wire::tftp {

// A request that the tests of negotiation and of the session share.
[[nodiscard]] inline Request reading(std::vector<Option> options = {}, Mode mode = Mode::octet) {
    return Request{Operation::read, "a.cfg", mode, std::move(options)};
}

}  // namespace onhook::wire::tftp
