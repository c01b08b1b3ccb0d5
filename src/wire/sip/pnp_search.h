#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/mac_address.h"
#include "base/time.h"
#include "base/url.h"
#include "wire/sip/message.h"
#include "wire/sip/responses.h"

// The phone's search for its provider by multicast (protocols.md A), without a socket or a clock.

namespace onhook::wire::sip {

// Where a SUBSCRIBE goes (A.1): IPv4 only, one hop.
inline constexpr std::string_view pnp_group = "224.0.1.75";
inline constexpr std::uint16_t pnp_port = 5060;

// Whose SUBSCRIBE it is (A.2; flyingvoice.md D9).
enum class PnpForm : std::uint8_t { flyingvoice, snom, yealink };

// "flyingvoice", "snom", "yealink"; nothing for any other name.
[[nodiscard]] std::optional<PnpForm> parse_pnp_form(std::string_view name) noexcept;

struct PnpPhone {
    PnpForm form = PnpForm::flyingvoice;
    MacAddress mac;
    std::string model;
    std::string version;
    Line user_agent = {};
    Host host;               // of our socket
    std::uint16_t port = 0;  // of our socket
};

namespace pnp {

struct Started {};

// A request to our port that is no dialog's: a NOTIFY of an unknown subscription, or ours.
struct NotifyArrived {
    Message notify;
};

struct DeadlineReached {};

// Somebody answered well enough, or nobody in time.
struct StopRequested {};

using Event = std::variant<Started, NotifyArrived, DeadlineReached, StopRequested>;

// To the group.
struct Send {
    std::string bytes;
};

// To whoever sent the NOTIFY of this step.
struct Respond {
    Answer answer;
};

// A server named this URL, with user and password if it wrote them there. Others may name another
// after it.
struct Found {
    std::string url;
};

// Nobody is listened to any more.
struct Ended {};

using Action = std::variant<Send, Respond, Found, Ended>;
using Actions = std::vector<Action>;

}  // namespace pnp

// Whether a NOTIFY answers some search by multicast: its Event is `ua-profile` (A.8).
[[nodiscard]] bool is_pnp_notify(const Message& notify);

// Sends the SUBSCRIBE at 0, 0.5, 1.5 and 3.5 s and listens until 5 s after the last (A.2, A.6).
// What it is sent is answered as A.6 says: 481 when it is another's, 489 for another event, 415
// for another body than one URL, 200 for that. The 200 of the SUBSCRIBE is no success, so nobody
// tells it to this.
class PnpSearch {
  public:
    enum class State : std::uint8_t {
        created,    // Started has not come yet
        asking,     // a SUBSCRIBE is still to be sent
        listening,  // the last was sent
        stopped,    // what comes still belongs to it, and counts no more
        ended
    };

    // `seed` is unguessable: it makes the Call-ID.
    PnpSearch(const PnpPhone& phone, std::uint64_t seed);

    [[nodiscard]] pnp::Actions step(const pnp::Event& event, TimePoint now);

    [[nodiscard]] std::optional<TimePoint> next_deadline() const { return deadline_; }

    [[nodiscard]] State state() const noexcept { return state_; }

    [[nodiscard]] const CallId& call_id() const noexcept { return subscribe_.call_id; }

  private:
    using Actions = pnp::Actions;

    Actions on(const pnp::Started& event, TimePoint now);
    Actions on(const pnp::NotifyArrived& event, TimePoint now);
    Actions on(const pnp::DeadlineReached& event, TimePoint now);
    Actions on(const pnp::StopRequested& event, TimePoint now);
    Actions send(TimePoint now);

    Message subscribe_;
    State state_ = State::created;
    std::size_t sent_ = 0;
    TimePoint started_{};
    std::optional<TimePoint> deadline_;  // the next SUBSCRIBE, or the end of listening
};

}  // namespace onhook::wire::sip
