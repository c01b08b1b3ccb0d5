#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace onhook::profile {

// What names stand for. Implemented by whoever knows a phone (MacroContext) or a test.
class MacroSource {
  public:
    virtual ~MacroSource() = default;

    // Appends the value of `name` ("MA", "GPP_A") to `out`; false leaves `out` alone and the text
    // as written. Names that name a secret are false here.
    virtual bool append(std::string_view name, std::string& out) const = 0;
    // The same for the secrets SA..SD and MPWD.
    virtual bool append_secret(std::string_view name, std::string& out) const = 0;
};

// A secret's macro that stands unexpanded in an expansion: `$SA` at text[offset, offset + length).
struct SecretUse {
    std::size_t offset = 0;
    std::size_t length = 0;

    friend bool operator==(const SecretUse&, const SecretUse&) = default;
};

// An expanded text. Secrets stay as written, so that the text can be logged and shown; only the
// arguments of --key, --uid and --pwd may open them, by append_revealed().
struct Expansion {
    std::string text;
    std::vector<SecretUse> secrets;
};

// A macro as it stands in a text that is not expanded yet: text[offset, offset + length).
struct MacroUse {
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string_view name;  // A for GPP_A
    bool secret = false;
};

// What $NAME is made of where no parentheses close it.
[[nodiscard]] constexpr bool is_bare_char(char c) noexcept { return is_upper(c) || is_digit(c); }

// What expand() would look up in `text`, in order.
[[nodiscard]] std::vector<MacroUse> macros_in(std::string_view text);

// Macro expansion (cisco-mpp.md 2.2): $NAME, $(NAME), $(NAME:p), $(NAME:p:q), $$. Once, not
// recursive: what a macro brought is not looked at again. Unknown names stay as written.
[[nodiscard]] Expansion expand(std::string_view text, const MacroSource& macros);

// Opens one of expansion.secrets and appends it to `out`.
void append_revealed(const Expansion& expansion,
                     const SecretUse& secret,
                     const MacroSource& macros,
                     std::string& out);

// expansion.text[offset, offset + length) with the secrets in it opened.
[[nodiscard]] std::string reveal(const Expansion& expansion,
                                 std::size_t offset,
                                 std::size_t length,
                                 const MacroSource& macros);

}  // namespace onhook::profile
