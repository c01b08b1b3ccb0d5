#include "phone/actions.h"

#include <array>

namespace onhook::phone {

std::string_view to_string(Method method) noexcept {
    return method_names[static_cast<std::size_t>(method)];
}

std::string_view to_string(Purpose purpose) noexcept {
    constexpr std::array<std::string_view, purpose_count> names = {
        "profile", "redirect", "report", "upgrade", "authority"};
    return names[static_cast<std::size_t>(purpose)];
}

std::string_view to_string(Why why) noexcept {
    constexpr std::array<std::string_view, 4> names = {"first", "redirect", "challenge", "next"};
    return names[static_cast<std::size_t>(why)];
}

}  // namespace onhook::phone
