#pragma once

#include <string>
#include <vector>

#include "base/url.h"
#include "phone/events.h"

namespace onhook::phone {

// What a phone knows of the network it is on; gone with the life.
struct Network {
    // Where a rule without a server was found; kept while the lease lasts (13.3).
    struct Found {
        std::size_t rule = 0;  // of the dialect's profile rules
        std::string path;
        Url url;
    };

    bool up = false;
    bool busy = false;  // a call holds a line
    Lease lease = {};
    std::vector<Found> found = {};
};

}  // namespace onhook::phone
