#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/url.h"
#include "phone/events.h"
#include "profile/rule.h"

// What a phone orders its shell to do, in the order of the vector.

namespace onhook::phone {

enum class Method : std::uint8_t { get, put, post };

// How to answer the challenge of the attempt before.
struct Authorization {
    profile::Credentials credentials;
    std::string challenge;
    bool of_proxy = false;  // the challenge came with 407, and a proxy reads the answer
};

// What opens the answer of a download, or seals the body of an upload (cisco-mpp.md 1.10 to 1.12);
// which of them counts when both are there is the sealing's to know.
struct ContentKeys {
    std::optional<Secret<std::string>> key;  // the rule's --key: AES-256-CBC
    std::optional<Secret<std::string>> ikm;  // IKM_HTTP_Encrypt_Content: RFC 8188, HTTP only
};

// Answered by ServerFound (once, when the name is resolved) and then by Answered or
// TransferFailed, all with this id.
struct StartTransfer {
    TransferId transfer;
    Method method = Method::get;
    Url url;
    std::string user_agent;
    std::string body;          // put and post
    std::string content_type;  // put and post
    std::optional<Authorization> authorization;
    ContentKeys keys;
    bool upload =
        false;  // the body is to be sealed if there are keys, and the answer does not count
};

// Write memory() so that a power cut leaves the old or the new one, before the next action.
struct SaveMemory {};

// Stop this phone and boot it again with `reason`, from its memory.
struct Reboot {
    BootReason reason = BootReason::user;
};

// The same without a power cycle: the phone's services start again.
struct Restart {
    BootReason reason = BootReason::provisioning;
};

enum class Severity : std::uint8_t { error = 3, warning = 4, info = 6, debug = 7 };

// A line for the phone's own log; `syslog` also sends it to the provider's server (6.7).
struct Log {
    Severity severity = Severity::info;
    std::string text;
    bool syslog = false;
};

// What to say to a request that waits.
struct AnswerRequest {
    RequestId request;
    bool accepted = false;
    std::string text;
};

using Action = std::variant<StartTransfer, SaveMemory, Reboot, Restart, Log, AnswerRequest>;
using Actions = std::vector<Action>;

}  // namespace onhook::phone
