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

// Collects what is wrong in one file.
class Findings {
  public:
    explicit Findings(std::string_view text) : lines_(text) {}

    // `code` is one of diagnostic_kinds(), which says how severe it is.
    void add(std::size_t offset, std::string_view code, std::string message, std::string remedy);

    void add(Diagnostic diagnostic) { found_.push_back(std::move(diagnostic)); }

    [[nodiscard]] std::pair<std::size_t, std::size_t> place(std::size_t offset) const {
        return lines_.at(offset);
    }

    // By place; at one place in the order they were found.
    [[nodiscard]] std::vector<Diagnostic> sorted() &&;

  private:
    Lines lines_;
    std::vector<Diagnostic> found_;
};

// Where in the file a byte of a value stands.
using PlaceOf = std::function<std::size_t(std::size_t offset)>;

// A value that a file gives a parameter and the phone takes, with the place of its element.
struct Given {
    std::string value;
    std::size_t offset = 0;
};

using AllGiven = std::map<ParameterId, Given>;

// Reports what is wrong with `text` as a value of `parameter`: its type, its rule, its characters.
// The value in canonical spelling when a phone takes it.
std::optional<std::string> check_setting(const Parameter& parameter,
                                         std::string_view text,
                                         const PlaceOf& place_of,
                                         Findings& findings);

// Reports parameters that others of the same file make idle.
void check_idle(const Catalogue& catalogue, const AllGiven& given, Findings& findings);

// Reports everything about a Cisco profile.
void check_cisco_profile(std::string_view document, Findings& findings);

// A name for a message: long ones are cut.
[[nodiscard]] std::string shown(std::string_view name);

}  // namespace onhook::profile
