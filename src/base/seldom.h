#pragma once

#include <concepts>
#include <memory>

namespace onhook {

// A part that is at rest most of the time: it is made when it is needed and let go when it rests,
// so that one at rest costs a pointer. T{} is one at rest.
template <typename T>
class Seldom {
  public:
    // The part as it is; not to be changed.
    [[nodiscard]] const T& operator*() const noexcept {
        static const T at_rest{};
        return part_ ? *part_ : at_rest;
    }

    [[nodiscard]] const T* operator->() const noexcept { return &**this; }

    // The part, to be used.
    [[nodiscard]] T& wake() {
        if (!part_) {
            part_ = std::make_unique<T>();
        }
        return *part_;
    }

    // Lets it go if it rests: what it holds then is what T{} holds.
    void settle() noexcept requires requires(const T& part) {
        { part.rests() } -> std::convertible_to<bool>;
    }

    {
        if (part_ && part_->rests()) {
            part_.reset();
        }
    }

  private:
    std::unique_ptr<T> part_;
};

}  // namespace onhook
