#include "phone/policy_names.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/text.h"

namespace onhook::phone {

namespace {

// The words of an enumeration, in its order.
constexpr std::array<std::string_view, 3> empty_element_words = {"mpp", "spa", "reset"};
constexpr std::array<std::string_view, 2> legacy_condition_words = {"refused", "accepted"};
constexpr std::array<std::string_view, 2> upgrade_start_words = {"component", "request"};
constexpr std::array<std::string_view, 2> bool_words = {"false", "true"};

template <auto& words, typename Value>
bool set_word(Value& value, std::string_view text) {
    const auto found = std::find(words.begin(), words.end(), text);
    if (found != words.end()) {
        value = static_cast<Value>(found - words.begin());
    }
    return found != words.end();
}

// A field that is one of the words; a bool counts as the first or the second.
template <auto field, auto& words>
constexpr PolicyName word(std::string_view name, std::string_view allowed) {
    return {
        name,
        allowed,
        [](const Policy& policy) {
            return std::string(words[static_cast<std::size_t>(policy.*field)]);
        },
        [](Policy& policy, std::string_view text) { return set_word<words>(policy.*field, text); }};
}

constexpr PolicyName legacy_conditions() {
    return {
        "legacy_conditions",
        "refused or accepted",
        [](const Policy& policy) {
            return std::string(
                legacy_condition_words[static_cast<std::size_t>(policy.rules.legacy_conditions)]);
        },
        [](Policy& policy, std::string_view text) {
            return set_word<legacy_condition_words>(policy.rules.legacy_conditions, text);
        }};
}

// A count from 0 to what 31 bits hold, or fewer if the field is smaller.
template <auto field>
constexpr PolicyName count(std::string_view name) {
    return {name,
            "a whole number from 0, not too large",
            [](const Policy& policy) { return std::to_string(policy.*field); },
            [](Policy& policy, std::string_view text) {
                using Number = std::remove_reference_t<decltype(policy.*field)>;
                const auto number = parse_number<std::int32_t>(text);
                const bool fits = number && *number >= 0 &&
                                  std::cmp_less_equal(*number, std::numeric_limits<Number>::max());
                if (fits) {
                    policy.*field = static_cast<Number>(*number);
                }
                return fits;
            }};
}

template <auto field>
constexpr PolicyName seconds(std::string_view name) {
    return {name,
            "seconds, a whole number from 0 to 2147483647",
            [](const Policy& policy) { return std::to_string((policy.*field).count()); },
            [](Policy& policy, std::string_view text) {
                const auto number = parse_number<std::int32_t>(text);
                if (number && *number >= 0) {
                    policy.*field = Seconds(*number);
                }
                return number && *number >= 0;
            }};
}

// A new field of Policy has its row here.
constexpr std::array names = {
    word<&Policy::empty_elements, empty_element_words>("empty_elements", "mpp, spa or reset"),
    legacy_conditions(),
    count<&Policy::most_redirects>("most_redirects"),
    count<&Policy::most_challenges>("most_challenges"),
    count<&Policy::most_follow_ups>("most_follow_ups"),
    word<&Policy::upgrade_start, upgrade_start_words>("upgrade_start", "component or request"),
    seconds<&Policy::pnp_wait>("pnp_wait"),
    count<&Policy::most_profile_bytes>("most_profile_bytes"),
    word<&Policy::success_outlives_boot, bool_words>("success_outlives_boot", "true or false"),
    seconds<&Policy::redirect_retry>("redirect_retry"),
    seconds<&Policy::redirect_retry_cap>("redirect_retry_cap"),
};

}  // namespace

std::span<const PolicyName> policy_names() noexcept { return names; }

}  // namespace onhook::phone
