#include "profile/parameter_reference.h"

#include <limits>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::profile {

namespace {

// As a cell of a table takes it.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '|' ? "\\|" : std::string(1, c);
    }
    return out;
}

std::string code(std::string_view text) {
    return text.empty() ? std::string() : fmt::format("`{}`", cell(text));
}

// "n=1-10,u=1|3" as people read it: n 1–10, u 1, 3.
std::string numbers_in_words(std::string_view numbers) {
    std::vector<std::string> words;
    for (const std::string_view part : split(numbers, ',')) {
        std::string word;
        for (const char c : part) {
            word += c == '=' ? " " : c == '|' ? ", " : c == '-' ? "–" : std::string(1, c);
        }
        words.push_back(std::move(word));
    }
    return fmt::format("{}", fmt::join(words, "; "));
}

std::string choices_in_words(const Parameter& parameter) {
    std::vector<std::string> choices;
    for (const std::string& choice : parameter.choices) {
        choices.push_back(code(choice));
    }
    return fmt::format("{}", fmt::join(choices, ", "));
}

std::string whole_number(const Parameter& parameter) {
    if (parameter.maximum == std::numeric_limits<std::int32_t>::max()) {
        return fmt::format("whole number from {}", parameter.minimum);
    }
    return fmt::format("{} to {}", parameter.minimum, parameter.maximum);
}

std::string text_in_words(const Parameter& parameter) {
    constexpr std::int64_t unbounded = 65'536;  // the limit of any value
    return parameter.maximum >= unbounded ? std::string("text")
                                          : fmt::format("text, up to {} bytes", parameter.maximum);
}

// Type and range: cisco-mpp.md 1.6.
std::string value_in_words(const Parameter& parameter) {
    switch (parameter.type) {
        case ValueType::choice:
            return choices_in_words(parameter);
        case ValueType::boolean:
            return "Yes or No";
        case ValueType::number:
            return whole_number(parameter);
        case ValueType::text:
            return text_in_words(parameter);
        case ValueType::float_number:
            return "number with decimals";
        case ValueType::time:
            return "seconds, with decimals";
        case ValueType::power_level:
            return "dBm, one decimal";
        case ValueType::ip:
            return "IPv4 address";
        case ValueType::port:
            return "port, 0 to 65535";
        case ValueType::user_id:
            return "user id, up to 63";
        case ValueType::fqdn:
            return "host or address, `:port`, up to 63";
        case ValueType::phone:
            return "number or address, up to 39";
        case ValueType::action_code:
            return "star code, up to 7";
        case ValueType::phone_template:
            return "number patterns, up to 39";
        case ValueType::response_template:
            return "SIP status patterns, up to 39";
        case ValueType::cadence_script:
            return "cadence script, up to 127";
        case ValueType::frequency_script:
            return "frequency script, up to 127";
        case ValueType::tone_script:
            return "tone script, up to 127";
        case ValueType::dial_plan:
            return "dial plan";
        case ValueType::rule:
            return "rule";
        case ValueType::expression:
            return "condition";
        case ValueType::message:
            return "log message";
        case ValueType::delays:
            return "seconds, or a delay list";
        case ValueType::clock:
            return "HHmm, 0000 to 2400";
        case ValueType::on_off:
            return "0 or 1";
        case ValueType::whole_number:
            return whole_number(parameter);
        case ValueType::url:
            return "URL";
    }
    return std::string(to_string(parameter.type));
}

std::string access_in_words(Access access) {
    return access == Access::none ? "–" : access == Access::read_only ? "reads" : "changes";
}

