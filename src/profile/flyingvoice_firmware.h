#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/url.h"
#include "profile/identity.h"

namespace onhook::profile {

// What the maker's name of a firmware image says (flyingvoice.md 10):
// <MODEL>-FVUI[nn]_V<version>_<yyyymmddHHMM>_RC.bin.
struct FlyingvoiceImage {
    std::string model;       // FIP13G
    std::string generation;  // the digits behind FVUI, often none
    std::string version;     // 0.5.32.3
    std::string built;       // 202105111814
};

// Nothing for a name of another form.
[[nodiscard]] std::optional<FlyingvoiceImage> read_image_name(std::string_view name);

// What a phone does about the image of its Upgrade Rule before it downloads it (D29).
enum class UpgradeDecision : std::uint8_t {
    download,      // this model, another version
    same_version,  // nothing to do
    other_model,   // refused, logged, and not tried again
    ask_server,    // the name says nothing: compare what the server says with what was installed
};

[[nodiscard]] std::string_view to_string(UpgradeDecision decision) noexcept;

// By the last segment of the image's path.
[[nodiscard]] UpgradeDecision decide_upgrade(const Url& image, const Identity& phone);

}  // namespace onhook::profile
