#include "cli/phone_orders.h"

#include <memory>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "agent/control.h"
#include "base/printable.h"
#include "cli/output.h"

namespace onhook::cli {

namespace {

struct PhoneOrder {
    std::string state;
    std::string line_state;
    unsigned line = 1;
    std::string rule;
};

// 0: done, its sentence is printed; 1: the phone refuses; 2: no phone runs there.
int tell(const std::string& state, const agent::ControlOrder& order) {
    const auto answer = agent::tell_phone(state, order);
    if (!answer) {
        return complain(answer.error().detail);
    }
    if (!answer->done) {
        fmt::print(stderr, "onhook: {}\n", printable(answer->text));
        return 1;
    }
    fmt::print("{}\n", printable(answer->text));
    return 0;
}

CLI::App* add_order(CLI::App& phone,
                    const std::string& name,
                    const std::string& help,
                    const std::shared_ptr<PhoneOrder>& order) {
    CLI::App* command = phone.add_subcommand(name, help);
    command->add_option("--state", order->state, "The state directory of the running phone")
        ->required();
    return command;
}

}  // namespace

void add_phone_orders(CLI::App& phone, int& status) {
    const auto order = std::make_shared<PhoneOrder>();
    CLI::App* line = add_order(
        phone,
        "line",
        "Says that a call holds a line of the running phone, or none does any more; a resync that "
        "is due waits for it, Forced_Resync_Delay seconds at most",
        order);
    line->add_option("busy|idle", order->line_state, "What the line is now")
        ->required()
        ->check(CLI::IsMember({"busy", "idle"}));
    line->add_option("--line", order->line, "Which of its lines")
        ->check(CLI::Range(1U, agent::last_line))
        ->capture_default_str();
    line->callback([order, &status] {
        status = tell(order->state, agent::SetLine{order->line, order->line_state == "busy"});
    });
    CLI::App* resync =
        add_order(phone, "resync", "Makes the running phone resync, as its own menu does", order);
    resync->add_option("rule", order->rule, "A profile rule for this time (default: its own)");
    resync->callback(
        [order, &status] { status = tell(order->state, agent::ResyncNow{order->rule}); });
    CLI::App* stop = add_order(phone, "stop", "Ends the running phone", order);
    stop->callback([order, &status] { status = tell(order->state, agent::StopPhone{}); });
}

}  // namespace onhook::cli
