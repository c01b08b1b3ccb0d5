#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.h"
#include "provision/device.h"
#include "provision/setting.h"
#include "server/admin_json.h"

// The administration API's request bodies: JSON objects whose members are all texts. Errors are
// sentences for the administrator.

namespace onhook::server {

constexpr std::size_t max_json_body = std::size_t{256} << 10U;

[[nodiscard]] Failure<Error> bad_request(std::string sentence);
// "mac 'zz': expected two hex digits"
[[nodiscard]] Failure<Error> bad_field(std::string_view field,
                                       std::string_view text,
                                       const ParseError& error);

// {mac, model, group, name, comment}; only mac must be there.
[[nodiscard]] Result<provision::Device> read_device(std::string_view body);
// {name, comment}
[[nodiscard]] Result<provision::Group> read_group(std::string_view body);
// {value, access} of the parameter `name`: at least one of them. Not checked against a catalogue.
[[nodiscard]] Result<provision::Setting> read_setting(std::string_view body, std::string name);

}  // namespace onhook::server
