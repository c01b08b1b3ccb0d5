#pragma once

#include "base/mac_address.h"
#include "base/shared_text.h"

namespace onhook::profile {

// Who a phone is: what its factory put into it. Phones of one make share the texts.
struct Identity {
    MacAddress mac;
    bool client_certificate = false;
    SharedText model;     // "8841"
    SharedText serial;    // "88012BA01234"
    SharedText firmware;  // "sip88xx.11-3-1MPP-678", the macro $SWVER
    SharedText hardware;  // "1.0"
};

}  // namespace onhook::profile
