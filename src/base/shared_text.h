#pragma once

#include <atomic>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace onhook {

// A text that never changes and that many may hold at the price of a pointer each. The empty text
// is nothing. At most 4 GiB.
class SharedText {
  public:
    SharedText() = default;
    SharedText(std::string_view text);  // NOLINT(google-explicit-constructor): it is what it holds

    SharedText(const std::string& text)  // NOLINT(google-explicit-constructor): likewise
        : SharedText(std::string_view(text)) {}

    SharedText(const char* text)  // NOLINT(google-explicit-constructor): likewise
        : SharedText(std::string_view(text)) {}

    SharedText(const SharedText& other) noexcept : node_(other.node_) {
        if (node_ != nullptr) {
            node_->holders.fetch_add(1, std::memory_order_relaxed);
        }
    }

    SharedText(SharedText&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}

    SharedText& operator=(SharedText other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }

    ~SharedText() {
        if (node_ != nullptr && node_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            release();
        }
    }

    // Lives as long as a holder.
    [[nodiscard]] std::string_view view() const noexcept {
        return node_ != nullptr ? std::string_view(node_->text(), node_->size) : std::string_view();
    }

    operator std::string_view() const noexcept {  // NOLINT(google-explicit-constructor): likewise
        return view();
    }

    [[nodiscard]] std::string str() const { return std::string(view()); }

    [[nodiscard]] bool empty() const noexcept { return node_ == nullptr; }

    [[nodiscard]] std::size_t size() const noexcept { return view().size(); }

    // Equal texts; at once where they are one.
    friend bool operator==(const SharedText& a, const SharedText& b) noexcept {
        return a.node_ == b.node_ || a.view() == b.view();
    }

    friend auto operator<=>(const SharedText& a, const SharedText& b) noexcept {
        return a.view() <=> b.view();
    }

    template <std::convertible_to<std::string_view> Text>
    friend bool operator==(const SharedText& a, const Text& b) noexcept {
        return a.view() == std::string_view(b);
    }

  private:
    // The text stands behind it.
    struct Node {
        std::atomic<std::uint32_t> holders;
        std::uint32_t size;

        [[nodiscard]] const char* text() const noexcept {
            return reinterpret_cast<const char*>(this + 1);
        }
    };

    void release() noexcept;

    Node* node_ = nullptr;
};

}  // namespace onhook

template <>
struct fmt::formatter<onhook::SharedText> : fmt::formatter<std::string_view> {
    template <typename Context>
    auto format(const onhook::SharedText& text, Context& context) const {
        return fmt::formatter<std::string_view>::format(text.view(), context);
    }
};
