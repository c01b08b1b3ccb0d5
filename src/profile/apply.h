#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "profile/flat_profile.h"
#include "profile/values.h"

namespace onhook::profile {

// What an empty element does to a value: the documents disagree (cisco-mpp.md 1.4).
enum class EmptyElements : std::uint8_t {
    mpp,    // <X/> empties unless it carries ua; <X></X> empties
    spa,    // <X/> never changes the value
    reset,  // an empty element puts the default back
};

// The text that an element gives its parameter (1.3, 1.4), or nothing when it leaves the value
// alone.
[[nodiscard]] std::optional<std::string_view> given_value(const ElementView& element,
                                                          EmptyElements policy,
                                                          std::string_view default_value);

struct ApplyOptions {
    EmptyElements empty = EmptyElements::mpp;
    ProfileLimits limits = {};
    std::string alias_map = {};  // text of 1.7, macros expanded; empty: no aliases
};

struct Change {
    ParameterId id;
    std::string from;
    std::string to;

    friend bool operator==(const Change&, const Change&) = default;
};

struct AccessChange {
    ParameterId id;
    Access from = Access::none;
    Access to = Access::none;

    friend bool operator==(const AccessChange&, const AccessChange&) = default;
};

// An element that changed nothing because it may not: unknown name, value that fails its type.
struct Ignored {
    std::string name;
    std::string why;
    std::size_t line = 0;  // of its tag, both from 1
    std::size_t column = 0;
};

// What one profile makes of a phone's values. Only what differs is listed: a parameter that the
// profile gives the value and access that it has already is in none of the lists.
struct Applied {
    std::vector<Values::Entry> settings;  // Values::set_all() makes the changes with them
    std::vector<Change> changes;          // by parameter
    std::vector<AccessChange> access;     // by parameter
    std::vector<Ignored> ignored;         // in document order
    Effect effect = Effect::none;         // the strongest effect of a change of a value
};

// Collects what elements make of `before`: the last occurrence wins, unknown names and values that
// fail their type are ignored and listed (1.1, 1.3, 1.4, 1.6).
class Application : public ElementSink {
  public:
    // `document` is what the elements' offsets count in. Both it and `before` must outlive this.
    Application(std::string_view document, const Values& before, EmptyElements policy);

    void take(const ElementView& element) override;
    // The same for a parameter that is known by other means than its name.
    void take(ParameterId id, const ElementView& element);
    void ignore(std::string_view name, std::string why, std::size_t offset);

    [[nodiscard]] Applied finish() &&;

  private:
    // What is known of one parameter. Zero is nothing, so that a thousand cost one memset.
    struct State {
        std::uint16_t before = 0;   // its place in before_, from 1
        std::uint16_t setting = 0;  // its place in settings_, from 1
    };

    struct Unwanted {
        std::string name;
        std::string why;
        std::size_t offset = 0;
    };

    void take_value(ParameterId id, const ElementView& element);
    [[nodiscard]] std::optional<ParameterId> find(std::string_view name);
    [[nodiscard]] std::string unknown(std::string_view name);
    [[nodiscard]] const Values::Entry* entry_before(ParameterId id) const;
    [[nodiscard]] std::string_view value_before(ParameterId id) const;
    [[nodiscard]] Access access_before(ParameterId id) const;
    [[nodiscard]] std::string_view value(ParameterId id) const;
    [[nodiscard]] Access access(ParameterId id) const;
    Values::Entry& setting(ParameterId id);
    [[nodiscard]] std::vector<Ignored> placed() &&;

    std::string_view document_;
    const Catalogue& catalogue_;
    std::span<const Values::Entry> before_;
    EmptyElements policy_;
    std::vector<State> states_;  // by parameter
    std::vector<Values::Entry> settings_;
    std::vector<Unwanted> unwanted_;
    std::size_t suggested_ = 0;
    std::size_t next_ = 0;  // the parameter after the one that came last
};

// What an open XML profile makes of `before`, which stays as it is. A document that cannot be read
// and an alias map that cannot be read (its place is then one in the map) change nothing.
[[nodiscard]] Result<Applied, DocumentError> apply_flat_profile(std::string_view document,
                                                                const Values& before,
                                                                const ApplyOptions& options = {});

// Adds changes that came after `sum`; what is as it was before `sum` drops out. Both are by id.
void add_changes(std::vector<Change>& sum, std::vector<Change> later);

// The strongest effect that any of the changes has.
[[nodiscard]] Effect effect_of(std::span<const Change> changes, const Catalogue& catalogue);

// Which parameters changed.
[[nodiscard]] std::vector<ParameterId> ids_of(std::span<const Change> changes);

}  // namespace onhook::profile
