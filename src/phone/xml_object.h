#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/result.h"

namespace onhook::phone {

// The longest XML object that is read, in bytes.
inline constexpr std::size_t longest_xml_object = 16384;

// The URL attributes of the ExecuteItems of a Cisco XML object, in order (cisco-mpp.md 10.1):
//
//     <CP-8841-3PCCExecute><ExecuteItem URL=Resync:[profile-rule]/></CP-8841-3PCCExecute>
//
// A value without quotes, as Cisco prints it, ends before white space, "/>" or ">"; one with blanks
// needs quotes. Character references of XML count. The root is any element whose name ends in
// "Execute" (CiscoIPPhoneExecute). Anything else is an error at its place.
[[nodiscard]] Result<std::vector<std::string>, ParseError> execute_items(std::string_view body);

// The rule of a URL "Resync:rule", empty for all rules; nothing for another URL.
[[nodiscard]] std::optional<std::string> resync_rule(std::string_view url);

}  // namespace onhook::phone
