#pragma once

#include <array>
#include <string>
#include <string_view>

#include "phone/customization.h"
#include "phone/samples.h"
#include "phone/states/observe.h"
#include "support/machine_bench.h"

namespace onhook::phone {

// The states of 7.1; Pending has three faces.
enum class RedirectAt : std::uint8_t {
    open,
    pending,
    asking,
    waiting,
    custom_pending,
    acquired,
    aborted,
    unavailable,
};

// Customization with its bench.
struct DrivenCustomization {
    using State = RedirectAt;

    test::MachineBench bench;
    Customization machine;

    DrivenCustomization() { bench.settings.redirect_rule = test::redirect_rule; }

    void enter(RedirectAt at);
    [[nodiscard]] RedirectAt state() const;

    // The newest transfer, or one that nobody waits for.
    [[nodiscard]] TransferId newest() const {
        return bench.count<StartTransfer>() > 0 ? bench.transfer().transfer : TransferId{1};
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    template <typename Event>
    void tell(Event event) {
        event.transfer = newest();
        Context context = bench.context();
        if (machine.owns(event.transfer)) {
            (void)machine.on(event, context);
        }
    }

    void answer(int status, std::string body = {}) {
        tell(Answered{{}, status, std::move(body), "/moved", "Basic realm=\"x\""});
    }

    void find_server() {
        if (machine.owns(newest())) {
            machine.on(ServerFound{newest(), "192.0.2.1"});
        }
    }

    void ask() {
        Context context = bench.context();
        CHECK(machine.ask(context));
    }

    void settle_at_boot() {
        Context context = bench.context();
        machine.settle_at_boot(context);
    }

    void pass_deadline(Duration early = {}) {
        bench.now = machine.deadline().value_or(bench.now + 24h) - early;
        Context context = bench.context();
        machine.on_deadline(context);
    }

    void configure(std::string_view name) {
        Context context = bench.context();
        const std::array changed = {*profile::cisco_mpp_catalogue().find(name)};
        machine.on_configured(changed, context);
    }

    // The next life has its memory and nothing else.
    void reboot() { machine = Customization(); }

    void factory_reset();

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, machine.deadline(), bench.now, bench.memory};
    }

    [[nodiscard]] Actions& actions() { return bench.actions; }
};

[[nodiscard]] test::Table customization_table();

}  // namespace onhook::phone
