#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "profile/apply.h"
#include "profile/catalogue.h"
#include "profile/identity.h"
#include "profile/values.h"

namespace onhook::profile {

// What a User-Agent header says about who sent it (cisco-mpp.md 11.4, flyingvoice.md 8.3): a hint,
// never a proof.
struct UserAgentHint {
    std::string model;
    std::string firmware;
    std::optional<MacAddress> mac;
};

// What a profile of a maker's phones is written in.
enum class ProfileForm : std::uint8_t {
    flat_profile,      // XML, or whatever an alias map reads of it (cisco-mpp.md 1.1)
    flyingvoice_file,  // lines, or a boot file (flyingvoice.md 9)
};

// What differs between makers, as data and a few functions; machines and renderers ask it and
// never ask who the maker is. The parameters are named for what they mean; one that the maker's
// phones do not have is absent.
struct Dialect {
    struct Parameters {
        ParameterId provision_enable;
        ParameterId resync_on_reset;
        ParameterId resync_random_delay;
        ParameterId resync_periodic;
        ParameterId resync_error_retry_delay;
        ParameterId resync_fails_on_fnf;
        ParameterId resync_at;
        ParameterId resync_at_random_delay;
        ParameterId forced_resync_delay;
        ParameterId resync_from_sip;
        ParameterId resync_after_upgrade;
        std::array<ParameterId, 2> resync_triggers;
        ParameterId user_configurable_resync;
        std::array<ParameterId, 4> profile_rules;            // Profile_Rule, B, C, D, or two
        std::array<ParameterId, 16> general_purpose;         // GPP_A to GPP_P
        std::array<ParameterId, 4> general_purpose_secrets;  // GPP_SA to GPP_SD
        ParameterId log_request;
        ParameterId log_success;
        ParameterId log_failure;
        ParameterId dhcp_options;
        ParameterId dhcpv6_options;
        ParameterId restricted_domains;
        ParameterId custom_ca_rule;
        ParameterId tls_ciphers;         // TLS_Cipher_List, OpenSSL's language
        ParameterId trust_certificates;  // flyingvoice.md 8.2: whether certificates are checked,
        ParameterId validate_names;      // and the names in them; absent: always
        ParameterId profile_authentication;
        ParameterId report_rule;
        ParameterId report_method;
        ParameterId report_when;  // Report_to_Server
        ParameterId report_period;
        ParameterId report_delay;  // Upload_Delay_On_Local_Change
        ParameterId upgrade_enable;
        ParameterId upgrade_error_retry_delay;
        ParameterId upgrade_rule;
        ParameterId downgrade_limit;
        ParameterId log_upgrade_request;
        ParameterId log_upgrade_success;
        ParameterId log_upgrade_failure;
        ParameterId time_zone;
        ParameterId daylight_saving;
        ParameterId daylight_saving_rule;
        ParameterId ikm;  // IKM_HTTP_Encrypt_Content, 1.11
        ParameterId user_agent;
        ParameterId syslog_server;
        ParameterId syslog_identifier;
        ParameterId debug_level;
        ParameterId direct_actions;
        ParameterId web_server;
        ParameterId admin_password;
    };

    // One extension, an account of a SIP server (cisco-mpp.md 10.2 Ext n; flyingvoice.md 2.1).
    struct Line {
        // A next hop; the second is asked where the first does not answer.
        struct Server {
            ParameterId host = {};       // a name or an address, and perhaps a port
            ParameterId port = {};       // where it is a parameter of its own
            ParameterId transport = {};  // likewise
        };

        ParameterId enable = {};
        ParameterId registers = {};
        ParameterId user = {};
        ParameterId auth_user = {};
        ParameterId password = {};
        ParameterId display_name = {};
        ParameterId expires = {};
        ParameterId transport = {};  // of all servers
        ParameterId sip_port = {};   // of the phone
        ParameterId use_srv = {};
        ParameterId srv_prefix = {};          // the phone adds _sip._udp. to the name by itself
        ParameterId use_outbound_proxy = {};  // No: the outbound proxies are not used
        std::array<Server, 2> servers = {};
        std::array<Server, 2> outbound_proxies = {};
        std::array<ParameterId, 3> codecs = {};  // the preferred first
    };

    // The same of several lines: one value an account, separated by single blanks (flyingvoice.md
    // 9.1).
    struct PositionalLines {
        ParameterId enable;
        ParameterId user;
        ParameterId auth_user;
        ParameterId password;
        ParameterId display_name;
        std::array<ParameterId, 3> hosts;  // in the order in which they are asked
        std::array<ParameterId, 3> ports;
    };

    // How lines register, of those phones that let it be set.
    struct SipTimes {
        ParameterId t1;
        ParameterId t2;
        ParameterId t4;
        ParameterId retry;
        ParameterId long_retry;
    };

