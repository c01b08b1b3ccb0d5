#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/shared_text.h"
#include "base/url.h"
#include "phone/events.h"
#include "phone/log_event.h"
#include "profile/apply.h"
#include "profile/macro_context.h"
#include "profile/rule.h"

// What a phone orders its shell to do, in the order of the vector.

namespace onhook::phone {

enum class Method : std::uint8_t { get, put, post };
// In the order of the enumeration: "GET", "PUT", "POST".
inline constexpr std::array<std::string_view, 3> method_names = {"GET", "PUT", "POST"};
[[nodiscard]] std::string_view to_string(Method method) noexcept;

// Which challenges credentials may answer. Digest is that of flyingvoice.md 8.3, MD5 before
// SHA-256.
enum class AuthScheme : std::uint8_t { strongest, basic, digest };

// How to answer the challenge of the attempt before.
struct Authorization {
    profile::Credentials credentials;
    // Empty: nobody asked. Basic goes with the first request (flyingvoice.md D24), and FTP logs in.
    std::string challenge;
    bool of_proxy = false;  // the challenge came with 407, and a proxy reads the answer
    AuthScheme scheme = AuthScheme::strongest;
};

// What opens the answer of a download, or seals the body of an upload (cisco-mpp.md 1.10 to 1.12);
// which of them counts when both are there is the sealing's to know.
struct ContentKeys {
    std::optional<Secret<std::string>> key;  // the rule's --key: AES-256-CBC
    std::optional<Secret<std::string>> ikm;  // IKM_HTTP_Encrypt_Content: RFC 8188, HTTP only
    // The answer is a text file, and the key is for one that is sealed (flyingvoice.md D25).
    // Otherwise it is a profile, and a key stands for a sealed one.
    bool of_text = false;
};

// Which machine wants a transfer, and so what it is for.
enum class Purpose : std::uint8_t { profile, redirect, report, upgrade, authority };
inline constexpr std::size_t purpose_count = 5;
[[nodiscard]] std::string_view to_string(Purpose purpose) noexcept;

// Why a transfer follows another one: of the same request, or as the next attempt of a list.
enum class Why : std::uint8_t {
    first,      // it follows none
    redirect,   // 301 or 302 (4.3), or what else counts as one
    challenge,  // 401 or 407 (4.3)
    next,       // the server or file before had nothing
};
[[nodiscard]] std::string_view to_string(Why why) noexcept;

// Answered by ServerFound (once, when the name is resolved) and then by Answered or
// TransferFailed, all with this id.
struct StartTransfer {
    TransferId transfer;
    Method method = Method::get;
    Url url;
    SharedText user_agent;
    SharedText body;          // put and post
    SharedText content_type;  // put and post
    std::optional<Authorization> authorization;
    ContentKeys keys;
    // The body is to be sealed if there are keys, and the answer does not count.
    bool upload = false;
    Purpose purpose = Purpose::profile;
    Why why = Why::first;
    profile::ResyncCause cause = profile::ResyncCause::power_up;  // of a profile's transfer
    // Not empty: the answer is a file to be kept under this name with the phone's images, not in
    // memory; Answered then has `stored` and no body. A name without "/".
    SharedText store_as = {};
    // Of such a file: how many its load has, and its size where a manifest says it, else 0. More
    // bytes than it says are refused.
    std::uint8_t store_count = 0;
    std::uint64_t store_bytes = 0;
    // With Purpose::authority the answer is a PEM file: Answered then says whose certificate is the
    // first, and its body is all of them and nothing else, or the transfer failed as corrupt.
    // The name that the server's certificate must carry where it is not the URL's host (6.8).
    SharedText certificate_name = {};
    // Conditional request: what the last answer of this URL carried (flyingvoice.md D23).
    SharedText if_none_match = {};
    SharedText if_modified_since = {};
};

// Answered by ServersLookedUp: the SRV records of this name.
struct LookUpServers {
    LookupId lookup;
    std::string name;  // _ciscoprov-https._tls.example.com
};

// Send the multicast SUBSCRIBE, with its retransmissions (protocols.md A), until StopPnp. Several
// servers may answer.
struct AskPnp {};

struct StopPnp {};

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

// A line for the phone's own log; `syslog` also sends it to the provider's server (6.7).
struct Log {
    LogEvent event = LogEvent::resync_requested;
    std::string text;
    bool syslog = false;

    [[nodiscard]] LogSeverity severity() const noexcept { return info(event).severity; }
};

// What happened inside, for whoever watches: there is nothing to carry out. What a Log says to
// people, this says to programs. Holds no secret.
struct Observed {
    enum class What : std::uint8_t {
        applied,        // values changed: `effect`
        customization,  // `from` -> `to`
        timer,          // armed for `due`: `to` names the wait
        blocked,        // something is due and may not start: `to` says why
        upgrade,        // the upgrade went on to `to`
        resync,         // a pass ended: `to` is succeeded or failed
    };
    What what = What::applied;
    std::string_view from = {};  // constants
    std::string_view to = {};
    std::optional<TimePoint> due = {};
    profile::Effect effect = profile::Effect::none;
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    std::string detail = {};
};

// What to say to a request that waits.
struct AnswerRequest {
    RequestId request;
    bool accepted = false;
    std::string text;
};

// The answer to a NotifyArrived: a status of SIP. 401 carries a challenge for the line's
// credentials.
struct AnswerNotify {
    RequestId request;
    int status = 200;
};

// Let go of every stored image but those of the loads that memory() names. The name of an image
// starts with that of its load and a plus sign.
struct TidyImages {};

using Action = std::variant<StartTransfer,
                            LookUpServers,
                            AskPnp,
                            StopPnp,
                            SaveMemory,
                            Reboot,
                            Restart,
                            Log,
                            Observed,
                            AnswerRequest,
                            AnswerNotify,
                            TidyImages>;
using Actions = std::vector<Action>;

}  // namespace onhook::phone
