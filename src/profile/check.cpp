#include "profile/check.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/utf8.h"
#include "profile/findings.h"
#include "profile/flyingvoice_file.h"

namespace onhook::profile {

namespace {

constexpr std::size_t most_rules_bytes = std::size_t{1} << 20U;

bool is_rule_like(ValueType type) {
    return type == ValueType::rule || type == ValueType::expression || type == ValueType::delays ||
           type == ValueType::message;
}

// `Parameter_Name: rule`; nothing for a bare rule. The blank tells the colon from a URL's.
std::string_view name_of_line(std::string_view line) {
    const auto end = std::find_if_not(line.begin(), line.end(), is_name_char);
    const auto length = static_cast<std::size_t>(end - line.begin());
    const std::string_view rest = line.substr(length);
    return rest == ":" || rest.starts_with(": ") || rest.starts_with(":\t") ? line.substr(0, length)
                                                                            : std::string_view();
}

void check_line(std::string_view line, std::size_t offset, Findings& findings) {
    const Catalogue& catalogue = cisco_mpp_catalogue();
    const std::string_view name = name_of_line(line);
    const auto id = catalogue.find(name.empty() ? "Profile_Rule" : name);
    if (!id || !is_rule_like(catalogue[*id].type)) {
        const auto nearest = id ? std::nullopt : findings.nearest(catalogue, name);
        findings.add(
            offset,
            "unknown-rule",
            fmt::format("no rule, trigger, delay list or log message is called '{}'", shown(name)),
            nearest ? fmt::format("did you mean {}?", *nearest)
                    : std::string("write Profile_Rule: or another parameter's name"));
        return;
    }
    const std::size_t behind_name = name.empty() ? 0 : name.size() + 1;
    const std::string_view text = trim(line.substr(behind_name));
    const std::size_t start = offset + behind_name + line.substr(behind_name).find(text);
    const auto place_of = [start](std::size_t at) { return start + at; };
    check_ascii(text, place_of, findings);
    check_setting(catalogue[*id], text, place_of, findings);
}

void check_rules(std::string_view text, Findings& findings) {
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        findings.add(nul, "not-text", "there is a NUL byte", "save the file as UTF-8 text");
        return;
    }
    if (text.size() > most_rules_bytes) {
        findings.add(0,
                     "not-text",
                     fmt::format("more than {} bytes of rules", most_rules_bytes),
                     "check a file of rules, one a line");
        return;
    }
    std::size_t offset = text.starts_with(utf8_byte_order_mark) ? utf8_byte_order_mark.size() : 0;
    for (const std::string_view line : split(text.substr(offset), '\n')) {
        const std::string_view content = trim(line);
        if (!content.empty() && content.front() != '#') {
            check_line(content, offset + line.find(content), findings);
        }
        offset += line.size() + 1;
    }
}

// `key = value`. A key starts with a letter, so that no comparison of a trigger looks like one.
bool is_pair(std::string_view line) {
    Cursor in(line);
    const std::string_view key =
        in.take_while([](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.'; });
    in.skip_spaces();
    return !key.empty() && is_letter(key.front()) && in.accept("=");
}

// By the first line that says something; the header of Flyingvoice files is none.
FileKind kind_of_text(std::string_view text) {
    const bool header = text.starts_with("#!version");
    for (const std::string_view raw : split(text, '\n')) {
        const std::string_view line = trim(raw);
        if (line.empty() || line.front() == '#' || line.front() == ';') {
            continue;
        }
        if (is_boot_include(line) || line.starts_with("overwrite_mode")) {
            return FileKind::flyingvoice_boot;
        }
        return header || is_pair(line) ? FileKind::flyingvoice_file : FileKind::rules;
    }
    return header ? FileKind::flyingvoice_file : FileKind::rules;
}

}  // namespace

FileKind kind_of_file(std::string_view text) {
    if (text.starts_with("\x1f\x8b") || text.starts_with("Salted__")) {
        return FileKind::sealed;
    }
    if (text.starts_with(utf8_byte_order_mark)) {
        text.remove_prefix(utf8_byte_order_mark.size());
    }
    if (const std::string_view content = trim(text); content.empty() || content.front() == '<') {
        return FileKind::cisco_profile;
    }
    return kind_of_text(text);
}

std::vector<Diagnostic> check_file(std::string_view text) {
    Findings findings(text);
    switch (kind_of_file(text)) {
        case FileKind::cisco_profile:
            check_cisco_profile(text, findings);
            break;
        case FileKind::flyingvoice_file:
            check_flyingvoice_file(text, findings);
            break;
        case FileKind::flyingvoice_boot:
            check_boot_file(text, findings);
            break;
        case FileKind::rules:
            check_rules(text, findings);
            break;
        case FileKind::sealed:
            findings.add(0, "sealed-file", "the file is compressed or encrypted", "open it first");
            break;
    }
    return std::move(findings).sorted();
}

}  // namespace onhook::profile
