// What the scenario lets happen to the phone.
#include <algorithm>

#include "fleet/simulation.h"

namespace onhook::fleet {

void Simulation::happen(const PowerUp& happening) {
    end_life();
    boot_at_.reset();
    boot(happening.reason);
}

void Simulation::happen(const CallStarted& /*happening*/) {
    if (phone_ && ++calls_ == 1) {
        step(phone::LinesChanged{true});
    }
}

void Simulation::happen(const CallEnded& /*happening*/) {
    // The call may have ended with the life before.
    if (calls_ > 0 && --calls_ == 0) {
        step(phone::LinesChanged{false});
    }
}

void Simulation::happen(const LinkUp& /*happening*/) {
    link_up_ = true;
    step(phone::NetworkUp{lease_});
}

// What is under way fails by itself, at once.
void Simulation::happen(const LinkDown& /*happening*/) {
    link_up_ = false;
    for (const auto& [transfer, told] : transfers_) {
        std::erase_if(pending_, [id = transfer](const Pending& one) {
            const auto* answered = std::get_if<phone::Answered>(&one.event);
            const auto* failed = std::get_if<phone::TransferFailed>(&one.event);
            return (answered != nullptr && answered->transfer == id) ||
                   (failed != nullptr && failed->transfer == id);
        });
        expect(
            Duration(0),
            phone::TransferFailed{transfer, phone::TransferFault::connect, "the network is down"});
    }
    step(phone::NetworkLost{});
}

void Simulation::happen(const LeaseGiven& happening) {
    lease_ = happening.lease;
    link_up_ = true;
    step(phone::NetworkUp{lease_});
}

void Simulation::happen(const PnpOffered& happening) {
    if (pnp_ == Pnp::asking) {
        step(phone::PnpAnswered{happening.url});
    } else if (pnp_ == Pnp::unasked) {
        pnp_offer_ = happening.url;
    } else {
        say({.what = What::blocked,
             .to = std::string(event_name_),
             .why = "the phone no longer asks PnP servers"});
    }
}

void Simulation::happen(const ClockChanged& happening) {
    const Seconds passed = std::chrono::floor<Seconds>(now_.time_since_epoch());
    if (happening.to) {
        wall_at_zero_ = *happening.to - passed;
    } else if (happening.step) {
        wall_at_zero_ = wall_at_zero_.value_or(WallTime{}) + *happening.step;
    } else {
        wall_at_zero_.reset();
    }
    if (const auto time = wall()) {
        step(phone::WallClockRead{*time});
    }
}

void Simulation::happen(const Told& happening) {
    if (!phone_) {
        say({.what = What::blocked,
             .to = std::string(event_name_),
             .why = boot_at_ ? "the phone is starting" : "the phone is off"});
        return;
    }
    phone::Event event = happening.event;
    ++last_request_.value;
    std::visit(
        [this](auto& told) {
            if constexpr (requires { told.request; }) {
                told.request = last_request_;
            }
        },
        event);
    requests_[last_request_] = event_name_;
    step(event);
}

}  // namespace onhook::fleet
