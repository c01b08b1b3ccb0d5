#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/shared.h"
#include "profile/catalogue.h"

namespace onhook::profile {

// The parameters of one phone: what differs from its catalogue's defaults. Copies share what they
// hold until one of them is changed, so phones of one profile cost little more than one.
class Values {
  public:
    struct Entry {
        ParameterId id;
        std::optional<std::string> value;  // nothing: the default
        std::optional<Access> access;      // nothing: the catalogue's

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    // `catalogue` must outlive the values.
    explicit Values(const Catalogue& catalogue) : catalogue_(&catalogue) {}

    [[nodiscard]] const Catalogue& catalogue() const noexcept { return *catalogue_; }

    // Empty for a parameter that the dialect does not have. The view lives until the parameter is
    // set again.
    [[nodiscard]] std::string_view get(ParameterId id) const;
    [[nodiscard]] Access access(ParameterId id) const;
    [[nodiscard]] bool is_set(ParameterId id) const;
    void set(ParameterId id, std::string value);
    void set_access(ParameterId id, Access access);
    // The same for many, in any order and in linear time: each entry gives its value and its access
    // where it has one; the later of two for one parameter wins.
    void set_all(std::vector<Entry> settings);

    // What was ever set of it; nothing if nothing was. Lives until the next change.
    [[nodiscard]] const Entry* entry(ParameterId id) const;

    // Everything that was ever set, by id.
    [[nodiscard]] std::span<const Entry> entries() const noexcept { return *entries_; }

    // The values as they are now, to be recognised: as long as they are not changed, is() says so
    // at the price of comparing two pointers. It may say no of equal values.
    class Version;
    [[nodiscard]] Version version() const;
    [[nodiscard]] bool is(const Version& version) const noexcept;

    friend bool operator==(const Values& a, const Values& b) { return a.entries_ == b.entries_; }

  private:
    using Entries = std::vector<Entry>;

    Entry& own_entry(ParameterId id);

    const Catalogue* catalogue_;
    Shared<Entries> entries_;  // sorted by id
};

class Values::Version {
  public:
    Version() = default;

  private:
    friend class Values;

    explicit Version(Shared<Entries> entries) : entries_(std::move(entries)) {}

    Shared<Entries> entries_;
};

// `text` as a value of `parameter` in canonical spelling (Bool as Yes/No, choices as catalogued,
// Time cut to its decimals), or a sentence that says what is allowed, with an example
// (cisco-mpp.md 1.6). Nothing is copied: the view is into `text`, into `parameter` or of a
// constant. A text that fits as it is comes back as itself.
[[nodiscard]] Result<std::string_view, std::string> canonical_value(const Parameter& parameter,
                                                                    std::string_view text);

// The same as a string of its own.
[[nodiscard]] Result<std::string, std::string> check_value(const Parameter& parameter,
                                                           std::string_view text);

// A number value: decimal or 0x hex with an optional sign, up to 32 bits (cisco-mpp.md 1.6).
// Nothing for a text that is no number.
[[nodiscard]] std::optional<std::int64_t> integer_of(std::string_view value) noexcept;

// A switch that is on. Bools are stored as Yes or No, on_off as 1 or 0.
[[nodiscard]] inline bool is_yes(std::string_view value) noexcept {
    return value == "Yes" || value == "1";
}

}  // namespace onhook::profile
