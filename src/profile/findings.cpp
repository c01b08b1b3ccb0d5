#include "profile/findings.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/nearest_name.h"

namespace onhook::profile {

namespace {

// Looking for the nearest name costs; a file with more unknown names is for other phones.
constexpr std::size_t most_file_suggestions = 200;

const DiagnosticKind& kind_of(std::string_view code) {
    const auto kinds = diagnostic_kinds();
    const auto kind = std::find_if(
        kinds.begin(), kinds.end(), [&](const DiagnosticKind& one) { return one.code == code; });
    CHECK(kind != kinds.end());
    return *kind;
}

}  // namespace

void Findings::add(std::size_t offset,
                   std::string_view code,
                   std::string message,
                   std::string remedy) {
    const auto [line, column] = lines_.at(offset);
    add({line, column, kind_of(code).severity, code, std::move(message), std::move(remedy)});
}

void Findings::add(Diagnostic diagnostic) {
    diagnostic.code = kind_of(diagnostic.code).code;  // lives for ever
    found_.push_back(std::move(diagnostic));
}

std::optional<std::string_view> Findings::nearest(const Catalogue& catalogue,
                                                  std::string_view name) {
    return ++unknown_ <= most_file_suggestions ? nearest_name(catalogue, name) : std::nullopt;
}

void Findings::add_unknown(const Catalogue& catalogue, std::string_view name, std::size_t offset) {
    const auto nearest = this->nearest(catalogue, name);
    if (nearest && equals_ignoring_case(*nearest, name)) {
        add(offset,
            "wrong-case",
            fmt::format("'{}' is in the wrong case, and the phone ignores it", name),
            fmt::format("write {}", *nearest));
    } else {
        add(offset,
            "unknown-parameter",
            fmt::format("no parameter is called '{}', and the phone ignores it", shown(name)),
            nearest ? fmt::format("did you mean {}?", *nearest)
                    : std::string("remove it, or look the name up"));
    }
}

void Findings::give(AllGiven& all, const Parameter& parameter, ParameterId id, Given given) {
    const auto [at, first] = all.try_emplace(id);
    if (!first) {
        add(at->second.offset,
            "duplicate",
            fmt::format("{} does nothing here: line {} sets it again",
                        parameter.name,
                        lines_.at(given.offset).first),
            "keep one of the two");
    }
    at->second = std::move(given);
}

std::vector<Diagnostic> Findings::sorted() && {
    std::stable_sort(found_.begin(), found_.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return std::move(found_);
}

std::string shown(std::string_view name) {
    constexpr std::size_t longest = 64;
    if (name.size() <= longest) {
        return std::string(name);
    }
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
        --end;  // not inside a character
    }
    return std::string(name.substr(0, end)) + "...";
}

}  // namespace onhook::profile
