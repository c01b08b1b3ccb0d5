#include "profile/catalogue.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::profile {

namespace {

constexpr std::array type_names = {
    std::pair{ValueType::choice, std::string_view("choice")},
    std::pair{ValueType::boolean, std::string_view("boolean")},
    std::pair{ValueType::number, std::string_view("number")},
    std::pair{ValueType::text, std::string_view("text")},
    std::pair{ValueType::float_number, std::string_view("float_number")},
    std::pair{ValueType::time, std::string_view("time")},
    std::pair{ValueType::power_level, std::string_view("power_level")},
    std::pair{ValueType::ip, std::string_view("ip")},
    std::pair{ValueType::port, std::string_view("port")},
    std::pair{ValueType::user_id, std::string_view("user_id")},
    std::pair{ValueType::fqdn, std::string_view("fqdn")},
    std::pair{ValueType::phone, std::string_view("phone")},
    std::pair{ValueType::action_code, std::string_view("action_code")},
    std::pair{ValueType::phone_template, std::string_view("phone_template")},
    std::pair{ValueType::response_template, std::string_view("response_template")},
    std::pair{ValueType::cadence_script, std::string_view("cadence_script")},
    std::pair{ValueType::frequency_script, std::string_view("frequency_script")},
    std::pair{ValueType::tone_script, std::string_view("tone_script")},
    std::pair{ValueType::dial_plan, std::string_view("dial_plan")},
    std::pair{ValueType::rule, std::string_view("rule")},
    std::pair{ValueType::expression, std::string_view("expression")},
    std::pair{ValueType::message, std::string_view("message")},
    std::pair{ValueType::delays, std::string_view("delays")},
    std::pair{ValueType::clock, std::string_view("clock")},
    std::pair{ValueType::on_off, std::string_view("on_off")},
    std::pair{ValueType::whole_number, std::string_view("whole_number")},
    std::pair{ValueType::url, std::string_view("url")},
};

// As many as a ParameterId can tell apart.
constexpr std::size_t most_parameters = ParameterId::absent;

enum Column : std::size_t {
    column_name,
    column_numbers,
    column_label,
    column_tab,
    column_section,
    column_type,
    column_range,
    column_default,
    column_flags,
    column_effect,
    column_access,
    column_synonyms,
    column_source,
    column_count,
};

constexpr std::string_view catalogue_header =
    "name\tnumbers\tlabel\ttab\tsection\ttype\trange\tdefault\tflags\teffect\taccess\tsynonyms\t"
    "source";

// A placeholder of a name and the numbers it stands for.
struct Numbering {
    std::string placeholder;  // "{n}"
    std::vector<std::string> numbers;
};

// `n=1-16`, `u=183`, `u=1|3-5,n=1-10`.
Result<std::vector<Numbering>, std::string> parse_numbers(std::string_view text) {
    std::vector<Numbering> all;
    if (text.empty()) {
        return all;
    }
    for (const std::string_view part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        if (equals != 1) {
            return Failure{fmt::format("'{}' is not like n=1-16", part)};
        }
        Numbering numbering{fmt::format("{{{}}}", part[0]), {}};
        for (const std::string_view range : split(part.substr(2), '|')) {
            const std::size_t dash = range.find('-');
            const auto first = parse_number<unsigned>(range.substr(0, dash));
            const auto last = dash == std::string_view::npos
                                  ? first
                                  : parse_number<unsigned>(range.substr(dash + 1));
            if (!first || !last || *last < *first || *last > 999) {
                return Failure{fmt::format("'{}' is not a range of numbers up to 999", range)};
            }
            for (unsigned number = *first; number <= *last; ++number) {
                numbering.numbers.push_back(std::to_string(number));
            }
        }
        all.push_back(std::move(numbering));
    }
    return all;
}

std::string substitute(std::string text, std::string_view placeholder, std::string_view number) {
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + number.size())) {
        text.replace(at, placeholder.size(), number);
    }
    return text;
}

// `Basic=0|Digest=1=Digests`: each choice as it is stored, then what else is understood.
void read_choices(Parameter& parameter, std::string_view range) {
    for (const std::string_view choice : split(range, '|')) {
        const std::size_t place = parameter.choices.size();
        for (const std::string_view written : split(choice, '=')) {
            if (parameter.choices.size() == place) {
                parameter.choices.emplace_back(written);
            } else {
                parameter.spellings.push_back({std::string(written), place});
            }
        }
    }
}

// The end of a range that a row does not give.
std::int64_t range_end(ValueType type) {
    switch (type) {
        case ValueType::number:
        case ValueType::whole_number:
            return std::numeric_limits<std::int32_t>::max();
        case ValueType::float_number:
        case ValueType::time:
            return 3;  // decimals
        default:
            return 65'536;  // characters
    }
}

