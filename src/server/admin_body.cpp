#include "server/admin_body.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace onhook::server {

namespace {

// The body as an object that has no members but `known`, and those are texts or null.
Result<Json> read_object(std::string_view body, std::initializer_list<std::string_view> known) {
    if (body.size() > max_json_body) {
        return bad_request(fmt::format("the body must be at most {} bytes", max_json_body));
    }
    Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) {
        return bad_request("the body must be a JSON object");
    }
    for (const auto& [name, value] : json.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return bad_request(
                fmt::format("unknown member '{}'; known are {}", name, fmt::join(known, ", ")));
        }
        if (!value.is_string() && !value.is_null()) {
            return bad_request(fmt::format("'{}' must be a text", name));
        }
    }
    return json;
}

// Nothing when the member is missing or null.
std::optional<std::string> text_member(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() || found->is_null() ? std::nullopt
                                                   : std::optional(found->get<std::string>());
}

std::string text_or_empty(const Json& json, const char* name) {
    return text_member(json, name).value_or("");
}

}  // namespace

Failure<Error> bad_request(std::string sentence) {
    return Failure{Error{std::make_error_code(std::errc::invalid_argument), std::move(sentence)}};
}

Failure<Error> bad_field(std::string_view field, std::string_view text, const ParseError& error) {
    return bad_request(fmt::format("{} '{}': expected {}", field, text, error.expected));
}

Result<provision::Device> read_device(std::string_view body) {
    const auto json = read_object(body, {"mac", "model", "group", "name", "comment"});
    if (!json) {
        return Failure{json.error()};
    }
    const std::string mac_text = text_or_empty(*json, "mac");
    const auto mac = MacAddress::parse(mac_text);
    if (!mac) {
        return bad_field("mac", mac_text, mac.error());
    }
    provision::Device device{*mac,
                             text_or_empty(*json, "model"),
                             {},
                             text_or_empty(*json, "name"),
                             text_or_empty(*json, "comment")};
    if (const std::string name = text_or_empty(*json, "group"); !name.empty()) {
        const auto group = provision::GroupName::parse(name);
        if (!group) {
            return bad_field("group", name, group.error());
        }
        device.group = *group;
    }
    if (const auto checked = provision::check_device(device); !checked) {
        return Failure{checked.error()};
    }
    return device;
}

Result<provision::Group> read_group(std::string_view body) {
    const auto json = read_object(body, {"name", "comment"});
    if (!json) {
        return Failure{json.error()};
    }
    const std::string text = text_or_empty(*json, "name");
    const auto name = provision::GroupName::parse(text);
    if (!name) {
        return bad_field("name", text, name.error());
    }
    provision::Group group{*name, text_or_empty(*json, "comment")};
    if (const auto checked = provision::check_group(group); !checked) {
        return Failure{checked.error()};
    }
    return group;
}

Result<provision::Setting> read_setting(std::string_view body, std::string name) {
    const auto json = read_object(body, {"value", "access"});
    if (!json) {
        return Failure{json.error()};
    }
    provision::Setting setting{std::move(name), text_member(*json, "value"), {}};
    if (const std::string access = text_or_empty(*json, "access"); !access.empty()) {
        setting.access = profile::parse_access(access);
        if (!setting.access) {
            return bad_request(fmt::format("access '{}' must be na, ro or rw", access));
        }
    }
    return setting;
}

}  // namespace onhook::server
