#include "phone/memory.h"

#include <array>

namespace onhook::phone {

namespace {

constexpr std::array<std::string_view, 6> customization_names = {
    "Open", "Pending", "Custom-Pending", "Acquired", "Aborted", "Unavailable"};

template <typename Record>
void push_newest(std::vector<Record>& records, Record record, std::size_t most) {
    records.insert(records.begin(), std::move(record));
    if (records.size() > most) {
        records.resize(most);
    }
}

}  // namespace

std::string_view to_string(CustomizationState state) noexcept {
    return customization_names[static_cast<std::size_t>(state)];
}

std::optional<CustomizationState> parse_customization(std::string_view text) noexcept {
    for (std::size_t i = 0; i < customization_names.size(); ++i) {
        if (customization_names[i] == text) {
            return static_cast<CustomizationState>(i);
        }
    }
    return std::nullopt;
}

// The documents' words for Reboot History (10.2); powering up is not among them.
std::string_view to_string(BootReason reason) noexcept {
    constexpr std::array<std::string_view, 4> names = {
        "Power Up", "Provisioning", "RC", "User Triggered"};
    return names[static_cast<std::size_t>(reason)];
}

void Memory::remember(RebootRecord record) { push_newest(reboots, record, most_reboots); }

void Memory::remember(ResyncRecord record) {
    push_newest(resyncs, std::move(record), most_resyncs);
}

}  // namespace onhook::phone
