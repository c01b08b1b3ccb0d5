#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "phone/context.h"
#include "phone/pass.h"
#include "profile/rule.h"

namespace onhook::phone {

// What an upgrade rule leads to on a phone as it is now; what differs between makers.
struct UpgradePlan {
    enum class Step : std::uint8_t {
        skip,         // nowhere: the rule is empty, or no condition holds
        nothing,      // what it names runs already, or it names nothing and only assigns
        refuse,       // what it names is not for this phone: `error`; no delay changes that
        activate,     // `load` is in the other partition
        fetch_load,   // `url` is a manifest; the components are beside it
        fetch_image,  // `url` is the whole image
    };

    Step step = Step::skip;
    std::vector<profile::Assignment> assignments = {};  // made before anything else (3.5)
    std::optional<Url> url = {};
    std::optional<profile::Credentials> credentials = {};
    // As in Order: which challenges they answer, and whether they wait for one.
    AuthScheme scheme = AuthScheme::strongest;
    bool unasked = false;
    // What runs afterwards, as $SWVER shows it. Of letters, digits, `.`, `-` and `_`; empty: the
    // file's name tells nothing.
    std::string load = {};
    std::string if_none_match = {};  // of fetch_image: 304 means that it runs already
    std::string error = {};
};

// The plan of a Cisco MPP phone (cisco-mpp.md 9): the URL's file name is the load's. A rule of a
// web request that starts with "/" is on the sender's TFTP server (4.1). An error is one of the
// rule itself.
[[nodiscard]] Result<UpgradePlan, std::string> plan_load_upgrade(const OneRule& rule,
                                                                 const Context& context);

// The plan of a Flyingvoice phone (flyingvoice.md 10): the whole image in one file. While Provision
// Enable is off it leads nowhere.
[[nodiscard]] Result<UpgradePlan, std::string> plan_image_upgrade(const OneRule& rule,
                                                                  const Context& context);

}  // namespace onhook::phone
