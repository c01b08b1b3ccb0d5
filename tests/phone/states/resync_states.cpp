// What Resync does in each of its states.
#include "phone/states/driven_resync.h"

namespace onhook::phone {

namespace {

using ResyncIn = test::Input<DrivenResync>;

constexpr auto resync_idle = ResyncState::idle;
constexpr auto transferring = ResyncState::transferring;

constexpr std::string_view timed = "timers";

constexpr std::array<test::NamedState<ResyncState>, 8> resync_states = {{
    {resync_idle,
     {"idle",
      "nothing is due: the boot has not decided yet, or no timer is set",
      test::Place::first}},
    {ResyncState::start_delay,
     {"start_delay", "waits `Resync_Random_Delay` after a boot", test::Place::middle, timed}},
    {ResyncState::periodic_wait,
     {"periodic_wait", "waits `Resync_Periodic` after a success", test::Place::middle, timed}},
    {ResyncState::daily_wait,
     {"daily_wait", "waits for `Resync_At` after a success", test::Place::middle, timed}},
    {ResyncState::retry_wait,
     {"retry_wait",
      "waits `Resync_Error_Retry_Delay` after a failure",
      test::Place::middle,
      timed}},
    {ResyncState::blocked,
     {"blocked", "a resync is due, but no `Resync_Trigger` is true; tested every 10 s"}},
    {ResyncState::line_wait,
     {"line_wait", "a resync is due, but a call holds a line; at most `Forced_Resync_Delay`"}},
    {transferring, {"transferring", "a pass over the rules runs; the schedule waits for its end"}},
}};

std::vector<ResyncIn> resync_boots() {
    constexpr std::string_view at_first = "a boot decides in idle";
    const std::vector<ResyncState> later = {ResyncState::start_delay,
                                            ResyncState::periodic_wait,
                                            ResyncState::daily_wait,
                                            ResyncState::retry_wait,
                                            ResyncState::blocked,
                                            ResyncState::line_wait};
    const auto boot = [&](std::string_view name, std::string_view section, ResyncIn::Does decide) {
        return ResyncIn{name, section, decide}
            .never(later, at_first)
            .bug({transferring}, at_first)
            .begins();
    };
    return {
        boot("boot that resyncs", "5.1, 6.5", [](auto& d) { d.wait_start_delay(); }),
        boot("boot without a resync", "5.1, 6.3", [](auto& d) { d.resume(); }),
        boot("boot without a resync after an earlier success", "6.3", [](auto& d) { d.resume(); })
            .when([](auto& d) { d.remember_success(); }),
        boot("boot without a resync after an earlier success, `Resync_At` is set",
             "5.1",
             [](auto& d) {
                 d.bench.set("Resync_At__HHmm_", "1000");
                 d.resume();
             })
            .when([](auto& d) { d.remember_success(); }),
        boot("boot without a resync after a failure", "6.3", [](auto& d) { d.retry_later(); }),
    };
}

std::vector<ResyncIn> resync_starts() {
    constexpr std::string_view waits = "the phone waits for the end of the pass";
    return {
        ResyncIn{"a resync is due", "6.1", [](auto& d) { (void)d.start(); }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{"a resync is due, a call holds a line",
                 "6.1",
                 [](auto& d) {
                     d.bench.network.busy = true;
                     (void)d.start();
                 }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{"a resync is due, no trigger is true",
                 "5.1",
                 [](auto& d) {
                     d.set_false_trigger();
                     (void)d.start();
                 }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{"a resync is due, there is no rule",
                 "6.2",
                 [](auto& d) {
                     d.bench.set("Profile_Rule", "");
                     (void)d.start();
                 }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{"a resync is due, its server is outside `Restricted_Access_Domains`",
                 "4.3",
                 [](auto& d) {
                     d.bench.set("Restricted_Access_Domains", "example.com");
                     (void)d.start();
                 }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{"request for all rules", "6.1", [](auto& d) { (void)d.request({}); }}
            .noting({transferring}, "waits for the pass; the last request wins")
            .noting({ResyncState::blocked}, "no trigger counts")
            .noting({ResyncState::line_wait}, "the last request wins"),
        ResyncIn{"request for one rule",
                 "6.2",
                 [](auto& d) {
                     (void)d.request(OneRule{"http://h/once.xml", ""});
                 }}
            .noting({transferring}, "waits for the pass; the last request wins")
            .noting({ResyncState::line_wait}, "the last request wins"),
        ResyncIn{"request, a call holds a line",
                 "6.1",
                 [](auto& d) {
                     d.bench.network.busy = true;
                     (void)d.request({});
                 }}
            .noting({transferring}, "waits for the pass, then for the line"),
    };
}

// 7: the redirect service's retries take the place of the error retry, and give it back.
std::vector<ResyncIn> resync_stand_ins() {
    constexpr std::string_view waits = "the phone waits for the end of the pass";
    return {
        ResyncIn{"the redirect service goes on in place of retries",
                 "6.5, 13.3",
                 [](auto& d) { d.resume(); }}
            .bug({transferring}, waits)
            .undrawn(),
        ResyncIn{
            "the redirect service named no server", "6.5, 13.3", [](auto& d) { d.retry_later(); }}
            .never({ResyncState::start_delay,
                    ResyncState::periodic_wait,
                    ResyncState::daily_wait,
                    ResyncState::retry_wait,
                    ResyncState::blocked,
                    ResyncState::line_wait},
                   "what is due comes anyway")
            .bug({transferring}, waits)
            .undrawn(),
    };
}

std::vector<ResyncIn> resync_times() {
    const auto deadline = [](auto& d) { d.pass_deadline(); };
    return {
        ResyncIn{"early deadline",
                 test::ours,
                 [](auto& d) {
                     d.bench.now = d.resync.deadline().value_or(TimePoint{} + 1s) - 1ms;
                     (void)d.deadline();
                 }},
        ResyncIn{"deadline", "6.1", deadline}
            .noting({ResyncState::blocked}, "still none is true")
            .noting({ResyncState::line_wait}, "`Forced_Resync_Delay` is over (5.1)"),
        ResyncIn{"deadline, a call holds a line",
                 "6.1",
                 [](auto& d) {
                     d.bench.network.busy = true;
                     d.pass_deadline();
                 }},
        ResyncIn{"deadline, no trigger is true",
                 "5.1",
                 [](auto& d) {
                     d.set_false_trigger();
                     d.pass_deadline();
                 }},
        ResyncIn{"deadline, a trigger is true",
                 "5.1",
                 [](auto& d) {
                     d.bench.set("Resync_Trigger_1", "1 eq 1");
                     d.pass_deadline();
                 }},
        ResyncIn{"a line becomes busy", "6.1", [](auto& d) { d.lines(true); }},
        ResyncIn{"all lines become idle", "6.1", [](auto& d) { d.lines(false); }},
        ResyncIn{"clock read", "5.1, 15", [](auto& d) { d.read_clock(); }}.noting(
            {ResyncState::daily_wait}, "the same time still"),
        ResyncIn{"clock becomes known, `Resync_At` is set",
                 "5.1, 15",
                 [](auto& d) {
                     d.clock = 0s;
                     d.read_clock();
                 }}
            .when([](auto& d) {
                d.clock.reset();
                d.bench.set("Resync_At__HHmm_", "1000");
            })
            .never({ResyncState::daily_wait}, "it takes a known clock"),
        ResyncIn{"clock jumps an hour ahead",
                 "5.1, 15",
                 [](auto& d) {
                     d.clock = 1h;
                     d.read_clock();
                 }}
            .noting({ResyncState::daily_wait}, "moves with the clock")
            .noting({ResyncState::periodic_wait}, "an interval does not"),
    };
}

std::vector<ResyncIn> resync_changes() {
    constexpr std::string_view still = "counts when this wait is over";
    const std::vector<ResyncState> waits = {ResyncState::start_delay,
                                            ResyncState::retry_wait,
                                            ResyncState::blocked,
                                            ResyncState::line_wait};
    return {
        ResyncIn{
            "`Resync_Periodic` changes", "5.2", [](auto& d) { d.change("Resync_Periodic", "100"); }}
            .noting(waits, still)
            .noting({resync_idle}, "there was no success yet")
            .noting({transferring}, "its end sees to that"),
        ResyncIn{"`Resync_Periodic` changes, an earlier success",
                 "5.2",
                 [](auto& d) { d.change("Resync_Periodic", "100"); }}
            .when([](auto& d) { d.remember_success(); })
            .noting(waits, still),
        ResyncIn{"`Resync_At` is set", "5.1", [](auto& d) { d.change("Resync_At__HHmm_", "1100"); }}
            .noting(waits, still)
            .noting({resync_idle}, "there was no success yet"),
        ResyncIn{
            "`Resync_At` is emptied", "5.1", [](auto& d) { d.change("Resync_At__HHmm_", ""); }},
        ResyncIn{"another parameter changes", "6.6", [](auto& d) { d.change("GPP_A", "2"); }},
        ResyncIn{"`Provision_Enable` becomes No, or a restart",
                 "5.1",
                 [](auto& d) { (void)d.resync.drop_waiting(); }}
            .noting({resync_idle, ResyncState::start_delay}, "the phone lets no timer count")
            .noting({ResyncState::line_wait}, "a request is told so")
            .noting({transferring}, "the pass comes to its end"),
    };
}

}  // namespace

void DrivenResync::enter(ResyncState state) {
    switch (state) {
        case ResyncState::idle:
            return;
        case ResyncState::start_delay:
            wait_start_delay();
            return;
        case ResyncState::daily_wait:
            bench.set("Resync_At__HHmm_", "1000");
            [[fallthrough]];
        case ResyncState::periodic_wait:
            (void)start();
            (void)answer(200, profile_text);
            return;
        case ResyncState::retry_wait:
            (void)start();
            (void)answer(500);
            return;
        case ResyncState::blocked:
            set_false_trigger();
            (void)start();
            return;
        case ResyncState::line_wait:
            bench.network.busy = true;
            (void)start();
            return;
        case ResyncState::transferring:
            if (!rule_of_pass.empty()) {
                bench.set("Profile_Rule", rule_of_pass);
            }
            (void)(one_rule ? request(one_rule) : start());
            return;
    }
}

std::string_view name_of(ResyncState state) {
    return resync_states.at(static_cast<std::size_t>(state)).name.name;
}

test::Table resync_table() {
    std::vector<test::Inputs<DrivenResync>> groups = {
        {"A boot decides", resync_boots()},
        {"A resync is due, or somebody asks for one", resync_starts()},
        {"The redirect service stands in", resync_stand_ins()},
        {"Time, lines and the clock", resync_times()},
        {"Parameters change", resync_changes()}};
    for (auto& group : resync_transfer_inputs()) {
        groups.push_back(std::move(group));
    }
    return test::Observer<DrivenResync>(resync_states).observe(groups);
}

}  // namespace onhook::phone
