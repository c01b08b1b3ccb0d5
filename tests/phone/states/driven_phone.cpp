#include "phone/states/driven_phone.h"

namespace onhook::phone {

namespace {

const NotifyArrived any_notify{{1}, "report", Sender::known, 1, {}};
const ValuesSubmitted no_values{{1}, {}, Editor::web};
const ResyncRequested any_resync{{1}, {}, {}, Asker::xml_object};

}  // namespace

std::unique_ptr<Phone> DrivenPhone::make() const {
    Memory memory(sample.values);
    remembers(memory);
    return std::make_unique<Phone>(
        profile::cisco_mpp(), test::sample_identity(), settings, std::move(memory), 1);
}

std::set<std::size_t>& DrivenPhone::told_events() {
    static std::set<std::size_t> told;
    return told;
}

void DrivenPhone::step(const Event& event) {
    told_events().insert(event.index());
    if (!phone_) {
        phone_ = make();
    }
    life_.emplace_back(event, now);
    for (Action& action : phone_->step(event, now)) {
        if (const auto* transfer = std::get_if<StartTransfer>(&action)) {
            newest_ = transfer->transfer;
        }
        actions_.push_back(std::move(action));
    }
}

Actions DrivenPhone::would_say(const std::vector<Event>& events) const {
    const auto twin = make();
    for (const auto& [event, at] : life_) {
        (void)twin->step(event, at);
    }
    Actions said;
    for (const Event& event : events) {
        said = twin->step(event, now);
    }
    return said;
}

PhoneAt DrivenPhone::state() const {
    if (!action_of<AnswerRequest>(would_say({no_values}))->accepted) {
        return PhoneAt::restarting;
    }
    if (action_of<AnswerNotify>(would_say({any_notify}))->status == 503) {
        return PhoneAt::booted;
    }
    const Actions when_idle = would_say({LinesChanged{false}});
    if (action_of<Restart>(when_idle) != nullptr || action_of<Reboot>(when_idle) != nullptr) {
        return PhoneAt::restart_waits;
    }
    const Actions to_resync = would_say({any_resync});
    if (const auto* answer = action_of<AnswerRequest>(to_resync); !answer->accepted) {
        return answer->text.find("Provision_Enable") == std::string::npos ? PhoneAt::offline
                                                                          : PhoneAt::disabled;
    }
    if (action_of<StartTransfer>(to_resync) != nullptr) {
        return PhoneAt::idle;
    }
    return action_of<StartTransfer>(would_say({any_resync, LinesChanged{false}})) != nullptr
               ? PhoneAt::in_call
               : PhoneAt::transferring;
}

void DrivenPhone::answer(int status, std::string_view elements) {
    step(Answered{
        newest_, status, fmt::format("<flat-profile>{}</flat-profile>", elements), "/moved", {}});
}

void DrivenPhone::pass_deadline(Duration early) {
    now = phone_->next_deadline().value_or(now + 24h) - early;
    step(DeadlineReached{});
}

void DrivenPhone::submit(std::string_view name, std::string_view value) {
    step(ValuesSubmitted{{1}, {{std::string(name), std::string(value)}}, Editor::web});
}

void DrivenPhone::enter(PhoneAt at) {
    if (at == PhoneAt::disabled) {
        sample.set("Provision_Enable", "No");
    }
    step(Booted{BootReason::power_up});
    if (at == PhoneAt::booted) {
        return;
    }
    step(NetworkUp{{"192.168.1.100"}});
    if (at == PhoneAt::disabled) {
        return;
    }
    step(DeadlineReached{});
    if (at == PhoneAt::transferring) {
        return;
    }
    answer(200);
    if (at == PhoneAt::in_call || at == PhoneAt::restart_waits) {
        step(LinesChanged{true});
    }
    if (at == PhoneAt::restart_waits) {
        submit("Display_Name_1_", "Ann");
    } else if (at == PhoneAt::offline) {
        step(NetworkLost{});
    } else if (at == PhoneAt::restarting) {
        step(RebootRequested{{1}});
    }
}

}  // namespace onhook::phone
