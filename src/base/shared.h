#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <utility>

namespace onhook {

// A value that many may hold at the price of a pointer each: copies share it until one of them is
// written. One that was never given a value is T{} and costs nothing but the pointer, which makes
// it the place for what is there seldom, too. As safe between threads as a T of each holder's own.
template <std::default_initializable T>
class Shared {
  public:
    Shared() = default;

    Shared(T value)  // NOLINT(google-explicit-constructor): what is shared is the value
        : node_(new Node(std::move(value))) {}

    Shared(const Shared& other) noexcept : node_(other.node_) {
        if (node_ != nullptr) {
            node_->holders.fetch_add(1, std::memory_order_relaxed);
        }
    }

    Shared(Shared&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}

    Shared& operator=(Shared other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }

    ~Shared() {
        if (node_ != nullptr && node_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete node_;
        }
    }

    // Until this one is written or goes.
    [[nodiscard]] const T& operator*() const noexcept {
        static const T nothing{};
        return node_ != nullptr ? node_->value : nothing;
    }

    [[nodiscard]] const T* operator->() const noexcept { return &**this; }

    // To be changed: what others hold stays as it is.
    [[nodiscard]] T& own() {
        if (node_ == nullptr) {
            node_ = new Node(T{});
        } else if (node_->holders.load(std::memory_order_acquire) > 1) {
            *this = Shared(node_->value);
        }
        return node_->value;
    }

    // Whether both are copies of one another and neither was written since: equal, at the price of
    // comparing two pointers. Equal values need not be shared.
    [[nodiscard]] bool shares_with(const Shared& other) const noexcept {
        return node_ == other.node_;
    }

    friend bool operator==(const Shared& a, const Shared& b) {
        return a.node_ == b.node_ || *a == *b;
    }

  private:
    struct Node {
        explicit Node(T what) : value(std::move(what)) {}

        T value;
        std::atomic<std::uint32_t> holders = 1;
    };

    Node* node_ = nullptr;
};

}  // namespace onhook
