#pragma once

#include <array>
#include <string>
#include <string_view>

#include "phone/reporter.h"
#include "phone/states/observe.h"
#include "profile/flat_profile.h"
#include "support/machine_bench.h"

namespace onhook::phone {

using ReporterState = Reporter::State;

// Reports once at its start, and asks for no profile.
[[nodiscard]] inline test::SamplePhone reporting(std::string_view rule) {
    return test::SamplePhone().set("Report_Rule", rule).set("Profile_Rule", "");
}

// The states in the modes of 8.4; On Request nothing waits, Periodically something always does.
enum class ReportsAt : std::uint8_t {
    request_idle,
    request_sending,
    local_idle,
    local_waiting,
    local_sending,
    period_waiting,
    period_sending,
};

// Reporter with its bench.
struct DrivenReporter {
    using State = ReportsAt;

    test::MachineBench bench;
    Reporter reporter;
    bool by_batch = false;  // `local_sending` tells a batch

    DrivenReporter() : bench(reporting("http://s/r.xml")) {}

    explicit DrivenReporter(ReporterState state, std::string_view mode = "On Request")
        : DrivenReporter() {
        begin(mode);
        if (state == ReporterState::waiting) {
            change_here("GPP_P", "begins a batch");
        }
        if (state == ReporterState::sending) {
            send();
        }
    }

    // A start reports On Request; that is over.
    void begin(std::string_view mode) {
        bench.set("Report_to_Server", mode);
        if (mode != "On Request") {
            boot();
        }
    }

    void enter(ReportsAt at);
    [[nodiscard]] ReportsAt state() const;

    void boot() {
        Context context = bench.context();
        reporter.boot(context);
    }

    // Another life with the same memory.
    void boot_anew() {
        reporter = Reporter();
        boot();
    }

    void send() {
        Context context = bench.context();
        reporter.request(context);
    }

    void tell_changed(std::string_view name) {
        const std::array changed = {*profile::cisco_mpp_catalogue().find(name)};
        Context context = bench.context();
        reporter.changed(changed, context);
    }

    // As a resync or the redirect service does.
    void change(std::string_view name, std::string_view value) {
        bench.set(name, value);
        tell_changed(name);
    }

    // As the web page and the screen do.
    void change_here(std::string_view name, std::string_view value) {
        change(name, value);
        Context context = bench.context();
        reporter.changed_here(context);
    }

    void pass_deadline(Duration early = {}) {
        bench.now = reporter.deadline().value_or(bench.now + early) - early;
        Context context = bench.context();
        reporter.on_deadline(context);
    }

    void keep_unreported() {
        Context context = bench.context();
        reporter.keep_unreported(context);
    }

    // In how many seconds the timer is due; -1: there is none.
    [[nodiscard]] int due_in() const {
        const auto due = reporter.deadline();
        return due ? static_cast<int>(std::chrono::duration_cast<Seconds>(*due - bench.now).count())
                   : -1;
    }

    // The report that is being sent: `GPP_A=1 GPP_B=2`.
    [[nodiscard]] std::string read_delta() const {
        std::string all;
        const auto elements = profile::read_flat_profile(bench.transfer().body);
        CHECK(elements.has_value());
        for (const profile::Element& element : *elements) {
            all += (all.empty() ? "" : " ") + element.name + "=" + element.text;
        }
        return all;
    }

    [[nodiscard]] std::string delta() {
        send();
        return read_delta();
    }

    // The newest transfer, or one that nobody waits for.
    [[nodiscard]] TransferId newest() const {
        return bench.count<StartTransfer>() > 0 ? bench.transfer().transfer : TransferId{1};
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    template <typename Event>
    void tell(Event event) {
        event.transfer = newest();
        Context context = bench.context();
        if (reporter.owns(event.transfer)) {
            reporter.on(event, context);
        }
    }

    void answer(int status) { tell(Answered{{}, status, {}, "/moved.xml", "Basic"}); }

    void find_server() {
        if (reporter.owns(newest())) {
            reporter.on(ServerFound{newest(), "192.0.2.1"});
        }
    }

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, reporter.deadline(), bench.now, bench.memory};
    }

    [[nodiscard]] Actions& actions() { return bench.actions; }
};

[[nodiscard]] test::Table reporter_table();

}  // namespace onhook::phone
