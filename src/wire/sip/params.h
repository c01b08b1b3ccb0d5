#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/sip/grammar.h"

namespace onhook::wire::sip {

// As sent. A value keeps its quotes.
struct Param {
    std::string name;
    std::optional<std::string> value;

    friend bool operator==(const Param&, const Param&) = default;
};

// RFC 3261 25.1: *( SEMI generic-param ) of a header or *( ";" uri-parameter ) of a URI, in their
// order. Names compare without case, and each is there once (7.3.1).
class Params {
  public:
    static constexpr std::size_t limit = 32;  // parameters of one header or URI; ours

    Params() = default;
    // Nothing when a name or a value breaks the grammar, a name comes twice, or there are too many.
    [[nodiscard]] static std::optional<Params> of_header(std::vector<Param> params);
    [[nodiscard]] static std::optional<Params> of_uri(std::vector<Param> params);

    [[nodiscard]] bool has(std::string_view name) const noexcept;
    // Empty when the parameter is not there or has no value; see has().
    [[nodiscard]] std::string_view value(std::string_view name) const noexcept;
    // In its place when it is there, else behind the others.
    void set(const Token& name);
    void set(const Token& name, const ParamValue& value);

    [[nodiscard]] const std::vector<Param>& all() const noexcept { return params_; }

    // ";name=value;name", or nothing.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const Params&, const Params&) = default;

  private:
    explicit Params(std::vector<Param> params) : params_(std::move(params)) {}

    [[nodiscard]] const Param* find(std::string_view name) const noexcept;
    void put(std::string_view name, std::optional<std::string> value);

    std::vector<Param> params_;
};

}  // namespace onhook::wire::sip
