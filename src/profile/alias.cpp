#include "profile/alias.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr std::string_view root = "/flat-profile/";

constexpr bool may_start_a_name(char c) {
    return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80U;
}

constexpr bool may_be_in_a_name(char c) {
    return may_start_a_name(c) || is_digit(c) || c == '-' || c == '.' || c == ':';
}

// XML 1.0, 2.3: Name, as far as one needs it to find the end of one.
Result<std::string_view, ParseError> parse_name(Cursor& in) {
    if (!may_start_a_name(in.peek())) {
        return in.wanted("the name of an element");
    }
    return in.take_while(may_be_in_a_name);
}

// 1.7: slash-separated element names.
Result<std::string, ParseError> parse_path(Cursor& in) {
    if (in.peek() != '/') {
        return in.wanted("a path of elements such as /SIP-Credentials/name");
    }
    std::string path;
    while (in.accept("/")) {
        const auto name = parse_name(in);
        if (!name) {
            return Failure{name.error()};
        }
        path += '/';
        path += *name;
    }
    return path;
}

// 1.7: /flat-profile/Name.
Result<std::string, ParseError> parse_parameter(Cursor& in) {
    if (!in.accept(root)) {
        return in.wanted("a parameter such as /flat-profile/Display_Name_1_");
    }
    return parse_name(in).transform([](std::string_view name) { return std::string(name); });
}

}  // namespace

// 1.7: entries `lhs-path = rhs-path ;`.
Result<AliasMap, ParseError> AliasMap::parse(std::string_view text) {
    AliasMap map;
    Cursor in(text);
    for (in.skip_spaces(); !in.at_end(); in.skip_spaces()) {
        if (map.aliases_.size() == most) {
            return in.wanted("the end: a map has at most 30 aliases");
        }
        const Cursor start = in;
        auto path = parse_path(in);
        if (!path) {
            return Failure{std::move(path).error()};
        }
        if (std::any_of(map.aliases_.begin(), map.aliases_.end(), [&](const Alias& alias) {
                return alias.path == *path;
            })) {
            return start.wanted("a path that no alias before it has");
        }
        in.skip_spaces();
        if (!in.accept("=")) {
            return in.wanted("'='");
        }
        in.skip_spaces();
        auto parameter = parse_parameter(in);
        if (!parameter) {
            return Failure{std::move(parameter).error()};
        }
        in.skip_spaces();
        if (!in.accept(";")) {
            return in.wanted("';' behind the alias");
        }
        map.aliases_.push_back({*std::move(path), *std::move(parameter)});
    }
    // Of two ends of one path the longer one has more elements.
    std::stable_sort(map.aliases_.begin(), map.aliases_.end(), [](const Alias& a, const Alias& b) {
        return a.path.size() > b.path.size();
    });
    return map;
}

std::optional<std::string_view> AliasMap::find(std::string_view path) const noexcept {
    for (const Alias& alias : aliases_) {
        if (path.ends_with(alias.path)) {
            return alias.parameter;
        }
    }
    return std::nullopt;
}

std::string AliasMap::to_string() const {
    std::string text;
    for (const Alias& alias : aliases_) {
        text += fmt::format("{} = {}{} ;\n", alias.path, root, alias.parameter);
    }
    return text;
}

}  // namespace onhook::profile
