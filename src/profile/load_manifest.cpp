// The text of a .loads file (cisco-mpp.md 9; 15, point 14).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "profile/load.h"

namespace onhook::profile {

namespace {

constexpr std::size_t longest_name = 255;
constexpr std::string_view line_form =
    "write 'NAME SIZE SHA256' in one line, as `sha256sum` and `stat -c %s` give them";

struct LineError {
    std::size_t offset = 0;  // in the line
    std::string message;
};

Failure<LineError> wrong_line(std::size_t offset, std::string message) {
    return Failure{LineError{offset, std::move(message)}};
}

// What may stand in a URL and in a file's name everywhere, and leads to no other folder.
constexpr bool is_name_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

constexpr bool is_field_char(char c) noexcept { return !is_space(c); }

bool ends_here(const Cursor& in) noexcept { return in.at_end() || is_space(in.peek()); }

Result<std::string, LineError> take_component_name(Cursor& in) {
    const std::size_t start = in.offset();
    const std::string_view name = in.take_while(is_field_char);
    if (name.empty() || name.front() == '.' || name.size() > longest_name ||
        !std::all_of(name.begin(), name.end(), is_name_char)) {
        return wrong_line(start,
                          fmt::format("no name of a component; write a file's name of letters, "
                                      "digits, '.', '-' and '_', at most {}, without a folder and "
                                      "not first a dot",
                                      longest_name));
    }
    return std::string(name);
}

Result<std::uint64_t, LineError> take_size(Cursor& in) {
    in.skip_spaces();
    const std::size_t start = in.offset();
    const auto size = parse_number<std::uint64_t>(in.take_while(is_field_char));
    return size ? Result<std::uint64_t, LineError>(*size)
                : wrong_line(start, fmt::format("no size in bytes behind the name; {}", line_form));
}

Result<std::array<std::uint8_t, 32>, LineError> take_sha256(Cursor& in) {
    in.skip_spaces();
    const Failure<LineError> wrong = wrong_line(
        in.offset(), fmt::format("no SHA-256 of 64 hex digits behind the size; {}", line_form));
    const std::string_view digits = in.take_while([](char c) { return hex_digit(c) >= 0; });
    std::array<std::uint8_t, 32> hash{};
    if (digits.size() != 2 * hash.size() || !ends_here(in)) {
        return wrong;
    }
    for (std::size_t i = 0; i < hash.size(); ++i) {
        hash[i] =
            static_cast<std::uint8_t>(hex_digit(digits[2 * i]) * 16 + hex_digit(digits[2 * i + 1]));
    }
    return hash;
}

Result<LoadComponent, LineError> read_component(std::string_view line) {
    Cursor in(line);
    in.skip_spaces();
    auto name = take_component_name(in);
    if (!name) {
        return Failure{std::move(name).error()};
    }
    const auto size = take_size(in);
    if (!size) {
        return Failure{size.error()};
    }
    const auto sha256 = take_sha256(in);
    if (!sha256) {
        return Failure{sha256.error()};
    }
    in.skip_spaces();
    if (!in.at_end()) {
        return wrong_line(in.offset(), fmt::format("more than three fields; {}", line_form));
    }
    return LoadComponent{*std::move(name), *size, *sha256};
}

// Gathers the components within the limits.
class ManifestReader {
  public:
    explicit ManifestReader(const ManifestLimits& limits) : limits_(&limits) {}

    Status<LineError> add(std::string_view line) {
        auto component = read_component(line);
        if (!component) {
            return Failure{std::move(component).error()};
        }
        if (components_.size() == limits_->components) {
            return wrong_line(0,
                              fmt::format("more than {} components; put fewer files into the load",
                                          limits_->components));
        }
        if (is_known(component->name)) {
            return wrong_line(0,
                              fmt::format("'{}' is in the manifest already; remove one of the two",
                                          component->name));
        }
        if (component->size_bytes > limits_->total_bytes - total_bytes_) {
            return wrong_line(0,
                              fmt::format("the components are larger than {} bytes together; make "
                                          "the load smaller",
                                          limits_->total_bytes));
        }
        total_bytes_ += component->size_bytes;
        components_.push_back(*std::move(component));
        return Done{};
    }

    [[nodiscard]] std::vector<LoadComponent> finish() && { return std::move(components_); }

  private:
    [[nodiscard]] bool is_known(std::string_view name) const {
        return std::any_of(components_.begin(),
                           components_.end(),
                           [name](const LoadComponent& known) { return known.name == name; });
    }

    const ManifestLimits* limits_;
    std::vector<LoadComponent> components_;
    std::uint64_t total_bytes_ = 0;
};

}  // namespace

Result<std::vector<LoadComponent>, DocumentError> read_manifest(std::string_view text,
                                                                const ManifestLimits& limits) {
    if (text.size() > limits.text_bytes) {
        return Failure{DocumentError{
            1,
            1,
            fmt::format("the manifest is larger than {} bytes; give the URL of a .loads file",
                        limits.text_bytes)}};
    }
    ManifestReader reader(limits);
    Cursor in(text);
    for (std::size_t number = 1; !in.at_end(); ++number) {
        const std::string_view line = in.take_while([](char c) { return c != '\n'; });
        (void)in.accept("\n");
        const std::string_view content = trim(line);
        if (content.empty() || content.front() == '#') {
            continue;
        }
        if (auto added = reader.add(line); !added) {
            auto [offset, message] = std::move(added).error();
            return Failure{DocumentError{number, offset + 1, std::move(message)}};
        }
    }
    auto components = std::move(reader).finish();
    if (components.empty()) {
        return Failure{DocumentError{
            1, 1, fmt::format("the manifest names no component of a load; {}", line_form)}};
    }
    return components;
}

std::string write_manifest(std::span<const LoadComponent> components) {
    std::string text;
    for (const LoadComponent& component : components) {
        const std::string_view sha256(reinterpret_cast<const char*>(component.sha256.data()),
                                      component.sha256.size());
        text += fmt::format("{} {} {}\n", component.name, component.size_bytes, to_hex(sha256));
    }
    return text;
}

}  // namespace onhook::profile
