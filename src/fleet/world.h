#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "phone/actions.h"
#include "phone/events.h"

namespace onhook::fleet {

// Whether `url` is like `pattern`, in which each `*` stands for any text, none included. Every
// other character stands for itself, `?` too: URLs have it before their query.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view url);

// What a scripted world says to the requests that it covers.
struct WorldRule {
    std::string match;
    std::optional<phone::Method> method = {};  // nothing: any
    // How many requests it answers, then it is used up; nothing: all of them.
    std::optional<std::uint64_t> times = {};
    int status = 200;
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
    Duration delay{0};
    // No answer comes: why. The reason is for people.
    std::optional<phone::TransferFault> fault = {};
    std::string reason = {};
};

// Servers that answer as somebody wrote down: the first rule that covers a request and is not used
// up says what comes. Where there is none, nobody listens.
class World {
  public:
    explicit World(std::vector<WorldRule> rules) : rules_(std::move(rules)) {}

    // What `request` leads to. The server's name has been resolved unless the fault is dns. The
    // body is opened as a phone does it (cisco-mpp.md 1.12), which may fail.
    struct Reply {
        phone::Event event;  // Answered or TransferFailed
        Duration delay{0};
        bool resolved = true;
    };

    [[nodiscard]] Reply reply_to(const phone::StartTransfer& request, bool allow_plain_with_key);

  private:
    [[nodiscard]] WorldRule* rule_for(const phone::StartTransfer& request);

    std::vector<WorldRule> rules_;
};

}  // namespace onhook::fleet