Status<std::string> read_range(Parameter& parameter, std::string_view range) {
    if (parameter.type == ValueType::choice) {
        read_choices(parameter, range);
        return Done{};
    }
    parameter.minimum = 0;
    parameter.maximum = range_end(parameter.type);
    if (range.empty()) {
        return Done{};
    }
    const std::size_t dots = range.find("..");
    if (dots == std::string_view::npos) {
        return Failure{fmt::format("range '{}' is not like 0..65535", range)};
    }
    const auto minimum = dots == 0 ? 0 : parse_number<std::int64_t>(range.substr(0, dots));
    const auto maximum = parse_number<std::int64_t>(range.substr(dots + 2));
    if (!minimum || !maximum || *maximum < *minimum) {
        return Failure{fmt::format("range '{}' is not like 0..65535", range)};
    }
    parameter.minimum = *minimum;
    parameter.maximum = *maximum;
    return Done{};
}

constexpr std::string_view older_flag = "gen_a=";

Status<std::string> read_flags(Parameter& parameter, std::string_view flags) {
    parameter.verified = true;
    for (const std::string_view flag : split(flags, ',')) {
        if (flag == "macro") {
            parameter.macro = true;
        } else if (flag == "secret") {
            parameter.secret = true;
        } else if (flag == "hidden") {
            parameter.hidden = true;
            parameter.on_page = false;
        } else if (flag == "positional") {
            parameter.positional = true;
        } else if (flag == "offpage") {
            parameter.on_page = false;
        } else if (flag.starts_with(older_flag)) {
            parameter.older_default = flag.substr(older_flag.size());
        } else if (flag == "unverified") {
            parameter.verified = false;
        } else if (!flag.empty() && flag != "irregular") {
            return Failure{fmt::format("unknown flag '{}'", flag)};
        }
    }
    return Done{};
}

Status<std::string> read_words(Parameter& parameter, const std::vector<std::string_view>& cells) {
    bool known = false;
    for (const auto& [type, name] : type_names) {
        if (cells[column_type] == name) {
            parameter.type = type;
            known = true;
        }
    }
    if (!known) {
        return Failure{fmt::format("unknown type '{}'", cells[column_type])};
    }
    known = false;
    for (const Effect effect : {Effect::none, Effect::restart, Effect::reboot}) {
        if (cells[column_effect] == to_string(effect)) {
            parameter.effect = effect;
            known = true;
        }
    }
    if (!known) {
        return Failure{fmt::format("unknown effect '{}'", cells[column_effect])};
    }
    const auto access = parse_access(cells[column_access]);
    if (!access) {
        return Failure{fmt::format("unknown access '{}'", cells[column_access])};
    }
    parameter.user_access = *access;
    return Done{};
}

// One row as the parameter it describes; name, label and tab still hold their placeholders.
Result<Parameter, std::string> read_row(const std::vector<std::string_view>& cells) {
    Parameter parameter;
    parameter.name = cells[column_name];
    parameter.label = cells[column_label];
    parameter.tab = cells[column_tab];
    parameter.section = cells[column_section];
    parameter.default_value = cells[column_default];
    if (parameter.name.empty() || parameter.label.empty()) {
        return Failure{std::string("a parameter needs a name and a label")};
    }
    if (auto words = read_words(parameter, cells); !words) {
        return Failure{std::move(words).error()};
    }
    if (auto range = read_range(parameter, cells[column_range]); !range) {
        return Failure{std::move(range).error()};
    }
    if (auto flags = read_flags(parameter, cells[column_flags]); !flags) {
        return Failure{std::move(flags).error()};
    }
    return parameter;
}

// Every concrete parameter of one row.
std::vector<Parameter> number_out(Parameter row, const std::vector<Numbering>& numberings) {
    std::vector<Parameter> all{std::move(row)};
    for (const Numbering& numbering : numberings) {
        std::vector<Parameter> next;
        next.reserve(all.size() * numbering.numbers.size());
        for (const Parameter& one : all) {
            for (const std::string& number : numbering.numbers) {
                Parameter copy = one;
                const auto fill = [&](std::string& text) {
                    text = substitute(std::move(text), numbering.placeholder, number);
                };
                fill(copy.name);
                fill(copy.label);
                fill(copy.tab);
                fill(copy.section);
                for (std::string& synonym : copy.synonyms) {
                    fill(synonym);
                }
                next.push_back(std::move(copy));
            }
        }
        all = std::move(next);
    }
    return all;
}

CatalogueRow row_of(const std::vector<std::string_view>& cells) {
    CatalogueRow row;
    row.name = cells[column_name];
    row.label = cells[column_label];
    row.tab = cells[column_tab];
    row.section = cells[column_section];
    row.numbers = cells[column_numbers];
    row.synonyms = cells[column_synonyms];
    row.source = cells[column_source];
    const auto flags = split(cells[column_flags], ',');
    row.irregular = std::find(flags.begin(), flags.end(), "irregular") != flags.end();
    return row;
}

