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
constexpr std::array<std::string_view, 3> boot_resync_words = {
    "by_reason", "not_after_upgrades", "power_up_and_upgrades"};
constexpr std::array<std::string_view, 2> random_delay_words = {"of_dialect", "second"};
constexpr std::array<std::string_view, 2> random_window_words = {"gen_a", "gen_b"};
constexpr std::array<std::string_view, 2> retry_zero_words = {"never", "at_once"};
constexpr std::array<std::string_view, 3> forced_delay_words = {
    "upper_bound", "idle_countdown", "until_idle"};
constexpr std::array<std::string_view, 2> trigger_words = {"gate", "start"};
constexpr std::array<std::string_view, 2> submit_words = {"when_rules_changed", "always"};
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
constexpr PolicyName word_policy(std::string_view name, std::string_view allowed) {
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
constexpr PolicyName count_policy(std::string_view name) {
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
constexpr PolicyName seconds_policy(std::string_view name) {
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
constexpr std::array policy_table = {
    word_policy<&Policy::empty_elements, empty_element_words>("empty_elements",
                                                              "mpp, spa or reset"),
    legacy_conditions(),
    count_policy<&Policy::most_redirects>("most_redirects"),
    count_policy<&Policy::most_challenges>("most_challenges"),
    count_policy<&Policy::most_follow_ups>("most_follow_ups"),
    word_policy<&Policy::boot_resync, boot_resync_words>(
        "boot_resync", "by_reason, not_after_upgrades or power_up_and_upgrades"),
    word_policy<&Policy::random_delay_unit, random_delay_words>("random_delay_unit",
                                                                "of_dialect or second"),
    word_policy<&Policy::random_window, random_window_words>("random_window", "gen_a or gen_b"),
    word_policy<&Policy::error_retry_zero, retry_zero_words>("error_retry_zero",
                                                             "never or at_once"),
    word_policy<&Policy::forced_delay, forced_delay_words>(
        "forced_delay", "upper_bound, idle_countdown or until_idle"),
    word_policy<&Policy::triggers, trigger_words>("triggers", "gate or start"),
    word_policy<&Policy::submit_resync, submit_words>("submit_resync",
                                                      "when_rules_changed or always"),
    word_policy<&Policy::upgrade_start, upgrade_start_words>("upgrade_start",
                                                             "component or request"),
    seconds_policy<&Policy::pnp_wait>("pnp_wait"),
    count_policy<&Policy::most_profile_bytes>("most_profile_bytes"),
    word_policy<&Policy::success_outlives_boot, bool_words>("success_outlives_boot",
                                                            "true or false"),
    word_policy<&Policy::dhcp_answer_aborts, bool_words>("dhcp_answer_aborts", "true or false"),
    seconds_policy<&Policy::redirect_retry>("redirect_retry"),
    seconds_policy<&Policy::redirect_retry_cap>("redirect_retry_cap"),
};

}  // namespace

std::span<const PolicyName> policy_names() noexcept { return policy_table; }

}  // namespace onhook::phone
