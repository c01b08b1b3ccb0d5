#include "swarm/life.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <queue>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "profile/dialect.h"
#include "swarm/checks.h"
#include "swarm/world.h"

namespace onhook::swarm {

using phone::Event;

namespace {

constexpr WallTime start_of_time{Seconds(1'767'225'600)};  // 2026-01-01

const profile::Identity& identity() {
    static const profile::Identity one{*MacAddress::parse("000E08012345"),
                                       false,
                                       "8841",
                                       "88012BA01234",
                                       "sip88xx.11-3-1MPP-678",
                                       "1.0"};
    return one;
}

// What a phone of this seed is set up with.
struct Setup {
    profile::Values values = profile::factory_values(profile::cisco_mpp(), identity());
    Checks::Rules rules;
    Seconds longest_wait{0};  // until a phone that failed or succeeded tries again
    bool redirect = false;
    bool synced_before = false;
    phone::Lease lease{.ip = "192.0.2.77"};

    void set(std::string_view name, std::string_view value) {
        values.set(*values.catalogue().find(name), std::string(value));
    }
};

std::string event_name(const Event& event) {
    constexpr std::array<std::string_view, std::variant_size_v<Event>> names = {"booted",
                                                                                "clock read",
                                                                                "network up",
                                                                                "network lost",
                                                                                "lines changed",
                                                                                "server found",
                                                                                "answered",
                                                                                "transfer failed",
                                                                                "servers looked up",
                                                                                "pnp answered",
                                                                                "deadline",
                                                                                "resync requested",
                                                                                "upgrade requested",
                                                                                "notify",
                                                                                "values submitted",
                                                                                "profile submitted",
                                                                                "reboot requested",
                                                                                "factory reset",
                                                                                "code entered"};
    const std::string_view name = names[event.index()];
    const auto* answered = std::get_if<phone::Answered>(&event);
    const auto* notify = std::get_if<phone::NotifyArrived>(&event);
    return answered != nullptr ? fmt::format("{} {}", name, answered->status)
           : notify != nullptr ? fmt::format("{} {}", name, notify->event)
                               : std::string(name);
}

std::string action_name(const phone::Action& action) {
    if (const auto* transfer = std::get_if<phone::StartTransfer>(&action)) {
        return fmt::format("{} {}", to_string(transfer->purpose), transfer->url.to_string());
    }
    if (const auto* line = std::get_if<phone::Log>(&action)) {
        return "log " + line->text;
    }
    if (const auto* what = std::get_if<phone::Observed>(&action)) {
        return fmt::format("observed {} {}", static_cast<int>(what->what), what->to);
    }
    if (std::holds_alternative<phone::Reboot>(action)) {
        return "reboot";
    }
    return std::holds_alternative<phone::Restart>(action) ? "restart" : "…";
}

struct RetryList {
    std::string_view text;
    int shortest;
    int longest;
};

void choose_server(Setup& setup, Prng& prng) {
    switch (prng.up_to(2)) {
        case 0:
            setup.set("Profile_Rule", "http://p.test/a.xml");
            return;
        case 1:  // DHCP names the server
            setup.lease.dhcp.own().options = {{160, "https://p.test/dir"}};
            return;
        default:
            setup.redirect = true;
    }
}

Setup choose(Prng& prng) {
    Setup setup;
    choose_server(setup, prng);
    constexpr RetryList periods[] = {
        {"600", 600, 600}, {"3600", 3600, 3600}, {"1200+300", 1200, 1500}, {"60,7200", 60, 7200}};
    constexpr RetryList retries[] = {
        {"60", 60, 60}, {"60,120,240", 60, 240}, {"30+30", 30, 60}, {"900", 900, 900}};
    constexpr int forced[] = {0, 300, 14'400};
    constexpr int delays[] = {0, 2, 30};
    const RetryList period = any_of(prng, periods);
    const RetryList retry = any_of(prng, retries);
    const int bound = any_of(prng, forced);
    const int delay = any_of(prng, delays);
    setup.set("Resync_Periodic", period.text);
    setup.set("Resync_Error_Retry_Delay", retry.text);
    setup.set("Forced_Resync_Delay", std::to_string(bound));
    setup.set("Resync_Random_Delay", std::to_string(delay));
    setup.rules.shortest_retry = Seconds(retry.shortest);
    setup.rules.forced = Seconds(bound);
    setup.longest_wait = Seconds(period.longest + retry.longest + 20 * delay + 3600);
    if (one_in(prng, 4)) {
        setup.set("Resync_At__HHmm_", "0330");
        setup.longest_wait += std::chrono::hours(26);
    }
    if (one_in(prng, 4)) {
        setup.set("Resync_Trigger_1", "$PRVTMR ge 30");
        setup.rules.triggers = true;
    }
    if (one_in(prng, 4)) {
        setup.set("Resync_Fails_On_FNF", "No");
    }
    if (one_in(prng, 4)) {
        setup.set("Resync_On_Reset", "No");
        setup.synced_before = true;
    }
    if (one_in(prng, 3)) {
        setup.set("Profile_Rule_B", "http://p.test/b.xml");
    }
    constexpr std::string_view reports[] = {
        "", "http://s.test/r.xml", "[--delta]http://s.test/d.xml [--status]http://s.test/s.xml"};
    constexpr std::string_view modes[] = {"On Request", "On Local Change", "Periodically"};
    setup.set("Report_Rule", any_of(prng, reports));
    setup.set("Report_to_Server", any_of(prng, modes));
    if (one_in(prng, 3)) {
        setup.set("Upgrade_Rule", "http://f.test/sip88xx.11-3-2MPP0001-1.loads");
    }
    if (one_in(prng, 2)) {
        setup.set("Auth_Resync-Reboot_1_", "No");
    }
    if (setup.redirect) {
        setup.longest_wait += std::chrono::hours(25);  // its retries double up to a day
    }
    return setup;
}

// One phone with its world and its accidents, in virtual time.
class Life {
  public:
    Life(std::uint64_t seed, int days)
        : prng_(seed),
          setup_(choose(prng_)),
          world_(prng_),
          checks_(setup_.rules),
          saved_(setup_.values),
          faults_end_(TimePoint{} + std::chrono::hours(24 * days)) {
        if (setup_.redirect) {
            world_.redirect_target = "http://p.test/a.xml";
            settings_.redirect_rule = "https://rc.test/rc?id=$MAU:$SN:$PN";
        }
        world_.restarts = one_in(prng_, 2);
        // A phone that no boot makes resync and that never did would wait for somebody to ask.
        saved_.synced_once = setup_.synced_before;
    }

    // All is well but this.
    void only(const Mishap& mishap) {
        mishap_ = mishap;
        cut_in_ = mishap.power;
        world_.end_of_faults();
    }

    Lived run() {
        boot(phone::BootReason::power_up);
        plan_accident();
        go_on_until(faults_end_);
        end_the_faults();
        const TimePoint end = now_ + setup_.longest_wait;
        while (now_ < end && !in_sync()) {
            go_on_until(std::min<TimePoint>(now_ + std::chrono::minutes(10), end));
        }
        if (!in_sync()) {
            throw Violation("not in sync long after the faults ended");
        }
        lived_.lasted = std::chrono::floor<Seconds>(now_.time_since_epoch());
        lived_.syncs = checks_.syncs();
        return lived_;
    }

    [[nodiscard]] TimePoint now() const { return now_; }

    // What happened last, a line each; only a life that keeps a journal writes it.
    bool keeps_journal = false;
    std::deque<std::string> journal;

  private:
    void note(std::string line) {
        constexpr std::size_t most_lines = 40;
        const auto at = std::chrono::duration<double>(now_.time_since_epoch()).count();
        journal.push_back(fmt::format("{:.1f} {}", at, line));
        if (journal.size() > most_lines) {
            journal.pop_front();
        }
    }

    struct Planned {
        TimePoint at;
        std::uint64_t order = 0;
        std::uint64_t life = 0;  // answers of a life before are for nobody
        Event event;
        bool whole = false;

        bool operator<(const Planned& other) const {
            return at != other.at ? at > other.at : order > other.order;
        }
    };

    [[nodiscard]] bool in_sync() const {
        static const auto id = *profile::cisco_mpp_catalogue().find("GPP_A");
        return saved_.values.get(id) == world_.version() && !checks_.under_way();
    }

    void plan(Duration after, Event event, bool whole = true) {
        planned_.push({now_ + after, ++order_, lived_.boots, std::move(event), whole});
    }

    void boot(phone::BootReason reason) {
        ++lived_.boots;
        checks_.boot(now_);
        busy_ = false;
        network_up_ = true;
        alive_ = false;
        phone_ = std::make_unique<phone::Phone>(
            profile::cisco_mpp(), identity(), settings_, saved_, prng_.next());
        if (clock_known_) {
            step(phone::WallClockRead{wall()}, true);
        }
        step(phone::Booted{reason}, true);
        alive_ = true;
        step(phone::NetworkUp{setup_.lease}, true);
    }

    [[nodiscard]] WallTime wall() const {
        return start_of_time + std::chrono::floor<Seconds>(now_.time_since_epoch()) + skew_;
    }

    void go_on_until(TimePoint end) {
        int steps_now = 0;
        while (true) {
            const auto deadline = phone_->next_deadline();
            const bool timer = deadline && (planned_.empty() || *deadline <= planned_.top().at);
            if (!timer && planned_.empty()) {
                break;
            }
            const TimePoint next = std::max(now_, timer ? *deadline : planned_.top().at);
            if (next > end) {
                break;
            }
            steps_now = next == now_ ? steps_now + 1 : 0;
            if (steps_now > 100'000) {
                throw Violation("never ends doing something at one moment");
            }
            now_ = next;
            if (timer) {
                step(phone::DeadlineReached{}, true);
            } else {
                happen();
            }
        }
        now_ = std::max(now_, end);
    }

    void happen() {
        const Planned planned = planned_.top();
        planned_.pop();
        if (std::holds_alternative<phone::DeadlineReached>(planned.event)) {
            if (now_ < faults_end_) {
                accident();
                plan_accident();
            }
            return;
        }
        const auto id = transfer_of(planned.event);
        if (id && planned.life != lived_.boots) {
            return;
        }
        if (id) {
            checks_.answered(*id);
        }
        step(planned.event, planned.whole);
    }

    static std::optional<phone::TransferId> transfer_of(const Event& event) {
        if (const auto* answered = std::get_if<phone::Answered>(&event)) {
            return answered->transfer;
        }
        if (const auto* failed = std::get_if<phone::TransferFailed>(&event)) {
            return failed->transfer;
        }
        return std::nullopt;
    }

    void step(const Event& event, bool whole) {
        ++lived_.steps;
        if (keeps_journal) {
            note(fmt::format("event {}{}", event_name(event), whole ? "" : ", not whole"));
        }
        const auto state = phone_->memory().customization;
        const auto* answer = std::get_if<phone::Answered>(&event);
        // A body that is not whole must leave every value as it is.
        const bool untouched = answer != nullptr && !whole && answer->status == 200;
        std::optional<profile::Values> before;
        if (untouched) {
            before = phone_->memory().values;
        }
        checks_.told(event, now_);
        const phone::Actions actions = phone_->step(event, now_);
        checks_.step(
            state, phone_->memory(), std::holds_alternative<phone::FactoryResetRequested>(event));
        if (before && !(*before == phone_->memory().values)) {
            throw Violation("a partly read profile was applied");
        }
        carry_out(actions);
    }

    void carry_out(const phone::Actions& actions) {
        const std::uint64_t life = lived_.boots;
        std::optional<phone::BootReason> next_life;
        for (const phone::Action& action : actions) {
            if (cut_in_ && (*cut_in_)-- == 0) {
                cut_in_.reset();
                ++lived_.power_cuts;
                boot(phone::BootReason::power_up);
                return;
            }
            if (keeps_journal) {
                note("    " + action_name(action));
            }
            ++lived_.actions;
            checks_.action(action, now_);
            next_life = perform(action, next_life);
        }
        if (!(saved_ == phone_->memory())) {
            throw Violation("something is remembered and not saved");
        }
        if (next_life) {
            boot(*next_life);
        } else if (life == lived_.boots && network_up_ && !checks_.under_way() && alive_) {
            checks_.not_silent(*phone_, now_);
        }
    }

    std::optional<phone::BootReason> perform(const phone::Action& action,
                                             std::optional<phone::BootReason> next_life) {
        if (const auto* transfer = std::get_if<phone::StartTransfer>(&action)) {
            start(*transfer);
        } else if (const auto* lookup = std::get_if<phone::LookUpServers>(&action)) {
            plan(100ms, phone::ServersLookedUp{lookup->lookup, {}});
        } else if (std::holds_alternative<phone::SaveMemory>(action)) {
            saved_ = phone_->memory();
        } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
            return reboot->reason;
        } else if (const auto* restart = std::get_if<phone::Restart>(&action)) {
            return restart->reason;
        }
        return next_life;
    }

    void start(const phone::StartTransfer& transfer) {
        const bool spoilt = mishap_.transfer == lived_.transfers++;
        if (!network_up_) {
            plan(30s,
                 phone::TransferFailed{
                     transfer.transfer, phone::TransferFault::connect, "no network"},
                 false);
            return;
        }
        plan(50ms, phone::ServerFound{transfer.transfer, "192.0.2.10"});
        Reply reply =
            spoilt ? world_.spoilt_answer(transfer, mishap_.failure) : world_.answer(transfer);
        std::visit(
            [&](auto& event) { plan(reply.after + 60ms, Event(std::move(event)), reply.whole); },
            reply.event);
    }

    // A DeadlineReached among what is planned stands for the next accident.
    void plan_accident() {
        if (now_ < faults_end_) {
            plan(Seconds(static_cast<std::int64_t>(prng_.up_to(7200))), phone::DeadlineReached{});
        }
    }

    void accident();
    void factory_reset();
    void storm();
    void end_the_faults();

    Prng prng_;
    Setup setup_;
    World world_;
    Checks checks_;
    phone::Settings settings_;
    phone::Memory saved_;
    TimePoint faults_end_;
    TimePoint now_{};
    std::unique_ptr<phone::Phone> phone_;
    std::priority_queue<Planned> planned_;
    std::uint64_t order_ = 0;
    bool clock_known_ = true;
    Seconds skew_{0};
    bool busy_ = false;
    bool network_up_ = true;
    bool alive_ = false;  // the boot is over
    std::optional<std::size_t> cut_in_;
    Mishap mishap_;
    Lived lived_;
};

// Something that people, providers and networks do to a phone.
void Life::accident() {
    const phone::RequestId request{1};
    switch (prng_.up_to(14)) {
        case 0:
        case 1:
            world_.publish();
            return;
        case 2:
        case 3:
            busy_ = !busy_;
            checks_.lines(busy_);
            step(phone::LinesChanged{busy_}, true);
            return;
        case 4:
            cut_in_ = prng_.up_to(8);
            return;
        case 5:
            storm();
            return;
        case 6:
            clock_known_ = true;
            skew_ = std::chrono::minutes(static_cast<std::int64_t>(prng_.up_to(6000)) - 3000);
            step(phone::WallClockRead{wall()}, true);
            return;
        case 7:
            network_up_ = !network_up_;
            network_up_ ? step(phone::NetworkUp{setup_.lease}, true)
                        : step(phone::NetworkLost{}, true);
            return;
        case 8:
            setup_.lease.ip = fmt::format("192.0.2.{}", prng_.up_to(250));
            if (network_up_) {
                step(phone::NetworkUp{setup_.lease}, true);
            }
            return;
        case 9:
            step(
                phone::ValuesSubmitted{
                    request, {{"GPP_B", std::to_string(prng_.up_to(9))}}, phone::Editor::web},
                true);
            return;
        case 10:
            step(phone::ResyncRequested{request, "", "192.0.2.5", phone::Asker::web}, true);
            return;
        case 11:
            step(phone::ResyncRequested{request, "http://p.test/b.xml", "192.0.2.5"}, true);
            return;
        case 12:
            step(phone::RebootRequested{request}, true);
            return;
        case 13:
            factory_reset();
            return;
        default:
            clock_known_ = false;
            cut_in_ = 0;
    }
}

// Somebody sets the phone up again afterwards, as it was.
void Life::factory_reset() {
    if (!one_in(prng_, 8)) {
        return;
    }
    step(phone::FactoryResetRequested{phone::RequestId{1}}, true);
    std::vector<profile::Assignment> settings;
    for (const profile::Values::Entry& entry : setup_.values.entries()) {
        settings.push_back({setup_.values.catalogue()[entry.id].name, *entry.value});
    }
    step(phone::ValuesSubmitted{phone::RequestId{1}, std::move(settings), phone::Editor::web},
         true);
}

void Life::storm() {
    constexpr std::string_view events[] = {"resync",
                                           "check-sync",
                                           "report",
                                           "reboot_now",
                                           "restart_now",
                                           "check-sync;reboot=true",
                                           "talk"};
    constexpr phone::Sender senders[] = {phone::Sender::unknown,
                                         phone::Sender::registrar,
                                         phone::Sender::known,
                                         phone::Sender::wrong};
    for (std::uint64_t n = prng_.up_to(20); n > 0; --n) {
        step(
            phone::NotifyArrived{
                phone::RequestId{1}, std::string(any_of(prng_, events)), any_of(prng_, senders), 1},
            true);
    }
}

void Life::end_the_faults() {
    world_.end_of_faults();
    if (!mishap_.power) {
        cut_in_.reset();
    }
    if (!network_up_) {
        network_up_ = true;
        step(phone::NetworkUp{setup_.lease}, true);
    }
    if (busy_) {
        busy_ = false;
        checks_.lines(false);
        step(phone::LinesChanged{false}, true);
    }
    clock_known_ = true;
    step(phone::WallClockRead{wall()}, true);
}

// A life; where it violates something, the same life once more with a journal of its end.
template <typename Make>
Lived judged(const Make& make, const std::string& name) {
    try {
        return make()->run();
    } catch (const Violation& violation) {
        const auto again = make();
        again->keeps_journal = true;
        try {
            (void)again->run();
        } catch (const Violation& same) {
            throw Violation(fmt::format("{}\nafter\n{}\nsee it again with {}",
                                        same.what(),
                                        fmt::join(again->journal, "\n"),
                                        name));
        }
        throw Violation(fmt::format("{}, and not again: {}", violation.what(), name));
    }
}

}  // namespace

Lived& Lived::operator+=(const Lived& other) {
    steps += other.steps;
    boots += other.boots;
    transfers += other.transfers;
    actions += other.actions;
    syncs += other.syncs;
    power_cuts += other.power_cuts;
    lasted += other.lasted;
    return *this;
}

Lived live(std::uint64_t seed, int days) {
    const auto life = [&] { return std::make_unique<Life>(seed, days); };
    return judged(life, fmt::format("ONHOOK_SWARM_SEED={} ONHOOK_SWARM_DAYS={}", seed, days));
}

Lived live_first_day(std::uint64_t seed, const Mishap& mishap) {
    const auto life = [&] {
        auto one = std::make_unique<Life>(seed, 0);
        one->only(mishap);
        return one;
    };
    return judged(
        life,
        mishap.power
            ? fmt::format(
                  "the first day of seed {}, the power cut before action {}", seed, *mishap.power)
            : fmt::format("the first day of seed {}, transfer {} failing in way {}",
                          seed,
                          mishap.transfer.value_or(0),
                          mishap.failure));
}

}  // namespace onhook::swarm