std::string notes_of(const CatalogueRow& row, const Parameter& parameter) {
    std::vector<std::string> notes;
    if (!row.numbers.empty()) {
        notes.push_back(numbers_in_words(row.numbers));
    }
    if (!parameter.verified) {
        notes.emplace_back("unverified");
    }
    if (parameter.secret) {
        notes.emplace_back("secret");
    }
    if (parameter.positional) {
        notes.emplace_back("one value an account, with blanks between");
    }
    if (parameter.macro) {
        notes.emplace_back("macros");
    }
    if (parameter.hidden) {
        notes.emplace_back("in no report and on no page");
    } else if (!parameter.on_page) {
        notes.emplace_back("on no page");
    }
    if (row.irregular) {
        notes.emplace_back("irregular name");
    }
    if (parameter.older_default) {
        notes.push_back("older firmware: " + code(*parameter.older_default));
    }
    for (const Parameter::Spelling& spelling : parameter.spellings) {
        notes.push_back(fmt::format(
            "{} means {}", code(spelling.written), code(parameter.choices[spelling.choice])));
    }
    for (const std::string_view synonym : split(row.synonyms, ',')) {
        if (!synonym.empty()) {
            notes.push_back("also " + code(synonym));
        }
    }
    return fmt::format("{}", fmt::join(notes, "; "));
}

std::string table_row(const CatalogueRow& row, const Parameter& parameter) {
    return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n",
                       code(row.name),
                       cell(row.label),
                       value_in_words(parameter),
                       code(parameter.default_value),
                       to_string(parameter.effect),
                       access_in_words(parameter.user_access),
                       notes_of(row, parameter));
}

// The anchor that Markdown gives a heading.
std::string anchor(std::string_view heading) {
    std::string out;
    for (const char c : heading) {
        if (is_letter(c) || is_digit(c) || c == '-') {
            out += to_lower(c);
        } else if (c == ' ') {
            out += '-';
        }
    }
    return out;
}

std::string contents(const Catalogue& catalogue) {
    std::vector<std::string> links;
    std::string_view tab;
    for (const CatalogueRow& row : catalogue.rows()) {
        if (row.tab != tab) {
            links.push_back(fmt::format("[{}](#{})", row.tab, anchor(row.tab)));
            tab = row.tab;
        }
    }
    return fmt::format("{}", fmt::join(links, " · "));
}

constexpr std::string_view how_to_read = R"(## How to read a row

The tables stand in the order of the phone's web page: a tab a chapter, a section a table.

- **name**: as a file spells it; case counts. `{n}` and its like stand for the numbers under
  *notes*.
- **label**: what the web page calls it.
- **value**: what is accepted. A value outside is ignored: the phone keeps the one it has. "up to"
  counts bytes.
- **default**: of a phone fresh from its box. An empty cell is the empty value, or a default that no
  document names. A host of the maker is never a default here.
- **effect**: what the phone does before a change counts.
- **user**: what the user account may do with it unless a profile says otherwise.
- **notes**: an *unverified* row has one source, a profile or a phone's own report, and no document;
  the name may be misspelled there or belong to another model, and the type is chosen from the
  values seen. A *secret* is never printed, logged or reported. *Macros* are expanded before the
  value is used. An *irregular name* does not follow from the label. *also* names synonyms.
)";

std::string introduction(const Catalogue& catalogue, const ReferenceHead& head) {
    return fmt::format(
        "# {}\n\n"
        "{}\n\n"
        "{} rows, {} parameters. This page is made from `{}`, which also says where\n"
        "each row comes from; a test fails when they differ.\n\n"
        "{}\n\n"
        "{}{}",
        head.title,
        head.about,
        catalogue.rows().size(),
        catalogue.size(),
        head.file,
        contents(catalogue),
        how_to_read,
        head.languages);
}

}  // namespace

std::string parameter_reference(const Catalogue& catalogue, const ReferenceHead& head) {
    std::string page = introduction(catalogue, head);
    std::string_view tab;
    std::string_view section;
    for (const CatalogueRow& row : catalogue.rows()) {
        if (row.tab != tab) {
            page += fmt::format("\n## {}\n", row.tab);
            section = {};
        }
        if (row.section != section) {
            page += fmt::format(
                "\n### {}\n\n"
                "| name | label | value | default | effect | user | notes |\n"
                "|---|---|---|---|---|---|---|\n",
                row.section);
        }
        tab = row.tab;
        section = row.section;
        page += table_row(row, catalogue[row.first]);
    }
    return page;
}

}  // namespace onhook::profile
