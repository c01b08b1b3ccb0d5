// Something that people, providers and networks do to a phone.
#include <utility>

#include <fmt/format.h>

#include "swarm/dice.h"
#include "swarm/one_life.h"

namespace onhook::swarm {

namespace {

constexpr phone::RequestId request{1};

}  // namespace

// A DeadlineReached among what is planned stands for the next accident.
void Life::plan_accident() {
    if (now_ < faults_end_) {
        plan(Seconds(static_cast<std::int64_t>(prng_.up_to(7200))), phone::DeadlineReached{});
    }
}

void Life::accident() {
    switch (prng_.up_to(16)) {
        case 0:
        case 1:
            world_.publish();
            return;
        case 2:
        case 3:
            toggle_call();
            return;
        case 4:
            cut_in_ = prng_.up_to(8);
            return;
        case 5:
            storm();
            return;
        case 6:
            set_clock();
            return;
        case 7:
            toggle_network();
            return;
        case 8:
            change_address();
            return;
        case 9:
            clock_known_ = false;
            cut_in_ = 0;
            return;
        case 10:
            world_.publish_image();
            return;
        default:
            accident_of_people();
    }
}

void Life::accident_of_people() {
    switch (prng_.up_to(5)) {
        case 0:
            step(phone::ValuesSubmitted{
                request,
                {{std::string(setup_.harmless), std::to_string(prng_.up_to(9))}},
                phone::Editor::web});
            return;
        case 1:
            step(phone::ResyncRequested{request, "", "192.0.2.5", phone::Asker::web});
            return;
        case 2:
            step(phone::ResyncRequested{request, std::string(setup_.one_rule), "192.0.2.5"});
            return;
        case 3:
            step(phone::RebootRequested{request});
            return;
        case 4:
            reset_to_factory();
            return;
        default:
            if (one_in(prng_, 4)) {
                step(phone::UpgradeRequested{request, std::string(setup_.upgrade), "192.0.2.5"});
            }
    }
}

void Life::toggle_call() {
    busy_ = !busy_;
    checks_.lines(busy_);
    step(phone::LinesChanged{busy_});
}

void Life::set_clock() {
    clock_known_ = true;
    skew_ = std::chrono::minutes(static_cast<std::int64_t>(prng_.up_to(6000)) - 3000);
    step(phone::WallClockRead{wall()});
}

void Life::toggle_network() {
    network_up_ = !network_up_;
    network_up_ ? step(phone::NetworkUp{setup_.lease}) : step(phone::NetworkLost{});
}

void Life::change_address() {
    setup_.lease.ip = fmt::format("192.0.2.{}", prng_.up_to(250));
    if (network_up_) {
        step(phone::NetworkUp{setup_.lease});
    }
}

// Somebody sets the phone up again afterwards, as it was.
void Life::reset_to_factory() {
    if (!one_in(prng_, 8)) {
        return;
    }
    step(phone::FactoryResetRequested{request});
    cut_now_ = false;
    std::vector<profile::Assignment> settings;
    for (const profile::Values::Entry& entry : setup_.values.entries()) {
        settings.push_back({setup_.values.catalogue()[entry.id].name, *entry.value});
    }
    // Once more where the power was cut before that was saved.
    do {
        step(phone::ValuesSubmitted{request, settings, phone::Editor::web});
    } while (std::exchange(cut_now_, false));
}

void Life::storm() {
    constexpr std::string_view events[] = {"resync",
                                           "check-sync",
                                           "report",
                                           "reboot_now",
                                           "restart_now",
                                           "check-sync;reboot=true",
                                           "check-sync;reboot=false",
                                           "talk"};
    constexpr phone::Sender senders[] = {phone::Sender::unknown,
                                         phone::Sender::registrar,
                                         phone::Sender::known,
                                         phone::Sender::wrong};
    for (std::uint64_t n = prng_.up_to(20); n > 0; --n) {
        step(phone::NotifyArrived{
            request, std::string(any_of(prng_, events)), any_of(prng_, senders), 1});
    }
}

void Life::end_the_faults() {
    if (!mishap_.servers_die) {
        world_.end_of_faults();
    }
    if (!mishap_.power) {
        cut_in_.reset();
    }
    if (!network_up_) {
        toggle_network();
    }
    if (busy_) {
        toggle_call();
    }
    clock_known_ = true;
    step(phone::WallClockRead{wall()});
}

// Where the documents let a phone rest, somebody asks.
void Life::wake() {
    const bool never_synced = !setup_.rules.boots_resync && !saved_.synced_once;
    if ((setup_.rules.may_rest || never_synced) && !checks_.under_way()) {
        step(phone::ResyncRequested{request, "", "192.0.2.5", phone::Asker::web});
    }
}

}  // namespace onhook::swarm
