#pragma once

// Phones, leases and answers that the tests of src/phone share.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/phone_world.h"

namespace onhook::phone {

using Strings = std::vector<std::string>;
using Times = std::vector<int>;

[[nodiscard]] inline Lease lease_with(std::uint8_t option, std::string value) {
    return {"192.168.1.100", DhcpAnswer{"", {{option, std::move(value)}}}};
}

[[nodiscard]] inline test::SamplePhone provisioned(std::string_view rule = "http://h/a.xml") {
    return test::SamplePhone()
        .set("Profile_Rule", rule)
        .set("Resync_Random_Delay", "0")
        .set("Resync_Periodic", "7200")
        .set("Resync_Error_Retry_Delay", "60,120");
}

// A phone fresh from its box that does not wait before it begins.
[[nodiscard]] inline test::SamplePhone fresh() {
    return test::SamplePhone().set("Resync_Random_Delay", "0");
}

[[nodiscard]] inline test::Reply status(int code) { return {code, {}, {}, {}, {}}; }

[[nodiscard]] inline ResyncRequested request(std::string rule = {},
                                             std::string client_ip = "192.168.1.5") {
    return {RequestId{1}, std::move(rule), std::move(client_ip)};
}

// What the redirect service answers, and where it leads.
inline const std::string redirect_profile =
    "<flat-profile><Profile_Rule>http://sp.test/$MA.xml</Profile_Rule></flat-profile>";
inline const std::string redirect_target = "http://sp.test/000e08012345.xml";

// Something that counts only after a restart.
inline constexpr std::string_view restarts = "<Display_Name_1_>Ann</Display_Name_1_>";

}  // namespace onhook::phone
