#pragma once

#include <array>
#include <string>
#include <string_view>

#include "phone/custom_ca.h"
#include "phone/states/observe.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

inline constexpr std::string_view ca_url = "http://h/ca.pem";
// The machine takes what the shell found good as it is.
inline constexpr std::string_view ca_text = "-----BEGIN CERTIFICATE-----";

// CustomCa with its bench.
struct DrivenCustomCa {
    using State = CustomCa::State;

    test::MachineBench bench{
        test::SamplePhone().set("Custom_CA_Rule", ca_url).set("Profile_Rule", "")};
    CustomCa machine;
    std::size_t installed = 0;  // that the phone heard of

    void enter(State state) {
        if (state == State::idle) {
            return;
        }
        change("Custom_CA_Rule", ca_url);
        if (state == State::fetching) {
            resync();
        }
    }

    [[nodiscard]] State state() const { return machine.state(); }

    void take(const CustomCa::Outcome& outcome) { installed += outcome.installed ? 1 : 0; }

    void boot() {
        machine = CustomCa();
        Context context = bench.context();
        take(machine.boot(context));
    }

    void resync() {
        Context context = bench.context();
        take(machine.resynced(context));
    }

    void request(std::string rule, std::string server = {}) {
        Context context = bench.context();
        take(machine.request({std::move(rule), std::move(server)}, context));
    }

    void change(std::string_view name, std::string_view value) {
        bench.set(name, value);
        const std::array changed = {*profile::cisco_mpp_catalogue().find(name)};
        machine.changed(changed, bench.context());
    }

    // As the phone routes it: the answers of a transfer go to who owns it.
    void answer(const test::Reply& reply) {
        Context context = bench.context();
        if (owns_newest()) {
            take(machine.on(Answered{.transfer = bench.transfer().transfer,
                                     .status = reply.status,
                                     .body = reply.body,
                                     .location = reply.location,
                                     .challenge = reply.challenge,
                                     .authority = reply.authority},
                            context));
        }
    }

    void answer_well(std::string_view certificates = ca_text) {
        answer({.status = 200, .body = std::string(certificates), .authority = "Lab CA"});
    }

    void fail(TransferFault fault = TransferFault::connect) {
        Context context = bench.context();
        if (owns_newest()) {
            take(machine.on(TransferFailed{bench.transfer().transfer, fault, "as told"}, context));
        }
    }

    void find_server() {
        if (owns_newest()) {
            machine.on(ServerFound{bench.transfer().transfer, "192.0.2.1"});
        }
    }

    [[nodiscard]] bool owns_newest() const {
        return bench.count<StartTransfer>() > 0 && machine.owns(bench.transfer().transfer);
    }

    void wait(Duration time) { bench.now += time; }

    [[nodiscard]] test::Glance glance() const { return {{}, {}, bench.now, bench.memory}; }

    [[nodiscard]] Actions& actions() { return bench.actions; }
};

[[nodiscard]] test::Table custom_ca_table();

}  // namespace onhook::phone
