#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace onhook {

// A text that never changes and that many may hold at the price of one.
class SharedText {
  public:
    SharedText() = default;

    SharedText(std::string text)  // NOLINT(google-explicit-constructor): a text is what it holds
        : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}

    SharedText(const char* text)  // NOLINT(google-explicit-constructor): likewise
        : SharedText(std::string(text)) {}

    [[nodiscard]] const std::string& str() const noexcept {
        static const std::string nothing;
        return text_ ? *text_ : nothing;
    }

    operator const std::string&() const noexcept {  // NOLINT(google-explicit-constructor): likewise
        return str();
    }

    [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }

    [[nodiscard]] std::size_t size() const noexcept { return str().size(); }

    // Equal texts; at once where they are one.
    friend bool operator==(const SharedText& a, const SharedText& b) noexcept {
        return a.text_ == b.text_ || a.str() == b.str();
    }

  private:
    std::shared_ptr<const std::string> text_;  // nothing: the empty text
};

}  // namespace onhook
