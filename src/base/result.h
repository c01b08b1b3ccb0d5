#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"

namespace onhook {

// `return Failure{error};` makes a Result that failed.
template <typename E>
struct Failure {
    E error;
};

template <typename E>
Failure(E) -> Failure<E>;

// A value or the reason why there is none: a subset of C++23's std::expected. Looking at the value
// of a failure, or at the error of a success, is a bug and stops the process.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
  public:
    using value_type = T;
    using error_type = E;

    // Implicit on purpose, as in std::expected: `return value;`.
    Result(const T& value)  // NOLINT(google-explicit-constructor): std::expected's form
        : state_(std::in_place_index<0>, value) {}

    Result(T&& value)  // NOLINT(google-explicit-constructor): std::expected's form
        : state_(std::in_place_index<0>, std::move(value)) {}

    template <typename G>
    Result(Failure<G> failure)  // NOLINT(google-explicit-constructor): std::expected's form
        : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& operator*() & {
        CHECK(has_value());
        return *std::get_if<0>(&state_);
    }

    [[nodiscard]] const T& operator*() const& {
        CHECK(has_value());
        return *std::get_if<0>(&state_);
    }

    [[nodiscard]] T&& operator*() && {
        CHECK(has_value());
        return std::move(*std::get_if<0>(&state_));
    }

    [[nodiscard]] T* operator->() { return &**this; }

    [[nodiscard]] const T* operator->() const { return &**this; }

    [[nodiscard]] const E& error() const& {
        CHECK(!has_value());
        return *std::get_if<1>(&state_);
    }

    [[nodiscard]] E&& error() && {
        CHECK(!has_value());
        return std::move(*std::get_if<1>(&state_));
    }

    [[nodiscard]] T value_or(T other) const& { return has_value() ? **this : std::move(other); }

    // f(T) -> Result<U, E>; a failure passes through.
    template <typename F>
    [[nodiscard]] auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
        if (has_value()) {
            return std::forward<F>(f)(std::move(**this));
        }
        return Failure<E>{std::move(*this).error()};
    }

    // f(T) -> U; a failure passes through.
    template <typename F>
    [[nodiscard]] auto transform(F&& f) && -> Result<std::invoke_result_t<F, T&&>, E> {
        if (has_value()) {
            return std::forward<F>(f)(std::move(**this));
        }
        return Failure<E>{std::move(*this).error()};
    }

  private:
    std::variant<T, E> state_;
};

// What succeeds without a value: `return Done{};`.
struct Done {
    friend bool operator==(Done, Done) = default;
};

template <typename E = Error>
using Status = Result<Done, E>;

}  // namespace onhook
