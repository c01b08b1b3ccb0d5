#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace onhook::profile {

// Which syntax a value has (cisco-mpp.md 1.6, flyingvoice.md 3.3). What a type does not check by
// itself is bounded by the row's range.
enum class ValueType : std::uint8_t {
    choice,        // one of `choices`, compared without case, stored in the catalogue's spelling
    boolean,       // stored as Yes or No
    number,        // decimal or 0x hex integer within minimum..maximum
    text,          // at most `maximum` characters
    float_number,  // a number with at most `maximum` decimals
    time,          // seconds, cut to `maximum` decimals
    power_level,
    ip,
    port,
    user_id,
    fqdn,
    phone,
    action_code,
    phone_template,
    response_template,
    cadence_script,
    frequency_script,
    tone_script,
    dial_plan,
    rule,          // profile, upgrade or report rule, sections 3 and 4
    expression,    // Resync_Trigger, section 3
    message,       // text with macros for the log
    delays,        // delay list, section 5.2
    clock,         // HHmm
    on_off,        // stored as 0 or 1
    whole_number,  // decimal integer without sign within minimum..maximum
    url,           // a URL with macros, flyingvoice.md 8.1
};

// What the phone has to do before a change counts (cisco-mpp.md 6.6); ordered.
enum class Effect : std::uint8_t { none, restart, reboot };

// What the user account may do with a parameter: the `ua` attribute (cisco-mpp.md 1.3).
enum class Access : std::uint8_t { none, read_only, read_write };

[[nodiscard]] std::string_view to_string(ValueType type) noexcept;
[[nodiscard]] std::string_view to_string(Effect effect) noexcept;
[[nodiscard]] std::string_view to_string(Access access) noexcept;  // na, ro, rw
[[nodiscard]] std::optional<Access> parse_access(std::string_view text) noexcept;

// The place of a parameter in its catalogue. Meaningless with another catalogue.
struct ParameterId {
    // The place of no parameter: what a dialect says of a parameter that its phones do not have.
    static constexpr std::uint16_t absent = 0xFFFF;

    std::uint16_t index = absent;

    [[nodiscard]] constexpr bool exists() const noexcept { return index != absent; }

    friend auto operator<=>(const ParameterId&, const ParameterId&) = default;
};

// Whether one of these is it; never true of one that a dialect does not have.
[[nodiscard]] bool is_among(ParameterId id, std::span<const ParameterId> ids) noexcept;

// One parameter as a phone knows it; numbered ones ("Display_Name_1_") are one each.
struct Parameter {
    std::string name;  // XML name
    std::string label;
    std::string tab;
    std::string section;
    ValueType type = ValueType::text;
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    std::vector<std::string> choices;

    // What else is understood for a choice on input: "Digests" for Digest.
    struct Spelling {
        std::string written;
        std::size_t choice = 0;
    };

    std::vector<Spelling> spellings;
    std::string default_value;
    std::optional<std::string> older_default;  // of generation gen_a, where it is another
    bool macro = false;                        // macro-expanded before use, section 2.1
    bool secret = false;                       // never printed, logged or reported
    bool hidden = false;  // never in a report or on a page at all (IKM, section 1.11)
    // One value an account, separated by single blanks (flyingvoice.md 9.1).
    bool positional = false;
    bool on_page = true;  // the phone's web page shows it, on `tab` in `section`
    Effect effect = Effect::none;
    Access user_access = Access::none;
    bool verified = false;              // a document confirms the row
    std::vector<std::string> synonyms;  // other names that mean this parameter
};

// Whether a value of the type may carry a user and a password, which nobody may see: show it only
// through masked_rule().
[[nodiscard]] constexpr bool may_carry_credentials(ValueType type) noexcept {
    return type == ValueType::rule || type == ValueType::url;
}

// A row of the file: one parameter, or several that differ in their numbers.
struct CatalogueRow {
    std::string name;   // "Dial_Plan_{n}_"
    std::string label;  // these three with their placeholders, too
    std::string tab;
    std::string section;
    std::string numbers;  // "n=1-16"; empty for a single parameter
    std::string synonyms;
    std::string source;
    bool irregular = false;  // the label does not give the name (section 1.2)
    ParameterId first;       // the row's parameters are neighbours
    std::size_t count = 0;
};

struct CatalogueError {
    std::size_t line = 0;
    std::string message;
};

// All parameters of one dialect, in the order of the phone's pages. Immutable; shared by every
// phone of the dialect.
class Catalogue {
  public:
    // Reads the text of a catalogue/*.tsv file; its header comment describes the columns.
    [[nodiscard]] static Result<Catalogue, CatalogueError> parse(std::string_view tsv);

    [[nodiscard]] std::size_t size() const noexcept { return parameters_.size(); }

    [[nodiscard]] const Parameter& operator[](ParameterId id) const;
    // By exact XML name or synonym; case counts (section 1.1).
    [[nodiscard]] std::optional<ParameterId> find(std::string_view name) const;

    // The same for a name that the dialect has for certain.
    [[nodiscard]] ParameterId id_of(std::string_view name) const;

    [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }

    // The same parameters under the same ids, one of them with another factory value.
    void set_default(ParameterId id, std::string value);

    // What the parameters were made of, for people: the reference page.
    [[nodiscard]] const std::vector<CatalogueRow>& rows() const noexcept { return rows_; }

  private:
    // False when one of its names is taken.
    bool add(Parameter parameter);

    std::vector<Parameter> parameters_;
    std::vector<CatalogueRow> rows_;

    // Looked up by string_view without a copy.
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    std::unordered_map<std::string, ParameterId, Hash, std::equal_to<>> by_name_;
};

// The catalogue of catalogue/cisco-mpp.tsv, built into the program. Lives for ever.
[[nodiscard]] const Catalogue& cisco_mpp_catalogue();
// The catalogue of catalogue/flyingvoice.tsv; `doc` has the defaults that the maker's page prints
// instead of those that work (flyingvoice.md 3). Both give a parameter the same id.
[[nodiscard]] const Catalogue& flyingvoice_catalogue();
[[nodiscard]] const Catalogue& flyingvoice_doc_catalogue();

// The XML name of a web label: cisco-mpp.md 1.2. `number` is the tab's, for labels that recur on
// numbered tabs.
[[nodiscard]] std::string xml_name(std::string_view label, std::optional<int> number = {});

}  // namespace onhook::profile
