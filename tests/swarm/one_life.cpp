#include "swarm/one_life.h"

#include <algorithm>
#include <utility>

namespace onhook::swarm {

using phone::Event;

namespace {

constexpr WallTime start_of_time{Seconds(1'767'225'600)};  // 2026-01-01

Setup choose(std::uint64_t seed, Prng& prng) {
    return seed % 2 == 0 ? choose_flyingvoice(prng) : choose_cisco(prng);
}

phone::Settings settings_of(const Setup& setup) {
    phone::Settings settings;
    if (!setup.services.redirect_target.empty()) {
        settings.redirect_rule = "https://rc.test/rc?id=$MAU:$SN:$PN";
    }
    return settings;
}

// Whether a transfer or a question of one life is answered by it; the next one has its own.
bool is_answer(const Event& event) {
    return std::holds_alternative<phone::Answered>(event) ||
           std::holds_alternative<phone::TransferFailed>(event) ||
           std::holds_alternative<phone::ServerFound>(event) ||
           std::holds_alternative<phone::ServersLookedUp>(event) ||
           std::holds_alternative<phone::PnpAnswered>(event);
}

}  // namespace

Life::Life(std::uint64_t seed, int days)
    : prng_(seed),
      setup_(choose(seed, prng_)),
      world_(prng_, setup_.services),
      checks_(setup_.rules),
      settings_(settings_of(setup_)),
      saved_(setup_.values),
      faults_end_(TimePoint{} + std::chrono::hours(24 * days)) {
    // A phone that no boot makes resync and that never did would wait for somebody to ask.
    saved_.synced_once = setup_.synced_before;
}

void Life::only(const Mishap& mishap) {
    mishap_ = mishap;
    cut_in_ = mishap.power;
    world_.end_of_faults();
    if (mishap.servers_die) {
        world_.die();
    }
}

void Life::record(phone::Recorder::Sink sink) {
    recorder_ = std::make_unique<phone::Recorder>(
        *setup_.dialect, setup_.identity, settings_, std::move(sink));
}

Lived Life::run() {
    boot(phone::BootReason::power_up, false);
    plan_accident();
    go_on_until(faults_end_);
    end_the_faults();
    last_fault_ = now_;
    while (!in_sync() && now_ < last_fault_ + setup_.longest_wait) {
        go_on_until(now_ + std::chrono::minutes(10));
        if (!in_sync()) {
            wake();
        }
    }
    if (!in_sync()) {
        throw Violation("not in sync long after the faults ended");
    }
    lived_.lasted = std::chrono::floor<Seconds>(now_.time_since_epoch());
    lived_.syncs = checks_.syncs();
    return lived_;
}

bool Life::in_sync() const {
    return saved_.values.get(setup_.rules.version) == world_.version() && !checks_.under_way();
}

WallTime Life::wall() const {
    return start_of_time + std::chrono::floor<Seconds>(now_.time_since_epoch()) + skew_;
}

void Life::plan(Duration after, Event event) {
    plan(Planned{.at = now_ + after, .event = std::move(event)});
}

void Life::plan(Planned planned) {
    planned.life = lived_.boots;
    planned_.push_back(std::move(planned));
}

std::vector<Life::Planned>::iterator Life::next_planned() {
    return std::min_element(
        planned_.begin(), planned_.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
}

void Life::go_on_until(TimePoint end) {
    int steps_now = 0;
    while (true) {
        const auto first = next_planned();
        const bool none = first == planned_.end();
        const bool timer = deadline_ && (none || *deadline_ <= first->at);
        if (!timer && none) {
            break;
        }
        const TimePoint next = std::max(now_, timer ? *deadline_ : first->at);
        if (next > end) {
            break;
        }
        steps_now = next == now_ ? steps_now + 1 : 0;
        if (steps_now > 100'000) {
            throw Violation("never ends doing something at one moment");
        }
        now_ = next;
        if (timer) {
            step(phone::DeadlineReached{});
        } else {
            const Planned planned = std::move(*first);
            planned_.erase(first);
            happen(planned);
        }
    }
    now_ = std::max(now_, end);
}

void Life::happen(const Planned& planned) {
    if (std::holds_alternative<phone::DeadlineReached>(planned.event)) {
        if (now_ < faults_end_) {
            accident();
            plan_accident();
        }
    } else if (planned.life == lived_.boots || !is_answer(planned.event)) {
        step({planned.event, planned.whole, planned.version});
    }
}

void Life::boot(phone::BootReason reason, bool power_cut) {
    ++lived_.boots;
    checks_.boot(power_cut);
    busy_ = false;
    network_up_ = true;
    alive_ = false;
    const std::uint64_t seed = prng_.next();
    phone_ =
        std::make_unique<phone::Phone>(*setup_.dialect, setup_.identity, settings_, saved_, seed);
    if (recorder_) {
        recorder_->begin_life(seed, saved_, now_);
    }
    if (clock_known_) {
        step(phone::WallClockRead{wall()});
    }
    step(phone::Booted{reason});
    alive_ = true;
    step(phone::NetworkUp{setup_.lease});
}

void Life::step(const Told& told) {
    ++lived_.steps;
    if (keeps_journal_) {
        journal_.event(told.event, told.whole, now_);
    }
    checks_.before(told, phone_->memory());
    const phone::Actions actions = phone_->step(told.event, now_);
    if (recorder_) {
        recorder_->stepped(told.event, now_, actions, phone_->memory());
    }
    checks_.after(actions, phone_->memory(), now_);
    carry_out(actions);
}

void Life::carry_out(const phone::Actions& actions) {
    std::optional<phone::BootReason> next_life;
    bool saves = false;
    for (const phone::Action& action : actions) {
        if (cut_in_ && (*cut_in_)-- == 0) {
            cut_in_.reset();
            ++lived_.power_cuts;
            cut_now_ = true;
            last_fault_ = now_;
            boot(phone::BootReason::power_up, true);
            return;
        }
        if (keeps_journal_) {
            journal_.action(action, now_);
        }
        ++lived_.actions;
        checks_.action(action, phone_->memory(), now_);
        saves |= std::holds_alternative<phone::SaveMemory>(action);
        if (const auto reason = perform(action)) {
            next_life = reason;
        }
    }
    if (!saves) {  // otherwise it is what was just copied
        Checks::saved(saved_, phone_->memory());
    }
    if (next_life) {
        boot(*next_life, false);
        return;
    }
    deadline_ = phone_->next_deadline();
    if (network_up_ && alive_) {
        checks_.not_silent(deadline_, phone_->memory(), now_);
    }
}

std::optional<phone::BootReason> Life::perform(const phone::Action& action) {
    if (const auto* transfer = std::get_if<phone::StartTransfer>(&action)) {
        start(*transfer);
    } else if (const auto* lookup = std::get_if<phone::LookUpServers>(&action)) {
        plan(100ms, phone::ServersLookedUp{lookup->lookup, {}});
    } else if (std::holds_alternative<phone::SaveMemory>(action)) {
        saved_ = phone_->memory();
    } else if (std::holds_alternative<phone::AskPnp>(action)) {
        if (auto answer = world_.answer_pnp(); answer && network_up_) {
            plan(answer->after, phone::PnpAnswered{std::move(answer->url)});
        }
    } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
        return reboot->reason;
    } else if (const auto* restart = std::get_if<phone::Restart>(&action)) {
        return restart->reason;
    }
    return std::nullopt;
}

void Life::start(const phone::StartTransfer& transfer) {
    const bool spoilt = mishap_.transfer == lived_.transfers++;
    if (spoilt) {
        last_fault_ = now_;
    }
    if (!network_up_) {
        plan(30s,
             phone::TransferFailed{transfer.transfer, phone::TransferFault::connect, "no network"});
        return;
    }
    plan(50ms, phone::ServerFound{transfer.transfer, "192.0.2.10"});
    Reply reply =
        spoilt ? world_.spoilt_answer(transfer, mishap_.failure) : world_.answer(transfer);
    Planned planned{
        .at = now_ + reply.after + 60ms,
        .event = std::visit([](auto& event) { return Event(std::move(event)); }, reply.event),
        .whole = reply.whole};
    if (reply.main) {
        planned.version = world_.version();
    }
    plan(std::move(planned));
}

}  // namespace onhook::swarm
