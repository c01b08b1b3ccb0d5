#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace onhook {

namespace detail {

// Overwrites the characters in a way that the optimiser keeps.
void wipe(std::string& text) noexcept;
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace detail

// Marks a password or key so that it cannot be printed by accident: it formats as "[redacted]",
// compares in time that does not depend on where the texts differ, is wiped when it dies, and
// opens only with reveal(). Every reveal() is a place to look at in review.
template <typename T>
class Secret;

template <>
class Secret<std::string> {
  public:
    Secret() = default;

    explicit Secret(std::string value) : value_(std::move(value)) {}

    Secret(const Secret&) = default;

    Secret& operator=(const Secret& other) {
        if (this != &other) {
            detail::wipe(value_);
            value_ = other.value_;
        }
        return *this;
    }

    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) {
        detail::wipe(other.value_);
    }

    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            detail::wipe(value_);
            value_ = std::move(other.value_);
            detail::wipe(other.value_);
        }
        return *this;
    }

    ~Secret() { detail::wipe(value_); }

    [[nodiscard]] const std::string& reveal() const noexcept { return value_; }

    [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

    friend bool operator==(const Secret& a, const Secret& b) noexcept {
        return detail::equal_in_constant_time(a.value_, b.value_);
    }

  private:
    std::string value_;
};

Secret(std::string)->Secret<std::string>;
Secret(const char*)->Secret<std::string>;

}  // namespace onhook

template <typename T>
struct fmt::formatter<onhook::Secret<T>> : fmt::formatter<std::string_view> {
    template <typename Context>
    auto format(const onhook::Secret<T>&, Context& context) const {
        return fmt::formatter<std::string_view>::format("[redacted]", context);
    }
};
