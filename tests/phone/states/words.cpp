// What a cell of a state table says.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "phone/states/table.h"

namespace onhook::test {

namespace {

using namespace phone;

std::string word_of(const StartTransfer& order) {
    switch (order.why) {
        case Why::redirect:
            return "follow the redirect";
        case Why::challenge:
            return "answer the challenge";
        case Why::first:
        case Why::next:
            break;
    }
    constexpr std::array<std::string_view, purpose_count> first = {
        "fetch", "ask the redirect service", "send the report", "fetch the load", "fetch the CA"};
    return order.why == Why::next ? "fetch the next"
                                  : std::string(first.at(static_cast<std::size_t>(order.purpose)));
}

std::string word_of(const LookUpServers&) { return "look up SRV"; }

std::string word_of(const AskPnp&) { return "ask PnP"; }

std::string word_of(const StopPnp&) { return "stop PnP"; }

std::string word_of(const SaveMemory&) { return "save"; }

std::string word_of(const Reboot& order) {
    return fmt::format("reboot ({})", to_string(order.reason));
}

std::string word_of(const Restart& order) {
    return fmt::format("restart ({})", to_string(order.reason));
}

std::string word_of(const Log& order) { return order.syslog ? "syslog" : "log"; }

std::string word_of(const Observed&) { return {}; }

std::string word_of(const AnswerRequest& order) { return order.accepted ? "accept" : "refuse"; }

std::string word_of(const AnswerNotify& order) { return fmt::format("answer {}", order.status); }

std::string word_of(const TidyImages&) { return "tidy images"; }

// The values are the test's to change; all else that is remembered is the machine's.
bool remembers_more(const Memory& before, Memory after) {
    after.values = before.values;
    return before != after;
}

}  // namespace

std::string words_of(std::span<const Action> actions) {
    std::vector<std::string> words;
    for (const Action& action : actions) {
        std::string word = std::visit([](const auto& order) { return word_of(order); }, action);
        if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(std::move(word));
        }
    }
    return fmt::format("{}", fmt::join(words, ", "));
}

std::string words_of(Duration time) {
    constexpr std::int64_t shown_as_seconds = 300;
    const auto seconds = std::chrono::ceil<Seconds>(time).count();
    if (seconds < shown_as_seconds) {
        return fmt::format("{} s", seconds);
    }
    std::vector<std::string> parts;
    for (const auto& [amount, unit] : {std::pair{seconds / 3600, "h"},
                                       std::pair{seconds / 60 % 60, "min"},
                                       std::pair{seconds % 60, "s"}}) {
        if (amount > 0) {
            parts.push_back(fmt::format("{} {}", amount, unit));
        }
    }
    return fmt::format("{}", fmt::join(parts, " "));
}

Cell cell_of(const Glance& before, const Glance& after, std::span<const Action> ordered) {
    const bool stays = before.state == after.state;
    const std::string words = words_of(ordered);
    EXPECT_TRUE(!remembers_more(before.memory, after.memory) ||
                words.find("save") != std::string::npos)
        << "what it remembers is not saved";
    if (stays && before.deadline == after.deadline && words.empty()) {
        return {after.state, "`=`"};
    }
    std::string text = stays ? "stays" : fmt::format("**{}**", after.state);
    if (after.deadline && before.deadline != after.deadline) {
        text += fmt::format(" ({})", words_of(*after.deadline - after.now));
    } else if (stays && before.deadline != after.deadline) {
        text += " (no timer)";
    }
    return {after.state, words.empty() ? text : fmt::format("{}: {}", text, words)};
}

}  // namespace onhook::test
