#pragma once

// Private to check*.cpp: what the checks of one file share.
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "profile/catalogue.h"
#include "profile/diagnostic.h"
#include "profile/markup.h"

namespace onhook::profile {

// A value that a file gives a parameter and the phone takes, with the place of its element.
struct Given {
    std::string value;
    std::size_t offset = 0;
};

using AllGiven = std::map<ParameterId, Given>;

// Collects what is wrong in one file.
class Findings {
  public:
    explicit Findings(std::string_view text) : lines_(text) {}

    [[nodiscard]] const Lines& lines() const noexcept { return lines_; }

    // `code` is one of diagnostic_kinds(), which says how severe it is.
    void add(std::size_t offset, std::string_view code, std::string message, std::string remedy);
    // The same where the place or the severity come from elsewhere; the code must be known, too.
    void add(Diagnostic diagnostic);
    // The parameter that an unknown name is most likely meant for; nothing, too, when so many have
    // been asked for that the file must be for other phones.
    [[nodiscard]] std::optional<std::string_view> nearest(const Catalogue& catalogue,
                                                          std::string_view name);
    // A name that no parameter of the catalogue has, or has in other case only.
    void add_unknown(const Catalogue& catalogue, std::string_view name, std::size_t offset);
    // Notes what the file gives a parameter; the one it gave before does nothing (the last wins).
    void give(AllGiven& all, const Parameter& parameter, ParameterId id, Given given);

    // By place; at one place in the order they were found.
    [[nodiscard]] std::vector<Diagnostic> sorted() &&;

  private:
    Lines lines_;
    std::vector<Diagnostic> found_;
    std::size_t unknown_ = 0;
};

// Where in the file a byte of a value stands.
using PlaceOf = std::function<std::size_t(std::size_t offset)>;

// Reports a character that Cisco phones do not support (cisco-mpp.md 1.1).
void check_ascii(std::string_view text, const PlaceOf& place_of, Findings& findings);

// Reports what is wrong with `text` as a value of `parameter`: its type and its rule.
// The value in canonical spelling when a phone takes it.
std::optional<std::string> check_setting(const Parameter& parameter,
                                         std::string_view text,
                                         const PlaceOf& place_of,
                                         Findings& findings);

// The part of check_setting() that knows rules, triggers and log messages.
void check_rule_text(const Parameter& parameter,
                     std::string_view text,
                     const PlaceOf& place_of,
                     Findings& findings);

// Reports parameters that others of the same file make idle.
void check_idle_cisco(const AllGiven& given, Findings& findings);
void check_idle_flyingvoice(const AllGiven& given, Findings& findings);

// Everything about a file of one kind.
void check_cisco_profile(std::string_view document, Findings& findings);
void check_flyingvoice_file(std::string_view document, Findings& findings);
void check_boot_file(std::string_view document, Findings& findings);

// A name for a message: long ones are cut.
[[nodiscard]] std::string shown(std::string_view name);

}  // namespace onhook::profile
