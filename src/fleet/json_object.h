#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "fleet/phone_file.h"

namespace onhook::fleet {

using Json = nlohmann::ordered_json;
using Keys = std::span<const std::string_view>;

// A whole document. The error is a sentence: it is no JSON, or a key stands twice in one object, so
// that one of the two would not count.
[[nodiscard]] Result<Json, std::string> parse_json(std::string_view text);

// What is wrong with a document: the first complaint counts, and what is read after it means
// nothing.
class Complaint {
  public:
    void about(std::string place, std::string what);

    [[nodiscard]] bool made() const noexcept { return first_.has_value(); }

    [[nodiscard]] const std::optional<PlacedError>& first() const noexcept { return first_; }

  private:
    std::optional<PlacedError> first_;
};

// What seconds and counts may be, both ends included.
struct Bounds {
    double least = 0;
    double most = 0;
};

// "world[2].status": `key` of what stands at `place`, which is empty for the document itself.
[[nodiscard]] std::string place_in(std::string_view place, std::string_view key);
[[nodiscard]] std::string place_in(std::string_view place, std::size_t index);

// One object of a document, read key by key. A key that is missing leaves the default, one of the
// wrong type is a complaint, and so is a key that is not among `known`: it is most likely
// misspelled. `json` and the complaint must outlive this.
class JsonObject {
  public:
    JsonObject(const Json& json, std::string place, Keys known, Complaint& complaint);

    [[nodiscard]] const std::string& place() const noexcept { return place_; }

    [[nodiscard]] std::string place_of(std::string_view key) const { return place_in(place_, key); }

    [[nodiscard]] Complaint& complaint() const noexcept { return *complaint_; }

    // Nothing when the key is missing.
    [[nodiscard]] const Json* find(std::string_view key) const;

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = {}) const;
    // Must be there.
    [[nodiscard]] std::string required_text(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;
    // A whole number within `bounds`.
    [[nodiscard]] std::int64_t number(std::string_view key,
                                      Bounds bounds,
                                      std::int64_t otherwise = 0) const;
    // Seconds, with a fraction if need be.
    [[nodiscard]] Duration seconds(std::string_view key,
                                   Bounds bounds,
                                   Duration otherwise = Duration(0)) const;
    // The elements of an array of at most `most`; none when the key is missing.
    [[nodiscard]] std::span<const Json> list(std::string_view key, std::size_t most) const;
    // The index of the text among `choices`, which is the key's only other value.
    [[nodiscard]] std::size_t choice(std::string_view key,
                                     Keys choices,
                                     std::size_t otherwise = 0) const;

    void wrong(std::string_view key, std::string what) const {
        complaint_->about(place_of(key), std::move(what));
    }

  private:
    const Json* json_;
    std::string place_;
    Complaint* complaint_;
};

}  // namespace onhook::fleet
