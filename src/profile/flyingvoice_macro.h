#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "profile/identity.h"
#include "profile/macro.h"

namespace onhook::profile {

// The macro table of flyingvoice.md 5 (D7) for one phone at one moment. `identity` must outlive it.
class FlyingvoiceMacros : public MacroSource {
  public:
    explicit FlyingvoiceMacros(const Identity& identity) : identity_(&identity) {}

    std::string ip;       // the phone's IPv4 address
    int last_result = 0;  // code of 11.2 of the last attempt, $(PRVST)

    bool append(std::string_view name, std::string& out) const override;

    // There are none: no macro of this maker opens a secret.
    bool append_secret(std::string_view /*name*/, std::string& /*out*/) const override {
        return false;
    }

  private:
    const Identity* identity_;
};

// A text with its macros in place.
struct FlyingvoiceExpansion {
    std::string text;
    std::size_t expanded = 0;          // how many macros got a value
    std::vector<std::string> unknown;  // those that stay as written, to be logged
};

// How a macro's value is put in: percent-encoded for the path and the query of a URL, unless it is
// unreserved or a colon.
enum class MacroEncoding : std::uint8_t { plain, percent };

// $(NAME), $NAME, $mac and $$ (D7): once, from left to right, never recursive. There are no
// substrings. What is not in the table stays as written.
[[nodiscard]] FlyingvoiceExpansion expand_flyingvoice(
    std::string_view text,
    const MacroSource& macros,
    MacroEncoding encoding = MacroEncoding::plain);

}  // namespace onhook::profile
