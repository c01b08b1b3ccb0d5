#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/alias.h"
#include "profile/catalogue.h"

namespace onhook::profile {

// The element whose children are parameters.
inline constexpr std::string_view flat_profile_root = "flat-profile";

// Bounds of a profile (cisco-mpp.md 1.1); a document beyond one of them is refused as corrupt.
struct ProfileLimits {
    std::size_t bytes = std::size_t{8} << 20U;
    std::size_t depth = 32;
    std::size_t elements = 20'000;
    std::size_t value_bytes = std::size_t{64} << 10U;
};

// One parameter of a profile, text already decoded and trimmed (section 1.5).
struct ElementView {
    std::string_view name;  // of the parameter: an alias has been replaced
    std::string_view text;
    bool self_closed = false;  // <X/>: section 1.4 tells it from <X></X>
    std::optional<Access> access;
    bool preserve_value = false;
    std::size_t offset = 0;  // of its tag, in bytes
};

// Gets the elements while they are read. Their views live as long as the call.
class ElementSink {
  public:
    ElementSink() = default;
    ElementSink(const ElementSink&) = delete;
    ElementSink& operator=(const ElementSink&) = delete;
    virtual ~ElementSink() = default;

    virtual void take(const ElementView& element) = 0;
};

// The same as a value of its own.
struct Element {
    std::string name;
    std::string text;
    bool self_closed = false;
    std::optional<Access> access;
    bool preserve_value = false;
    std::size_t line = 0;  // of its tag, from 1; 0: it was not read
    std::size_t column = 0;

    friend bool operator==(const Element&, const Element&) = default;
};

// Without an offset. The views live as long as the element.
[[nodiscard]] ElementView view_of(const Element& element);

// Why a document is corrupt, and where (1-based).
struct DocumentError {
    std::size_t line = 0;
    std::size_t column = 0;
    std::string message;  // "what is wrong; what to do"
};

// Reads an open XML profile (sections 1.1 to 1.5): gives `sink` the elements of every
// <flat-profile>, known or not, and every element that an alias names (1.7), in the order in which
// they end. Ill-formed XML, a DOCTYPE, a document without any <flat-profile> or alias, and a passed
// limit are errors, and what the sink got before one of them counts for nothing.
[[nodiscard]] Status<DocumentError> read_flat_profile(std::string_view document,
                                                      ElementSink& sink,
                                                      const ProfileLimits& limits = {},
                                                      const AliasMap* aliases = nullptr);

// The same without aliases, in document order.
[[nodiscard]] Result<std::vector<Element>, DocumentError> read_flat_profile(
    std::string_view document, const ProfileLimits& limits = {});

// Writes the canonical form, which read_flat_profile() reads back to the same elements:
// <device><flat-profile>, an element a line. Places are not written. Texts must be values as the
// reader makes them: trimmed, one line, without control characters.
class FlatProfileWriter {
  public:
    FlatProfileWriter();

    void add(const ElementView& element);
    [[nodiscard]] std::string finish() &&;

  private:
    std::string out_;
};

[[nodiscard]] std::string write_flat_profile(std::span<const Element> elements);

}  // namespace onhook::profile
