#pragma once

#include <string>

#include "base/mac_address.h"

namespace onhook::profile {

// Who a phone is: what its factory put into it.
struct Identity {
    MacAddress mac;
    std::string model;     // "8841"
    std::string serial;    // "88012BA01234"
    std::string firmware;  // "sip88xx.11-3-1MPP-678", the macro $SWVER
    std::string hardware;  // "1.0"
    bool client_certificate = false;
};

}  // namespace onhook::profile
