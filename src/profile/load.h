#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/url.h"
#include "profile/flat_profile.h"

namespace onhook::profile {

// The name of a firmware load of a Cisco phone (cisco-mpp.md 9): sip<model>.<version>, as $SWVER
// has it, `sip88xx.11-3-1MPP-678`.
class LoadName {
  public:
    // With or without `.loads`. The version is one of version.h with dashes.
    [[nodiscard]] static Result<LoadName, ParseError> parse(std::string_view text);

    // `sip88xx`.
    [[nodiscard]] std::string_view model() const noexcept {
        return std::string_view(text_).substr(0, dot_);
    }

    // `11-3-1MPP-678`.
    [[nodiscard]] std::string_view version() const noexcept {
        return std::string_view(text_).substr(dot_ + 1);
    }

    // Without `.loads`.
    [[nodiscard]] const std::string& to_string() const noexcept { return text_; }

    // As written. Whether a phone has a load is same_load().
    friend bool operator==(const LoadName&, const LoadName&) = default;

  private:
    LoadName() = default;

    std::string text_;
    std::size_t dot_ = 0;  // between model and version
};

// The load that a URL names by the last segment of its path, which must end in `.loads`: what a
// phone compares before it downloads. Nothing for another name: only the transfer can tell.
[[nodiscard]] std::optional<LoadName> load_of(const Url& url);

// Nothing needs to be fetched (vector 75). The models are the same text, for a load of another
// model is another load although a condition ignores the model (3.3); the versions are equal by
// version.h. A phone shows its load with or without the build, so a name without one is any build
// of that version; two builds are compared as text: 1dev is not 1.
[[nodiscard]] bool same_load(const LoadName& a, const LoadName& b);

enum class LimitDecision : std::uint8_t {
    allowed,
    too_old,  // the load is older than the limit: refused
};

// Downgrade_Rev_Limit (5.4, 9): a version with or without a model, which is ignored; an empty limit
// allows everything. An error, and the load is refused too, when the limit is no version or one
// with dots: they cannot be compared (3.3).
[[nodiscard]] Result<LimitDecision, ParseError> check_downgrade_limit(const LoadName& load,
                                                                      std::string_view limit);

// One file of a load. It lies beside the manifest.
struct LoadComponent {
    std::string name;  // letters, digits, `.`, `-` and `_`, at most 255, not first a dot
    std::uint64_t size_bytes = 0;
    std::array<std::uint8_t, 32> sha256{};

    friend bool operator==(const LoadComponent&, const LoadComponent&) = default;
};

// Bounds of a manifest; what is beyond one of them is refused.
struct ManifestLimits {
    std::size_t text_bytes = std::size_t{64} << 10U;
    std::size_t components = 64;
    std::uint64_t total_bytes = std::uint64_t{1} << 30U;  // of all components
};

// Reads the content of a `.loads` file. Cisco's own is not documented, so this is our form (section
// 9; 15, point 14): a component a line, its name, its size in bytes and its SHA-256 in hex, with
// blanks between them. Blank lines and lines that start with # mean nothing. A name that comes
// twice and a text without a component are errors.
[[nodiscard]] Result<std::vector<LoadComponent>, DocumentError> read_manifest(
    std::string_view text, const ManifestLimits& limits = {});

// The form that read_manifest() reads back, in the order given. The components must be within its
// limits.
[[nodiscard]] std::string write_manifest(std::span<const LoadComponent> components);

}  // namespace onhook::profile