Result<std::vector<Parameter>, std::string> read_parameters(
    const std::vector<std::string_view>& cells) {
    if (cells.size() != column_count) {
        return Failure{fmt::format("{} columns instead of {}", cells.size(), +column_count)};
    }
    auto parameter = read_row(cells);
    if (!parameter) {
        return Failure{std::move(parameter).error()};
    }
    const auto numberings = parse_numbers(cells[column_numbers]);
    if (!numberings) {
        return Failure{numberings.error()};
    }
    // Before they are made: two wide ranges in one row would fill the memory.
    std::size_t count = 1;
    for (const Numbering& numbering : *numberings) {
        count *= numbering.numbers.size();
        if (count > most_parameters) {
            return Failure{fmt::format("more than {} parameters", most_parameters)};
        }
    }
    for (const std::string_view synonym : split(cells[column_synonyms], ',')) {
        if (!synonym.empty()) {
            parameter->synonyms.emplace_back(synonym);
        }
    }
    return number_out(*std::move(parameter), *numberings);
}

}  // namespace

std::string_view to_string(ValueType type) noexcept {
    for (const auto& [value, name] : type_names) {
        if (value == type) {
            return name;
        }
    }
    return "";
}

std::string_view to_string(Effect effect) noexcept {
    constexpr std::array<std::string_view, 3> names = {"none", "restart", "reboot"};
    return names[static_cast<std::size_t>(effect)];
}

std::string_view to_string(Access access) noexcept {
    constexpr std::array<std::string_view, 3> names = {"na", "ro", "rw"};
    return names[static_cast<std::size_t>(access)];
}

std::optional<Access> parse_access(std::string_view text) noexcept {
    for (const Access access : {Access::none, Access::read_only, Access::read_write}) {
        if (text == to_string(access)) {
            return access;
        }
    }
    return std::nullopt;
}

Result<Catalogue, CatalogueError> Catalogue::parse(std::string_view tsv) {
    Catalogue catalogue;
    std::size_t line_number = 0;
    bool seen_header = false;
    for (const std::string_view line : split(tsv, '\n')) {
        ++line_number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        if (!seen_header) {
            if (line != catalogue_header) {
                return Failure{CatalogueError{line_number, "the first line must name the columns"}};
            }
            seen_header = true;
            continue;
        }
        const std::vector<std::string_view> cells = split(line, '\t');
        auto parameters = read_parameters(cells);
        if (!parameters) {
            return Failure{CatalogueError{line_number, std::move(parameters).error()}};
        }
        CatalogueRow& row = catalogue.rows_.emplace_back(row_of(cells));
        row.first.index = static_cast<std::uint16_t>(catalogue.parameters_.size());
        row.count = parameters->size();
        for (Parameter& parameter : *parameters) {
            if (catalogue.parameters_.size() == most_parameters) {
                return Failure{CatalogueError{
                    line_number, fmt::format("more than {} parameters", most_parameters)}};
            }
            if (!catalogue.add(std::move(parameter))) {
                return Failure{CatalogueError{
                    line_number,
                    fmt::format("'{}' stands twice", catalogue.parameters_.back().name)}};
            }
        }
    }
    return catalogue;
}

bool Catalogue::add(Parameter parameter) {
    const ParameterId id{static_cast<std::uint16_t>(parameters_.size())};
    const Parameter& added = parameters_.emplace_back(std::move(parameter));
    bool fresh = by_name_.emplace(added.name, id).second;
    for (const std::string& synonym : added.synonyms) {
        fresh = by_name_.emplace(synonym, id).second && fresh;
    }
    return fresh;
}

void Catalogue::set_default(ParameterId id, std::string value) {
    CHECK(id.index < parameters_.size());
    parameters_[id.index].default_value = std::move(value);
}

const Parameter& Catalogue::operator[](ParameterId id) const {
    CHECK(id.index < parameters_.size());
    return parameters_[id.index];
}

std::optional<ParameterId> Catalogue::find(std::string_view name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

ParameterId Catalogue::id_of(std::string_view name) const {
    const auto id = find(name);
    CHECK(id.has_value());
    return *id;
}

std::string xml_name(std::string_view label, std::optional<int> number) {
    std::string name(label);
    if (number) {
        name += fmt::format("[{}]", *number);
    }
    for (char& c : name) {
        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.') {
            c = '_';
        }
    }
    return name;
}

bool is_among(ParameterId id, std::span<const ParameterId> ids) noexcept {
    return id.exists() && std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace onhook::profile
