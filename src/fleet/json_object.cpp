#include "fleet/json_object.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "profile/nearest_name.h"

namespace onhook::fleet {

namespace {

// Stands for every object that is none.
const Json& empty_object() {
    static const Json empty = Json::object();
    return empty;
}

// "is not known; did you mean 'times'?", or all names that there are.
std::string unknown_name(std::string_view name, Keys known) {
    std::size_t best = std::max<std::size_t>(2, name.size() / 3) + 1;
    std::string_view nearest;
    for (const std::string_view one : known) {
        if (const std::size_t distance = profile::edit_distance(name, one, best); distance < best) {
            best = distance;
            nearest = one;
        }
    }
    return nearest.empty() ? fmt::format("is not known; known are {}", fmt::join(known, ", "))
                           : fmt::format("is not known; did you mean '{}'?", nearest);
}

// Looks for a key that stands twice in an object while the text is read: what is read keeps only
// the last of them.
class DuplicateKeys {
  public:
    void see(Json::parse_event_t event, const Json& parsed) {
        if (event == Json::parse_event_t::object_start) {
            open_.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            open_.pop_back();
        } else if (event == Json::parse_event_t::key) {
            Object& object = open_.back();
            object.key = parsed.get<std::string>();
            if (!object.keys.insert(object.key).second && !first_) {
                first_ = place();
            }
        }
    }

    // The place of the first one, "parameters.GPP_A".
    [[nodiscard]] const std::optional<std::string>& first() const { return first_; }

  private:
    struct Object {
        std::set<std::string> keys;
        std::string key;  // the last of them
    };

    [[nodiscard]] std::string place() const {
        std::string place;
        for (const Object& object : open_) {
            place += place.empty() ? "" : ".";
            place += object.key;
        }
        return place;
    }

    std::vector<Object> open_;
    std::optional<std::string> first_;
};

}  // namespace

Result<Json, std::string> parse_json(std::string_view text) {
    Json json;
    DuplicateKeys duplicates;
    try {
        json = Json::parse(text, [&duplicates](int, Json::parse_event_t event, const Json& parsed) {
            duplicates.see(event, parsed);
            return true;
        });
    } catch (const Json::exception& error) {  // its text has the line and the column
        return Failure{fmt::format("it is not JSON: {}", error.what())};
    }
    if (duplicates.first()) {
        return Failure{fmt::format("{} stands twice; keep one of the two", *duplicates.first())};
    }
    return json;
}

void Complaint::about(std::string place, std::string what) {
    if (!first_) {
        first_ = PlacedError{std::move(place), std::move(what)};
    }
}

std::string place_in(std::string_view place, std::string_view key) {
    return place.empty() ? std::string(key) : fmt::format("{}.{}", place, key);
}

std::string place_in(std::string_view place, std::size_t index) {
    return fmt::format("{}[{}]", place, index);
}

JsonObject::JsonObject(const Json& json, std::string place, Keys known, Complaint& complaint)
    : json_(&json), place_(std::move(place)), complaint_(&complaint) {
    if (!json.is_object()) {
        complaint.about(place_.empty() ? "the document" : place_, "must be an object: { … }");
        json_ = &empty_object();
        return;
    }
    for (const auto& [key, value] : json.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            wrong(key, unknown_name(key, known));
        }
    }
}

const Json* JsonObject::find(std::string_view key) const {
    const auto found = json_->find(key);
    return found == json_->end() ? nullptr : &*found;
}

std::string JsonObject::text(std::string_view key, std::string_view otherwise) const {
    const Json* json = find(key);
    if (json == nullptr) {
        return std::string(otherwise);
    }
    if (!json->is_string()) {
        wrong(key, "must be a text in quotes");
        return {};
    }
    return json->get<std::string>();
}

std::string JsonObject::required_text(std::string_view key) const {
    if (!has(key)) {
        wrong(key, "is missing");
    }
    return text(key);
}

bool JsonObject::flag(std::string_view key, bool otherwise) const {
    const Json* json = find(key);
    if (json == nullptr) {
        return otherwise;
    }
    if (!json->is_boolean()) {
        wrong(key, "must be true or false");
        return otherwise;
    }
    return json->get<bool>();
}

std::int64_t JsonObject::number(std::string_view key, Bounds bounds, std::int64_t otherwise) const {
    const Json* json = find(key);
    if (json == nullptr) {
        return otherwise;
    }
    const double value = json->is_number() ? json->get<double>() : 0;
    if (!json->is_number_integer()) {
        wrong(key, fmt::format("must be a whole number from {} to {}", bounds.least, bounds.most));
        return otherwise;
    }
    if (value < bounds.least || value > bounds.most) {
        wrong(key,
              fmt::format("{} is not from {} to {}; write a whole number between them",
                          json->dump(),
                          bounds.least,
                          bounds.most));
        return otherwise;
    }
    return json->get<std::int64_t>();
}

Duration JsonObject::seconds(std::string_view key, Bounds bounds, Duration otherwise) const {
    const Json* json = find(key);
    if (json == nullptr) {
        return otherwise;
    }
    const double value = json->is_number() ? json->get<double>() : NAN;
    if (std::isnan(value)) {
        wrong(key, "must be a number of seconds without quotes, e.g. 3600 or 0.5");
        return otherwise;
    }
    if (value < bounds.least || value > bounds.most) {
        wrong(key,
              fmt::format(
                  "{} is not from {} to {} seconds", json->dump(), bounds.least, bounds.most));
        return otherwise;
    }
    if (json->is_number_integer()) {
        return Seconds(json->get<std::int64_t>());
    }
    return Duration(std::llround(value * 1e9));
}

std::span<const Json> JsonObject::list(std::string_view key, std::size_t most) const {
    const Json* json = find(key);
    if (json == nullptr) {
        return {};
    }
    if (!json->is_array()) {
        wrong(key, "must be a list: [ … ]");
        return {};
    }
    if (json->size() > most) {
        wrong(key, fmt::format("has {} elements; at most {} are read", json->size(), most));
        return {};
    }
    return json->get_ref<const Json::array_t&>();
}

std::size_t JsonObject::choice(std::string_view key, Keys choices, std::size_t otherwise) const {
    if (!has(key)) {
        return otherwise;
    }
    const std::string word = text(key);
    const auto found = std::find(choices.begin(), choices.end(), word);
    if (found == choices.end()) {
        wrong(key, fmt::format("'{}' is none of {}", word, fmt::join(choices, ", ")));
        return otherwise;
    }
    return static_cast<std::size_t>(found - choices.begin());
}

}  // namespace onhook::fleet
