#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "base/url.h"
#include "phone/events.h"

namespace onhook::phone {

// What a phone with two profiles remembers of its attempts (flyingvoice.md D10, D23).
struct Visits {
    // One file as its server described it.
    struct Visit {
        std::string url;
        std::string etag;
        std::string last_modified;
    };

    bool asked_pnp = false;
    std::string pnp_url;  // empty: nobody answered
    // Of the last attempt that succeeded, in its order; empty unless each can be asked about.
    std::vector<Visit> files;
};

// What a phone knows of the network it is on; gone with the life.
struct Network {
    // Where a rule without a server was found; kept while the lease lasts (13.3).
    struct Found {
        std::size_t rule = 0;  // of the dialect's profile rules
        std::string path;
        Url url;
        std::string certificate_name = {};  // as in StartTransfer
    };

    bool up = false;
    bool busy = false;          // a call holds a line
    TimePoint idle_since = {};  // while none does
    Lease lease = {};
    std::vector<Found> found = {};
    std::unique_ptr<Visits> visits = {};  // of phones that have them
};

}  // namespace onhook::phone
