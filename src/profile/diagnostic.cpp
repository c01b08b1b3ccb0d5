#include "profile/diagnostic.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace onhook::profile {

namespace {

constexpr std::array all_kinds = {
    // The document.
    DiagnosticKind{
        "corrupt-file",
        Severity::error,
        "The file cannot be read. XML: it is ill-formed, has a DOCTYPE, is not UTF-8, has "
        "no `<flat-profile>` or passes a limit (size, depth, number of parameters, "
        "length of a value). Files of Flyingvoice phones: a line is no `key = value` or "
        "no include, or the header is another. Compressed files: what is in it does not come "
        "out, or is larger than a file may be. A phone takes nothing of it; the resync "
        "fails.",
        "Mend the place that the message names."},
    DiagnosticKind{"sealed-file",
                   Severity::error,
                   "The file is compressed or encrypted, so nothing in it can be looked at.",
                   "Open it first (`onhook open`, `gunzip`) and check what comes out."},
    DiagnosticKind{"not-text",
                   Severity::error,
                   "A file of rules holds a NUL byte or is larger than such a file may be.",
                   "Save it as UTF-8 text."},
    // Elements.
    DiagnosticKind{
        "unknown-parameter",
        Severity::warning,
        "No parameter has this name, so the phone ignores the element. The nearest known "
        "name is named where there is one.",
        "Correct the name or remove the element. A parameter of a firmware that is newer "
        "than our catalogue is fine."},
    DiagnosticKind{"wrong-case",
                   Severity::warning,
                   "A parameter has this name in other case. Case counts: the phone ignores the "
                   "element.",
                   "Write the name as the message spells it."},
    DiagnosticKind{"misplaced-parameter",
                   Severity::warning,
                   "An element with a parameter's name stands outside `<flat-profile>` or inside "
                   "another element, and sets nothing.",
                   "Move it right into `<flat-profile>`."},
    DiagnosticKind{"duplicate",
                   Severity::warning,
                   "The file sets the parameter again further down; the last occurrence wins and "
                   "this one does nothing. Synonyms count as the same parameter.",
                   "Keep one of the two."},
    DiagnosticKind{"illegal-ua",
                   Severity::warning,
                   "The attribute `ua` is none of `na`, `ro` and `rw`. The phone ignores the "
                   "attribute and takes the value.",
                   "Write `ua=\"na\"`, `ua=\"ro\"` or `ua=\"rw\"`."},
    DiagnosticKind{
        "idle-attribute",
        Severity::warning,
        "`preserve-value` means something only as `\"y\"` and beside a `ua`; here it does "
        "nothing and the value is taken.",
        "Add a `ua`, write `\"y\"`, or remove the attribute."},
    // Files of Flyingvoice phones.
    DiagnosticKind{"missing-header",
                   Severity::warning,
                   "Keys with a dot stand in a file whose first line is not `#!version:1.0.0.1`. "
                   "Some phones refuse it.",
                   "Write the header as the first line."},
    DiagnosticKind{"masked-secret",
                   Severity::warning,
                   "The secret stands there as a masked export shows it. The phone keeps the one "
                   "it has.",
                   "Write the secret itself, or remove the line."},
    // Files of rules.
    DiagnosticKind{"unknown-rule",
                   Severity::error,
                   "A line of a file of rules names no rule, trigger, delay list or log message.",
                   "Write `Profile_Rule: ...` or the name of another such parameter, or the rule "
                   "alone."},
    // Rules, triggers and log messages: check_rule().
    DiagnosticKind{"syntax",
                   Severity::error,
                   "A rule or trigger breaks the grammar here. In the alternative that is taken it "
                   "makes the resync fail; a trigger that breaks it never holds.",
                   "Write what the message expects. Only documented forms are accepted: `and` but "
                   "no `or`, no regular expressions, double quotes only."},
    DiagnosticKind{"too-long",
                   Severity::error,
                   "The rule has more characters than a phone takes.",
                   "Shorten it; keep texts in `GPP_A` to `GPP_P` and write `$A`."},
    DiagnosticKind{"version-format",
                   Severity::error,
                   "The operand is no version: `sip88xx.11-3-1MPP-678` and `11-3-1MPP` are, "
                   "`11.3.1` is of another kind.",
                   "Write a version like that of `$SWVER`, or of `$HWVER` with dots."},
    DiagnosticKind{"unknown-option",
                   Severity::error,
                   "No rule has this option.",
                   "Use those that the message names."},
    DiagnosticKind{"option-not-allowed",
                   Severity::error,
                   "This kind of rule does not have the option.",
                   "Leave it out."},
    DiagnosticKind{"duplicate-option",
                   Severity::error,
                   "The option stands twice in one bracket.",
                   "Keep one of the two."},
    DiagnosticKind{"options-conflict",
                   Severity::error,
                   "Two options exclude each other.",
                   "Keep one of the two."},
    DiagnosticKind{"server-missing",
                   Severity::error,
                   "An upgrade or report rule must name its server; only profile rules may leave "
                   "it out.",
                   "Write `scheme://server/path`."},
    DiagnosticKind{"scheme-not-supported",
                   Severity::error,
                   "The URL's scheme is not one of those that phones know, or the option does not "
                   "work with it.",
                   "Write `tftp`, `http` or `https`."},
    DiagnosticKind{"unreachable-alternative",
                   Severity::warning,
                   "An alternative before this one is always taken.",
                   "Put the alternative without a condition last."},
    DiagnosticKind{"constant-condition",
                   Severity::warning,
                   "The condition compares constants, so it always or never holds.",
                   "Compare with a macro."},
    DiagnosticKind{"unquoted-text",
                   Severity::warning,
                   "A macro that stands for a text is compared without quotes, which is an error "
                   "on the phone.",
                   "Put the macro in double quotes."},
    DiagnosticKind{"never-fetches",
                   Severity::warning,
                   "No alternative that can be taken has a URL, so the rule never fetches "
                   "anything.",
                   "Give it a URL, or leave the rule empty."},
    DiagnosticKind{"too-many-reports",
                   Severity::warning,
                   "A report rule has at most two reports; further ones are not sent.",
                   "Leave the rest out."},
    DiagnosticKind{"secret-in-clear",
                   Severity::warning,
                   "A key or a password stands in a rule in clear, where pages, logs and other "
                   "people's copies show it.",
                   "Put it into `GPP_SA` to `GPP_SD` and write `$SA`; on Flyingvoice phones into "
                   "`PrvUserName` and `PrvUserPass`."},
    DiagnosticKind{"secret-stays-text",
                   Severity::warning,
                   "`$SA` to `$SD` open as arguments of `--key`, `--uid` and `--pwd` only; "
                   "elsewhere the text stays as it is written.",
                   "Use one of `GPP_A` to `GPP_P` for what is no secret."},
    DiagnosticKind{"unknown-macro",
                   Severity::warning,
                   "The text looks like a macro, but there is none of that name; it stays as it is "
                   "written.",
                   "Correct the name; write `$$` for a dollar sign that is meant."},
    // Values.
    DiagnosticKind{"bad-value",
                   Severity::error,
                   "The value is not of the parameter's type or outside its range. The phone keeps "
                   "the value it has.",
                   "Write a value that the message allows; the reference page of the parameters "
                   "has all types."},
    DiagnosticKind{"adjusted-value",
                   Severity::warning,
                   "Firmware generations or documents disagree about this value: some phones use "
                   "another one instead.",
                   "Write a value that all of them take."},
    DiagnosticKind{"non-ascii",
                   Severity::warning,
                   "Firmware is documented to support ASCII characters only in values.",
                   "Use ASCII characters, or try it on the firmware that you have."},
    DiagnosticKind{"disputed-empty",
                   Severity::warning,
                   "Documents disagree about `<X/>`: it empties the value or leaves it alone. Here "
                   "that makes a difference, for the factory value is not empty.",
                   "To empty the value write `<X></X>`; to keep it leave the element out."},
    DiagnosticKind{"idle-parameter",
                   Severity::warning,
                   "Another parameter of the same file makes this one do nothing.",
                   "Remove it, or change the other one."},
};

}  // namespace

std::string_view to_string(Severity severity) noexcept {
    return severity == Severity::error ? "error" : "warning";
}

std::span<const DiagnosticKind> diagnostic_kinds() noexcept { return all_kinds; }

Diagnostic corrupt_file(std::size_t line, std::size_t column, std::string_view why) {
    constexpr std::string_view separator = "; ";
    const std::size_t end = std::min(why.find(separator), why.size());
    const std::string_view remedy = why.substr(std::min(end + separator.size(), why.size()));
    return {.line = line,
            .column = column,
            .severity = Severity::error,
            .code = "corrupt-file",
            .message = fmt::format("the file is corrupt: {}", why.substr(0, end)),
            .remedy = remedy.empty() ? "mend it here; a phone takes nothing of this file"
                                     : std::string(remedy)};
}

std::string to_string(const Diagnostic& diagnostic, std::string_view file) {
    return fmt::format("{}:{}:{}: {}: {}; {}",
                       file,
                       diagnostic.line,
                       diagnostic.column,
                       to_string(diagnostic.severity),
                       diagnostic.message,
                       diagnostic.remedy);
}

}  // namespace onhook::profile
