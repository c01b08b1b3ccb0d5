#pragma once

// What tests that kill processes share: chance that can be replayed, and requests over HTTP whose
// answer may never come.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/prng.h"
#include "base/text.h"
#include "net/fetch.h"
#include "net/loop.h"

namespace onhook::test {

// Decides when to kill and what to do before. ONHOOK_SEED replays the decisions of a run, not what
// the scheduler made of them.
class Chance {
  public:
    Chance() : Chance(seed_of_this_run()) {}

    [[nodiscard]] Duration within(std::chrono::microseconds longest) {
        const auto drawn = prng_.up_to(static_cast<std::uint64_t>(longest.count()));
        return std::chrono::microseconds(static_cast<std::int64_t>(drawn));
    }

    // 0..count-1
    [[nodiscard]] std::size_t pick(std::size_t count) {
        return static_cast<std::size_t>(prng_.up_to(count - 1));
    }

    [[nodiscard]] bool once_in(std::size_t times) { return pick(times) == 0; }

  private:
    explicit Chance(std::uint64_t seed) : prng_(seed) {
        std::cout << "ONHOOK_SEED=" << seed << " replays the choices of this run" << std::endl;
    }

    static std::uint64_t seed_of_this_run() {
        const char* given = std::getenv("ONHOOK_SEED");
        const auto number = parse_number<std::uint64_t>(given == nullptr ? "" : given);
        CHECK(given == nullptr || number);
        return number.value_or(net::Loop::random_seed());
    }

    Prng prng_;
};

// Asks over the loop that it is given, one connection a request.
class HttpAsker {
  public:
    using Answered = std::function<void(std::optional<net::TransferAnswer>)>;

    explicit HttpAsker(net::Loop& loop) : loop_(loop), fetcher_(loop, {}) {}

    // `answered` gets nothing when the connection failed or ended before the answer did.
    void start(net::TransferRequest request, const Answered& answered) {
        request.id = net::TransferId{++last_};
        fetcher_.start(
            std::move(request),
            {.server_found = [](const std::string&) {},
             .answered = [answered](net::TransferAnswer answer) { answered(std::move(answer)); },
             .failed = [answered](const net::TransferFailure&) { answered(std::nullopt); }});
    }

    // Runs the loop until the answer is there.
    [[nodiscard]] std::optional<net::TransferAnswer> ask(net::TransferRequest request) {
        std::optional<net::TransferAnswer> result;
        start(std::move(request), [&](std::optional<net::TransferAnswer> answer) {
            result = std::move(answer);
            loop_.stop();
        });
        loop_.run();
        return result;
    }

  private:
    net::Loop& loop_;
    net::Fetcher fetcher_;
    std::uint32_t last_ = 0;
};

// Runs the loop for so long.
inline void run_for(net::Loop& loop, Duration duration) {
    net::Timer timer(loop);
    timer.arm(net::Loop::now() + duration, [&loop] { loop.stop(); });
    loop.run();
}

// The text of a flat profile's element; empty when it is not there.
inline std::string_view element_text(std::string_view document, const std::string& name) {
    std::size_t at = document.find("<" + name + ">");
    if (at == std::string_view::npos) {
        at = document.find("<" + name + " ");
    }
    const std::size_t begin = at == std::string_view::npos ? at : document.find('>', at);
    if (begin == std::string_view::npos || document[begin - 1] == '/') {
        return {};
    }
    const std::string_view rest = document.substr(begin + 1);
    return rest.substr(0, rest.find('<'));
}

}  // namespace onhook::test
