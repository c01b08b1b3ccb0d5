#pragma once

#include <string>
#include <vector>

#include "base/seldom.h"
#include "base/time.h"
#include "base/url.h"
#include "phone/events.h"

namespace onhook::phone {

// What a phone remembers of the servers that it found or asked.
struct Visits {
    // Where a rule without a server was found; kept while the lease lasts (13.3).
    struct Found {
        std::size_t rule = 0;  // of the dialect's profile rules
        std::string path;
        Url url;
        std::string certificate_name = {};  // as in StartTransfer
    };

    // One file as its server described it.
    struct Visit {
        std::string url;
        std::string etag;
        std::string last_modified;
    };

    std::vector<Found> found;
    // Of phones with two profiles (flyingvoice.md D10, D23).
    bool asked_pnp = false;
    std::string pnp_url;  // empty: nobody answered
    // Of the last attempt that succeeded, in its order; empty unless each can be asked about.
    std::vector<Visit> files;
};

// Which lines are registered, of those that are to be.
struct Registrations {
    struct Line {
        unsigned number = 1;
        bool registered = false;
        TimePoint since = {};  // when it became so
    };

    std::vector<Line> lines;  // by their numbers

    // A line of which nobody spoke is none that has lost its registration.
    [[nodiscard]] const Line* find(unsigned number) const noexcept;
    void note(unsigned number, bool registered, TimePoint now);
};

// What a phone knows of the network it is on; gone with the life.
struct Network {
    bool up = false;
    bool busy = false;              // a call holds a line
    TransferId last_transfer = {};  // ids count up from here
    TimePoint idle_since = {};      // while none does
    Lease lease = {};
    Seldom<Visits> visits = {};
    Seldom<Registrations> registrations = {};
};

}  // namespace onhook::phone
