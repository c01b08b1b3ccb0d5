#include "profile/load.h"

#include <algorithm>

#include "base/cursor.h"
#include "profile/version.h"

namespace onhook::profile {

namespace {

constexpr std::string_view suffix = ".loads";

constexpr bool is_model_char(char c) noexcept { return is_letter(c) || is_digit(c) || c == '_'; }

// Of the same version: one has a build and the other has none.
bool adds_build(std::string_view longer, std::string_view shorter) {
    return longer.starts_with(shorter) && longer.substr(shorter.size()).starts_with('-');
}

}  // namespace

Result<LoadName, ParseError> LoadName::parse(std::string_view text) {
    if (text.ends_with(suffix)) {
        text.remove_suffix(suffix.size());
    }
    Cursor in(text);
    if (!in.accept("sip") || in.take_while(is_model_char).empty() || in.peek() != '.') {
        return Failure{ParseError{0, "a load name like sip88xx.11-3-1MPP-678"}};
    }
    LoadName load;
    load.dot_ = in.offset();
    in.advance();
    // A version may bring a model of its own; a load has one only.
    const auto version = Version::parse(in.rest());
    if (!version || in.rest().find('.') != std::string_view::npos) {
        return in.wanted("a version like 11-3-1MPP-678");
    }
    load.text_ = text;
    return load;
}

std::optional<LoadName> load_of(const Url& url) {
    std::string_view name = url.target();
    name = name.substr(0, name.find('?'));
    name = name.substr(name.rfind('/') + 1);
    if (!name.ends_with(suffix)) {
        return std::nullopt;
    }
    const auto load = LoadName::parse(name);
    return load ? std::optional(*load) : std::nullopt;
}

bool same_load(const LoadName& a, const LoadName& b) {
    if (a.model() != b.model()) {
        return false;
    }
    if (a.version() == b.version()) {
        return true;
    }
    const auto order = Version::parse(a.version())->compare(*Version::parse(b.version()));
    return order && *order == 0 &&
           (adds_build(a.version(), b.version()) || adds_build(b.version(), a.version()));
}

Result<LimitDecision, ParseError> check_downgrade_limit(const LoadName& load,
                                                        std::string_view limit) {
    limit = trim(limit);
    if (limit.empty()) {
        return LimitDecision::allowed;
    }
    const auto least = Version::parse(limit);
    if (!least) {
        return Failure{least.error()};
    }
    return Version::parse(load.version())->compare(*least).transform([](std::weak_ordering order) {
        return order < 0 ? LimitDecision::too_old : LimitDecision::allowed;
    });
}

}  // namespace onhook::profile
