#include "swarm/journal.h"

#include <array>

#include <fmt/format.h>

namespace onhook::swarm {

namespace {

std::string event_name(const phone::Event& event) {
    constexpr std::array<std::string_view, std::variant_size_v<phone::Event>> names = {
        "booted",
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
    const std::string_view name = names.at(event.index());
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
    constexpr std::array<std::string_view, std::variant_size_v<phone::Action>> names = {
        "transfer",
        "look up",
        "ask pnp",
        "stop pnp",
        "save",
        "reboot",
        "restart",
        "log",
        "observed",
        "answer",
        "answer",
        "tidy images"};
    return std::string(names.at(action.index()));
}

}  // namespace

void Journal::event(const phone::Event& event, bool whole, TimePoint now) {
    note(fmt::format("event {}{}", event_name(event), whole ? "" : ", not whole"), now);
}

void Journal::action(const phone::Action& action, TimePoint now) {
    note("    " + action_name(action), now);
}

void Journal::note(std::string line, TimePoint now) {
    constexpr std::size_t most_lines = 40;
    const auto at = std::chrono::duration<double>(now.time_since_epoch()).count();
    lines_.push_back(fmt::format("{:.1f} {}", at, line));
    if (lines_.size() > most_lines) {
        lines_.pop_front();
    }
}

}  // namespace onhook::swarm
