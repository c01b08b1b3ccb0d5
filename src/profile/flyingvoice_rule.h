#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "profile/flyingvoice_macro.h"
#include "profile/rule.h"

namespace onhook::profile {

// Where a Profile Rule or Upgrade Rule points (flyingvoice.md 6.4, 8.1).
struct FlyingvoiceLocation {
    Url url;
    std::optional<Credentials> credentials;   // scheme://user:password@host, without macros (D7)
    bool directory = false;                   // D19
    std::vector<std::string> unknown_macros;  // to be logged
};

// Reads a rule: an IP address, a host name or a URL with macros; no scheme is TFTP (D11). Nothing
// for a blank rule. FTP is a scheme here. Offsets of errors count in the rule with its macros in
// place and without user and password.
[[nodiscard]] Result<std::optional<FlyingvoiceLocation>, RuleError> locate_flyingvoice(
    std::string_view rule, const MacroSource& macros);

// What a file of a profile is, which says what its absence means (8.1.6).
enum class FlyingvoiceFile : std::uint8_t {
    named,        // the one file of a file URL
    own_boot,     // <mac>.boot; when it is there, its includes replace all that follows
    common_boot,  // y000000000000.boot; likewise
    common,       // y000000000000.cfg
    own,          // Config File Name
    included,     // by a boot file
};

struct FlyingvoiceRequest {
    FlyingvoiceFile file = FlyingvoiceFile::named;
    Url url;
};

// What a phone asks for one profile, in this order.
struct FlyingvoicePlan {
    std::vector<FlyingvoiceRequest> requests;
    std::optional<Credentials> credentials;  // those of the rule
    std::vector<std::string> unknown_macros;
};

// The requests of a rule (8.1, D19, D20). `config_file` is Config File Name, unexpanded; blank is
// its factory value. Nothing for a blank rule.
[[nodiscard]] Result<std::optional<FlyingvoicePlan>, RuleError> plan_flyingvoice(
    std::string_view rule, std::string_view config_file, const MacroSource& macros);

// Where a boot file's include points: a name beside the boot file, or an absolute URL (8.1.5).
[[nodiscard]] Result<Url, RuleError> locate_include(const Url& boot,
                                                    std::string_view file,
                                                    const MacroSource& macros);

// Which credentials a request has: the rule's, or else the parameters'. A blank user means none
// (D12, slip 15).
[[nodiscard]] std::optional<Credentials> credentials_for(const std::optional<Credentials>& of_rule,
                                                         std::string_view user,
                                                         std::string_view password);

// The rule that DHCP options 66 and 67 make together (6.3, D6); an option that is absent or
// switched off is nothing. Nothing when they name no server.
[[nodiscard]] std::optional<std::string> rule_of_dhcp(std::optional<std::string_view> option66,
                                                      std::optional<std::string_view> option67);

}  // namespace onhook::profile
