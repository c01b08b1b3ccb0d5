#include "phone/memory.h"

#include <algorithm>
#include <array>

namespace onhook::phone {

namespace {

constexpr std::array<std::string_view, 6> customization_names = {
    "Open", "Pending", "Custom-Pending", "Acquired", "Aborted", "Unavailable"};

// The documents' words for Reboot History (10.2); powering up is not among them.
constexpr std::array<std::string_view, 8> boot_reason_names = {"Power Up",
                                                               "Provisioning",
                                                               "RC",
                                                               "User Triggered",
                                                               "Upgrade",
                                                               "SIP Triggered",
                                                               "IP Changed",
                                                               "Watchdog"};

// The enumerator with this name; names stand in the order of the enumeration.
template <typename Enum, std::size_t N>
std::optional<Enum> parse_name(const std::array<std::string_view, N>& names,
                               std::string_view text) noexcept {
    const auto found = std::find(names.begin(), names.end(), text);
    return found == names.end() ? std::nullopt
                                : std::optional(static_cast<Enum>(found - names.begin()));
}

template <typename Record>
void push_newest(std::vector<Record>& records, Record record, std::size_t most) {
    records.reserve(most);
    if (records.size() == most) {
        records.pop_back();
    }
    records.insert(records.begin(), std::move(record));
}

}  // namespace

std::string_view to_string(CustomizationState state) noexcept {
    return customization_names[static_cast<std::size_t>(state)];
}

std::optional<CustomizationState> parse_customization(std::string_view text) noexcept {
    return parse_name<CustomizationState>(customization_names, text);
}

std::string_view to_string(BootReason reason) noexcept {
    return boot_reason_names[static_cast<std::size_t>(reason)];
}

std::optional<BootReason> parse_boot_reason(std::string_view text) noexcept {
    return parse_name<BootReason>(boot_reason_names, text);
}

void Memory::remember(RebootRecord record) { push_newest(reboots, record, most_reboots); }

void Memory::remember(ResyncRecord record) {
    // Most often it comes from where the one before came from.
    if (!resyncs.empty() && resyncs.front().url == record.url) {
        record.url = resyncs.front().url;
    }
    push_newest(resyncs, std::move(record), most_resyncs);
}

void Memory::remember(UpgradeRecord record) {
    push_newest(firmware.own().upgrades, std::move(record), most_upgrades);
}

}  // namespace onhook::phone
