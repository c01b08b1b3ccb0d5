// What Reporter does in each of its states, in each mode of cisco-mpp.md 8.4.
#include "phone/states/driven_reporter.h"

namespace onhook::phone {

namespace {

using ReporterIn = test::Input<DrivenReporter>;
using test::Place;

constexpr std::array<test::NamedState<ReportsAt>, 7> reports_states = {{
    {ReportsAt::request_idle,
     {"On Request, idle", "nothing is due until somebody asks", Place::first}},
    {ReportsAt::request_sending, {"On Request, sending", "a report is under way"}},
    {ReportsAt::local_idle,
     {"On Local Change, idle", "nothing was changed here since the last report", Place::first}},
    {ReportsAt::local_waiting,
     {"On Local Change, waiting", "`Upload_Delay_On_Local_Change` after the first change"}},
    {ReportsAt::local_sending, {"On Local Change, sending", "a report is under way"}},
    {ReportsAt::period_waiting,
     {"Periodically, waiting", "for the end of the period", Place::first}},
    {ReportsAt::period_sending,
     {"Periodically, sending", "a report is under way, and the next period runs"}},
}};

const std::vector<ReportsAt> all_sending = {
    ReportsAt::request_sending, ReportsAt::local_sending, ReportsAt::period_sending};

constexpr std::string_view next_delta = "the next delta report holds it";
constexpr std::string_view as_on_request = "counts as On Request";
constexpr std::string_view then_new = "the new reports follow those under way";

// A rule is read when its report is sent, so a wrong one is no change that the machine hears of.
void send_by_rule(DrivenReporter& d, std::string_view rule) {
    d.bench.set("Report_Rule", rule);
    d.send();
}

std::vector<ReporterIn> reporter_boots() {
    const auto boot = [](auto& d) { d.boot_anew(); };
    constexpr std::string_view later = "the boot comes first";
    std::vector<ReportsAt> not_first = all_sending;
    not_first.push_back(ReportsAt::local_waiting);
    return {
        ReporterIn{"boot", "8.4", boot}.never(not_first, later).begins(),
        ReporterIn{"boot, a batch was overtaken by the restart", "8.4", boot}
            .having([](auto& d) {
                d.bench.memory.unreported =
                    std::vector{*profile::cisco_mpp_catalogue().find("GPP_A")};
            })
            .never(not_first, later)
            .begins(),
        ReporterIn{"boot, `Report_Rule` is empty",
                   "8.1, 8.4",
                   [](auto& d) {
                       d.bench.set("Report_Rule", "");
                       d.boot_anew();
                   }}
            .never(not_first, later)
            .noting({ReportsAt::local_idle, ReportsAt::period_waiting}, as_on_request)
            .undrawn(),
        ReporterIn{"restart or reboot",
                   "8.4",
                   [](auto& d) {
                       d.keep_unreported();
                       d.boot_anew();
                   }}
            .undrawn(),
        ReporterIn{"restart or reboot, the report under way tells a batch",
                   "8.4",
                   [](auto& d) {
                       d.keep_unreported();
                       d.boot_anew();
                   }}
            .when([](auto& d) { d.by_batch = true; })
            .undrawn(),
        ReporterIn{"power cut", "8.2, 8.4", boot}.undrawn(),
    };
}

std::vector<ReporterIn> reporter_requests() {
    return {
        ReporterIn{"NOTIFY `report`", "8.4, 12", [](auto& d) { d.send(); }}.noting(all_sending,
                                                                                   then_new),
        ReporterIn{"NOTIFY `report`, the rule is wrong",
                   "8.1",
                   [](auto& d) { send_by_rule(d, "/no-server.xml"); }},
        ReporterIn{"NOTIFY `report`, two reports",
                   "8.1",
                   [](auto& d) { send_by_rule(d, "http://s/1.xml http://s/2.xml"); }}
            .noting(all_sending, then_new),
        ReporterIn{"early deadline", test::ours, [](auto& d) { d.pass_deadline(1ms); }},
        ReporterIn{"deadline", "8.4", [](auto& d) { d.pass_deadline(); }},
        ReporterIn{"deadline, all there is to tell is an empty delta",
                   "8.2",
                   [](auto& d) { d.pass_deadline(); }}
            .having([](auto& d) {
                if (d.reporter.state() == ReporterState::waiting) {
                    send_by_rule(d, "[--delta]http://s/d.xml");
                    d.answer(200);
                }
            }),
    };
}

std::vector<ReporterIn> reporter_changes() {
    return {
        ReporterIn{"a resync changes values", "8.2, 8.4", [](auto& d) { d.change("GPP_A", "1"); }}
            .noting({}, next_delta),
        ReporterIn{"a value is changed here", "8.4", [](auto& d) { d.change_here("GPP_A", "1"); }}
            .noting({ReportsAt::local_waiting}, "the batch counts from its first change")
            .noting({ReportsAt::request_idle,
                     ReportsAt::request_sending,
                     ReportsAt::period_waiting,
                     ReportsAt::period_sending},
                    next_delta),
        ReporterIn{"`Upload_Delay_On_Local_Change` changes",
                   "5.3",
                   [](auto& d) { d.change("Upload_Delay_On_Local_Change", "100"); }},
        ReporterIn{"`periodic_upload_to_server` changes",
                   "5.3",
                   [](auto& d) { d.change("periodic_upload_to_server", "1200"); }},
        ReporterIn{
            "`Report_Rule` is emptied", "8.1, 8.4", [](auto& d) { d.change("Report_Rule", ""); }}
            .noting({ReportsAt::local_idle,
                     ReportsAt::local_waiting,
                     ReportsAt::local_sending,
                     ReportsAt::period_waiting,
                     ReportsAt::period_sending},
                    as_on_request)
            .undrawn(),
        ReporterIn{"mode becomes On Request",
                   "8.4",
                   [](auto& d) { d.change("Report_to_Server", "On Request"); }}
            .undrawn(),
        ReporterIn{"mode becomes On Local Change",
                   "8.4",
                   [](auto& d) { d.change("Report_to_Server", "On Local Change"); }}
            .undrawn(),
        ReporterIn{"mode becomes Periodically",
                   "8.4",
                   [](auto& d) { d.change("Report_to_Server", "Periodically"); }}
            .undrawn(),
    };
}

std::vector<ReporterIn> reporter_answers() {
    const auto accept = [](auto& d) { d.answer(204); };
    const auto refuse = [](auto& d) { d.answer(500); };
    const auto two = [](auto& d) { d.bench.set("Report_Rule", "http://s/1.xml http://s/2.xml"); };
    return {
        ReporterIn{"server found", test::ours, [](auto& d) { d.find_server(); }},
        ReporterIn{"any 2xx", "8.3", accept}.noting(all_sending,
                                                    "a delta is the baseline now (8.2)"),
        ReporterIn{"any 2xx, another report follows", "8.1", accept}.when(two),
        ReporterIn{"any 2xx, a batch waits behind it", "8.4", accept}.having([](auto& d) {
            if (d.state() == ReportsAt::local_sending) {
                d.change_here("GPP_A", "1");
            }
        }),
        ReporterIn{"redirect", "4.3, 8.3", [](auto& d) { d.answer(302); }},
        ReporterIn{
            "challenge, the rule has credentials", "4.3, 8.3", [](auto& d) { d.answer(401); }}
            .when(
                [](auto& d) { d.bench.set("Report_Rule", "[--uid bob --pwd pw] http://s/r.xml"); }),
        ReporterIn{"any other status", "8.3", refuse}.noting(all_sending, "no second attempt"),
        ReporterIn{"any other status, another report follows", "8.3", refuse}.when(two),
        ReporterIn{"no answer",
                   "8.3",
                   [](auto& d) {
                       d.tell(TransferFailed{{}, TransferFault::tls, "expired"});
                   }}
            .noting(all_sending, "no second attempt"),
    };
}

ReportsAt of_mode(std::string_view mode, ReporterState state) {
    if (mode == "On Local Change") {
        return state == ReporterState::idle      ? ReportsAt::local_idle
               : state == ReporterState::waiting ? ReportsAt::local_waiting
                                                 : ReportsAt::local_sending;
    }
    if (mode == "Periodically") {
        return state == ReporterState::sending ? ReportsAt::period_sending
                                               : ReportsAt::period_waiting;
    }
    return state == ReporterState::sending ? ReportsAt::request_sending : ReportsAt::request_idle;
}

}  // namespace

void DrivenReporter::enter(ReportsAt at) {
    const bool local = at == ReportsAt::local_idle || at == ReportsAt::local_waiting ||
                       at == ReportsAt::local_sending;
    const bool request = at == ReportsAt::request_idle || at == ReportsAt::request_sending;
    begin(local ? "On Local Change" : request ? "On Request" : "Periodically");
    if (at == ReportsAt::local_waiting) {
        change_here("GPP_P", "begins a batch");
    }
    if (at == ReportsAt::local_sending && by_batch) {
        change_here("GPP_P", "begins a batch");
        pass_deadline();
    } else if (std::find(all_sending.begin(), all_sending.end(), at) != all_sending.end()) {
        send();
    }
}

ReportsAt DrivenReporter::state() const {
    const auto& values = bench.memory.values;
    const auto value = [&](std::string_view name) {
        return values.get(*values.catalogue().find(name));
    };
    const bool rule = !value("Report_Rule").empty();
    return of_mode(rule ? value("Report_to_Server") : "On Request", reporter.state());
}

test::Table reporter_table() {
    const std::array groups = {
        test::Inputs<DrivenReporter>{"Lives begin and end", reporter_boots()},
        test::Inputs<DrivenReporter>{"Somebody asks, or it is time", reporter_requests()},
        test::Inputs<DrivenReporter>{"Values change", reporter_changes()},
        test::Inputs<DrivenReporter>{"The server answers", reporter_answers()}};
    return test::Observer<DrivenReporter>(reports_states).observe(groups);
}

}  // namespace onhook::phone
