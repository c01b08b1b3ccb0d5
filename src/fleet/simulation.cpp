#include "fleet/simulation.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/mask.h"

namespace onhook::fleet {

namespace {

// A report up to this size stands in its line.
constexpr std::size_t longest_body_shown = 4096;
// Of every name that the scenario gives no other (RFC 5737).
constexpr std::string_view usual_address = "192.0.2.1";

// The documents' number of a cause, the macro $PRVST.
int number_of(profile::ResyncCause cause) { return static_cast<int>(cause); }

bool is_good(int status) {
    return (status >= 200 && status < 300) || status == 301 || status == 302 || status == 304;
}

// What may be shown of a parameter's value.
std::string shown_value(const profile::Parameter& parameter, std::string_view value) {
    if (parameter.secret || parameter.hidden) {
        return value.empty() ? "" : "***";
    }
    return profile::may_carry_credentials(parameter.type) ? profile::masked_rule(value)
                                                          : std::string(value);
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, Sink sink, phone::Recorder* recorder)
    : scenario_(scenario),
      sink_(std::move(sink)),
      recorder_(recorder),
      world_(scenario.world),
      seeds_(scenario.seed),
      saved_(scenario.memory),
      shown_(scenario.memory.values),
      lease_(scenario.lease),
      wall_at_zero_(scenario.start) {}

Simulation::~Simulation() = default;

Status<std::string> Simulation::run() {
    begin_power();
    const TimePoint end = TimePoint{} + scenario_.until;
    std::size_t at_once = 0;
    for (auto [what, when] = next(); what != Next::nothing && when <= end;
         std::tie(what, when) = next()) {
        at_once = when > now_ ? 0 : at_once + 1;
        now_ = std::max(now_, when);
        if (at_once > most_steps_at_once || ++steps_ > most_steps) {
            return Failure{fmt::format(
                "the phone does not come to rest at second {}: more than {} steps; look at its "
                "last lines for rules, triggers or delays that lead back to each other",
                std::chrono::floor<Seconds>(now_.time_since_epoch()).count(),
                at_once > most_steps_at_once ? most_steps_at_once : most_steps)};
        }
        do_next(what);
    }
    return Done{};
}

// A phone is switched on at second 0, unless a `boot` is the first thing that happens to it; what
// only prepares the network or the clock does not count.
bool Simulation::powered_by_events() const {
    const auto first = std::find_if(
        scenario_.events.begin(), scenario_.events.end(), [](const ScheduledEvent& event) {
            return std::holds_alternative<PowerUp>(event.what) ||
                   std::holds_alternative<CallStarted>(event.what) ||
                   std::holds_alternative<CallEnded>(event.what) ||
                   std::holds_alternative<Told>(event.what);
        });
    return first != scenario_.events.end() && std::holds_alternative<PowerUp>(first->what);
}

void Simulation::begin_power() {
    if (powered_by_events()) {
        return;
    }
    // How the network and the clock are when the power comes.
    while (next_event_ < scenario_.events.size()) {
        const ScheduledEvent& event = scenario_.events[next_event_];
        const bool prepares = std::holds_alternative<LinkUp>(event.what) ||
                              std::holds_alternative<LinkDown>(event.what) ||
                              std::holds_alternative<LeaseGiven>(event.what) ||
                              std::holds_alternative<ClockChanged>(event.what);
        if (event.at > Duration(0) || !prepares) {
            break;
        }
        do_next(Next::happening);
    }
    boot_at_ = {now_, phone::BootReason::power_up};
}

std::pair<Simulation::Next, TimePoint> Simulation::next() const {
    std::pair<Next, TimePoint> first{Next::nothing, TimePoint::max()};
    const auto consider = [&first](Next what, TimePoint when) {
        if (first.first == Next::nothing || when < first.second) {
            first = {what, when};
        }
    };
    if (boot_at_) {
        consider(Next::boot, boot_at_->first);
    }
    if (next_event_ < scenario_.events.size()) {
        consider(Next::happening, TimePoint{} + scenario_.events[next_event_].at);
    }
    if (!pending_.empty()) {
        consider(Next::answer, pending_.front().due);
    }
    if (const auto deadline = phone_ ? phone_->next_deadline() : std::nullopt) {
        consider(Next::deadline, std::max(*deadline, now_));
    }
    return first;
}

void Simulation::do_next(Next next) {
    switch (next) {
        case Next::boot:
            boot(std::exchange(boot_at_, std::nullopt)->second);
            return;
        case Next::happening: {
            const ScheduledEvent& event = scenario_.events[next_event_++];
            event_name_ = event.name;
            std::visit([this](const auto& what) { happen(what); }, event.what);
            return;
        }
        case Next::answer:
            answer();
            return;
        case Next::deadline:
            step(phone::DeadlineReached{});
            return;
        case Next::nothing:
            return;
    }
}

void Simulation::boot(phone::BootReason reason) {
    end_life();
    const std::uint64_t seed = seeds_.next();
    shown_ = saved_.values;
    phone_ = std::make_unique<phone::Phone>(
        *scenario_.dialect, scenario_.identity, scenario_.settings, saved_, seed);
    if (recorder_ != nullptr) {
        recorder_->begin_life(seed, saved_, now_);
    }
    if (const auto time = wall()) {
        step(phone::WallClockRead{*time});
    }
    step(phone::Booted{reason});
    if (link_up_) {
        step(phone::NetworkUp{lease_});
    }
}

// Calls, transfers and questions end with the life.
void Simulation::end_life() {
    phone_.reset();
    pending_.clear();
    transfers_.clear();
    requests_.clear();
    calls_ = 0;
    pnp_ = Pnp::unasked;
}

// The driver's contract: one step, then every action in order.
void Simulation::step(const phone::Event& event) {
    if (!phone_) {
        return;
    }
    transfer_failed_ = false;
    say_outcome(event);
    const phone::Actions actions = phone_->step(event, now_);
    if (recorder_ != nullptr) {
        recorder_->stepped(event, now_, actions, phone_->memory());
    }
    for (const phone::Action& action : actions) {
        std::visit([this](const auto& order) { perform(order); }, action);
    }
    if (boot_at_) {
        end_life();
    }
}

void Simulation::answer() {
    const Pending pending = std::move(pending_.front());
    pending_.pop_front();
    step(pending.event);
}

// By due time; behind what is due at the same moment.
void Simulation::expect(Duration delay, phone::Event event) {
    const TimePoint due = now_ + delay;
    const auto later = std::find_if(
        pending_.begin(), pending_.end(), [due](const Pending& one) { return one.due > due; });
    pending_.insert(later, {due, std::move(event)});
}

void Simulation::perform(const phone::StartTransfer& action) {
    const bool profile = action.purpose == phone::Purpose::profile;
    const Transfer transfer{std::string(to_string(action.purpose)),
                            action.url.to_string(),
                            profile ? std::optional(number_of(action.cause)) : std::nullopt};
    const bool report = action.upload && action.why == phone::Why::first;
    Line line{.what = report ? What::report : What::fetch,
              .purpose = transfer.purpose,
              .method = std::string(to_string(action.method)),
              .url = transfer.url,
              .cause = transfer.cause,
              .why = action.why == phone::Why::first ? "" : std::string(to_string(action.why))};
    if (report) {
        const bool key = action.keys.key && !action.keys.key->empty();
        line.sealed = key ? "key" : action.keys.ikm ? "ikm" : "";
        line.size = action.body.size();
        line.body = action.body.size() <= longest_body_shown ? action.body : "";
    }
    say(std::move(line));
    transfers_.emplace(action.transfer, transfer);
    if (!link_up_) {
        expect(Duration(0),
               phone::TransferFailed{
                   action.transfer, phone::TransferFault::connect, "the network is down"});
        return;
    }
    World::Reply reply = world_.reply_to(action, scenario_.allow_plain_with_key);
    if (reply.resolved) {
        expect(Duration(0), phone::ServerFound{action.transfer, address_of(action.url.host())});
    }
    expect(reply.delay, std::move(reply.event));
}

void Simulation::perform(const phone::LookUpServers& action) {
    note(fmt::format("asks DNS for the servers of {}", action.name));
    const auto found = scenario_.srv.find(lower(action.name));
    const bool answered = link_up_ && found != scenario_.srv.end();
    expect(Duration(0),
           phone::ServersLookedUp{action.lookup,
                                  answered ? found->second : std::vector<phone::SrvTarget>{}});
}

void Simulation::perform(const phone::AskPnp& /*action*/) {
    note("asks PnP servers: SUBSCRIBE to 224.0.1.75");
    pnp_ = Pnp::asking;
    if (const auto offer = std::exchange(pnp_offer_, std::nullopt)) {
        expect(Duration(0), phone::PnpAnswered{*offer});
    }
}

void Simulation::perform(const phone::StopPnp& /*action*/) { pnp_ = Pnp::ended; }

void Simulation::perform(const phone::SaveMemory& /*action*/) { saved_ = phone_->memory(); }

void Simulation::perform(const phone::Reboot& action) {
    say({.what = What::reboot, .why = std::string(to_string(action.reason))});
    boot_at_ = {now_ + scenario_.boot_time, action.reason};
}

void Simulation::perform(const phone::Restart& action) {
    say({.what = What::restart, .why = std::string(to_string(action.reason))});
    boot_at_ = {now_, action.reason};
}

void Simulation::perform(const phone::Log& action) {
    say({.what = What::log,
         .to = action.syslog ? "syslog" : "",
         .severity = std::string(to_string(action.severity())),
         .message = action.text});
}

void Simulation::perform(const phone::Observed& action) {
    using Kind = phone::Observed::What;
    const auto due = action.due && *action.due != TimePoint::max()
                         ? std::optional(action.due->time_since_epoch())
                         : std::nullopt;
    switch (action.what) {
        case Kind::applied:
            say({.what = What::apply,
                 .effect = action.effect,
                 .message = action.detail,
                 .changed = changes()});
            return;
        case Kind::customization:
            say({.what = What::customization,
                 .from = std::string(action.from),
                 .to = std::string(action.to)});
            return;
        case Kind::timer:
            say({.what = What::timer, .to = std::string(action.to), .due = due});
            return;
        case Kind::blocked:
            say({.what = What::blocked,
                 .due = due,
                 .message = action.detail,
                 .why = std::string(action.to)});
            return;
        case Kind::upgrade:
            say({.what = What::upgrade, .to = std::string(action.to), .message = action.detail});
            return;
        case Kind::resync:
            // The transfer that failed said so already.
            if (!action.detail.empty() && !transfer_failed_) {
                say({.what = What::failed,
                     .purpose = "profile",
                     .cause = number_of(action.cause),
                     .message = action.detail});
            }
            return;
    }
}

void Simulation::perform(const phone::AnswerRequest& action) {
    const auto request = requests_.find(action.request);
    const std::string event(request == requests_.end() ? "" : request->second);
    if (!action.accepted) {
        say({.what = What::blocked, .to = event, .why = action.text});
    }
    requests_.erase(action.request);
}

void Simulation::perform(const phone::AnswerNotify& action) {
    requests_.erase(action.request);
    say({.what = What::notify_answer, .status = action.status});
}

// An end of a transfer is a line of its own, before what the phone makes of it.
void Simulation::say_outcome(const phone::Event& event) {
    const auto* answered = std::get_if<phone::Answered>(&event);
    const auto* failed = std::get_if<phone::TransferFailed>(&event);
    if (answered == nullptr && failed == nullptr) {
        return;
    }
    const auto found = transfers_.find(answered != nullptr ? answered->transfer : failed->transfer);
    if (found == transfers_.end()) {
        return;
    }
    const bool good = answered != nullptr && is_good(answered->status);
    transfer_failed_ = !good && found->second.purpose == "profile";
    say({.what = good ? What::fetched : What::failed,
         .purpose = found->second.purpose,
         .url = found->second.url,
         .cause = found->second.cause,
         .to = good ? answered->location : "",
         .status = answered != nullptr ? std::optional(answered->status) : std::nullopt,
         .message = failed != nullptr ? failed->reason : ""});
    transfers_.erase(found);
}

void Simulation::say(Line line) {
    line.at = now_.time_since_epoch();
    sink_(line);
}

// What the shell does for the phone and no line of its own tells.
void Simulation::note(std::string text) {
    say({.what = What::log, .severity = "debug", .message = std::move(text)});
}

std::string Simulation::address_of(std::string_view host) const {
    const auto named = scenario_.addresses.find(lower(host));
    if (named != scenario_.addresses.end()) {
        return named->second;
    }
    const bool literal = host.find(':') != std::string::npos ||
                         host.find_first_not_of("0123456789.") == std::string::npos;
    return std::string(literal ? host : usual_address);
}

// The values that are other ones than those that the lines told so far.
std::vector<std::pair<std::string, std::string>> Simulation::changes() {
    const profile::Values& now = phone_->memory().values;
    std::vector<std::pair<std::string, std::string>> all;
    for (const profile::Values::Entry& entry : now.entries()) {
        if (now.get(entry.id) != shown_.get(entry.id)) {
            const profile::Parameter& parameter = now.catalogue()[entry.id];
            all.emplace_back(parameter.name, shown_value(parameter, now.get(entry.id)));
        }
    }
    shown_ = now;
    return all;
}

std::optional<WallTime> Simulation::wall() const {
    return wall_at_zero_ ? std::optional(*wall_at_zero_ +
                                         std::chrono::floor<Seconds>(now_.time_since_epoch()))
                         : std::nullopt;
}

}  // namespace onhook::fleet