    // One of the two profiles of phones that have two (flyingvoice.md 3.1, 3.2).
    struct Profile {
        ParameterId rule;
        ParameterId user_agent;
        ParameterId authentication;  // Basic or Digest
        ParameterId user;
        ParameterId password;
    };

    // How such phones find their profiles and read them; absent of other phones.
    struct Provisioning {
        std::array<Profile, 2> profiles;
        ParameterId pnp;
        ParameterId option66;
        ParameterId option67;
        ParameterId more_options;  // numbers of DHCP options that come before 66
        ParameterId more_options6;
        ParameterId config_file;
        ParameterId file_key;  // opens sealed files (D25)
        ParameterId authenticate_notify;
    };

    // How such phones ask DHCP (cisco-mpp.md 13.1, flyingvoice.md 6.3).
    struct Dhcp {
        std::string (*vendor_class)(std::string_view model) = nullptr;  // option 60
        // Whose part of option 125, and of DHCPv6's 17, is theirs; nothing: none.
        std::optional<std::uint32_t> enterprise;
        // The message's own fields for a server and a file stand in for options (protocols.md C.1).
        bool reads_header_fields = false;
        std::vector<std::uint8_t> options;    // that they ask for, beside those of parameters
        std::vector<std::uint16_t> options6;  // of DHCPv6
    };

    std::string_view name;  // "cisco-mpp", as commands and the store spell it
    // Of a phone of which nobody said more.
    std::string_view usual_model;
    std::string_view usual_firmware;
    const Catalogue* catalogue = nullptr;
    ProfileForm form = ProfileForm::flat_profile;
    bool served = false;  // the server writes profiles for its phones
    Parameters parameter;
    Provisioning provisioning;
    Dhcp dhcp;
    // Parameters whose factory value is the phone's serial number.
    std::vector<ParameterId> serial_defaults;
    // What a phone tries on a server that DHCP named, after its Profile_Rule (13.3).
    std::string_view discovery_tail;
    // The redirect service's path, with macros (7.1).
    std::string_view redirect_path;
    // Auth_Resync-Reboot of each line: whether who sends a NOTIFY must prove who they are (12).
    std::vector<ParameterId> notify_authentication;
    // Events of a NOTIFY that its phones know (12; flyingvoice.md 7.3).
    std::vector<std::string_view> notify_events;
    std::vector<Line> lines;
    PositionalLines positional_lines;
    SipTimes sip_times;
    ParameterId block_nonproxy_sip;
    ParameterId sip_user_agent;
    // Settings that end remote customization when somebody makes them (7.2), beside Profile_Rule.
    std::vector<ParameterId> proxies;
    Seconds random_delay_unit{1};  // 20 s on Cisco MPP (cisco-mpp.md, CONFLICT 2)

    std::string (*product_name)(std::string_view model) = nullptr;  // 8841 -> CP-8841-3PCC ($PN)
    std::string (*series_name)(std::string_view model) = nullptr;   // 8841 -> 8841-3PCC ($PSN)
    std::string (*user_agent)(const Identity& identity) = nullptr;  // section 11.4

    // What a profile of this maker makes of `before`, a phone's values; all of it, or an error and
    // nothing.
    Result<Applied, DocumentError> (*apply)(std::string_view document,
                                            const Values& before,
                                            const ApplyOptions& options) = nullptr;
    // Nothing for a header that no phone of this maker sends.
    std::optional<UserAgentHint> (*read_user_agent)(std::string_view header) = nullptr;
};

// Lives for ever.
[[nodiscard]] const Dialect& cisco_mpp();
// Flyingvoice phones as they work, and with the defaults that the maker's page prints
// (flyingvoice.md 3): "flyingvoice", "flyingvoice-doc".
[[nodiscard]] const Dialect& flyingvoice();
[[nodiscard]] const Dialect& flyingvoice_doc();
// Whether one of the dialect's profile rules is among these.
[[nodiscard]] bool has_profile_rule(std::span<const ParameterId> ids, const Dialect& dialect);

// By name; nothing for a name that no dialect has.
[[nodiscard]] const Dialect* find_dialect(std::string_view name);

// Whose catalogue this is.
[[nodiscard]] const Dialect& dialect_of(const Catalogue& catalogue);

// Whether a server may be started with the dialect; otherwise a sentence that says which ones may.
[[nodiscard]] Status<std::string> can_serve(const Dialect& dialect);

// What the factory put into a phone: the catalogue's defaults and what follows from the identity.
[[nodiscard]] Values factory_values(const Dialect& dialect, const Identity& identity);

// By whichever dialect knows the form.
[[nodiscard]] std::optional<UserAgentHint> read_user_agent(std::string_view header);

}  // namespace onhook::profile
