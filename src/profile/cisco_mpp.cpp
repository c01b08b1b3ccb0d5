// The Cisco MPP dialect: spec cisco-mpp.md.
#include <fmt/format.h>

#include "base/cursor.h"
#include "profile/dialect.h"

namespace onhook::profile {

extern const std::string_view cisco_mpp_tsv;

namespace {

std::string product_name(std::string_view model) {
    return std::string("CP-").append(model).append("-3PCC");
}

std::string series_name(std::string_view model) { return std::string(model).append("-3PCC"); }

// `sip88xx.11-3-1MPP-678` is 11.3.1 (11.4): numbers of the first three fields behind the model.
std::string short_version(std::string_view firmware) {
    const std::size_t dot = firmware.find('.');
    std::string out;
    Cursor in(firmware.substr(dot == std::string_view::npos ? 0 : dot + 1));
    for (int field = 0; field < 3; ++field) {
        const std::string_view number = in.take_while(is_digit);
        if (number.empty()) {
            break;
        }
        out += out.empty() ? "" : ".";
        out += number;
        (void)in.take_while([](char c) { return c != '-'; });
        (void)in.accept("-");
    }
    return out;
}

std::string cisco_user_agent(const Identity& identity) {
    constexpr std::size_t usual_length = 64;
    std::string text;
    text.reserve(usual_length);
    text.append("Cisco-CP-")
        .append(identity.model)
        .append("-3PCC/")
        .append(short_version(identity.firmware))
        .append(" (")
        .append(identity.mac.to_string())
        .append(")");
    return text;
}

// `Cisco-CP-8841-3PCC/11.3.1 (000e08aabbcc)`.
std::optional<UserAgentHint> read_cisco_user_agent(std::string_view header) {
    Cursor in(header);
    if (!in.accept("Cisco-CP-")) {
        return std::nullopt;
    }
    UserAgentHint hint;
    hint.model = in.take_while(is_digit);
    if (hint.model.empty() || !in.accept("-3PCC/")) {
        return std::nullopt;
    }
    hint.firmware = in.take_while([](char c) { return !is_space(c); });
    if (in.accept(" (")) {
        const auto mac = MacAddress::parse(in.take_while([](char c) { return c != ')'; }));
        if (mac && in.accept(")")) {
            hint.mac = *mac;
        }
    }
    return hint;
}

// The parameters that `name` is with the lines' numbers in its place.
std::vector<ParameterId> of_each_line(std::string_view name) {
    std::vector<ParameterId> ids;
    for (int line = 1;; ++line) {
        const auto id = cisco_mpp_catalogue().find(fmt::format(fmt::runtime(name), line));
        if (!id) {
            return ids;
        }
        ids.push_back(*id);
    }
}

// The tabs Ext 1 to Ext n. Some rows go further than a line can: one without a User ID and a Proxy
// is none.
std::vector<Dialect::Line> ext_lines() {
    const Catalogue& catalogue = cisco_mpp_catalogue();
    std::vector<Dialect::Line> lines;
    for (int n = 1; catalogue.find(fmt::format("Line_Enable_{}_", n)); ++n) {
        const auto id_of = [&](std::string_view name) {
            return catalogue.id_of(fmt::format("{}_{}_", name, n));
        };
        const auto server = [&](std::string_view name) {
            return Dialect::Line::Server{id_of(name), {}, {}};
        };
        lines.push_back(
            {.enable = id_of("Line_Enable"),
             .registers = id_of("Register"),
             .user = id_of("User_ID"),
             .auth_user = id_of("Auth_ID"),
             .password = id_of("Password"),
             .display_name = id_of("Display_Name"),
             .expires = id_of("Register_Expires"),
             .transport = id_of("SIP_Transport"),
             .sip_port = id_of("SIP_Port"),
             .use_srv = id_of("Use_DNS_SRV"),
             .srv_prefix = id_of("DNS_SRV_Auto_Prefix"),
             .use_outbound_proxy = id_of("Use_Outbound_Proxy"),
             .servers = {server("Proxy"), server("Alternate_Proxy")},
             .outbound_proxies = {server("Outbound_Proxy"), server("Alternate_Outbound_Proxy")},
             .codecs = {id_of("Preferred_Codec"),
                        id_of("Second_Preferred_Codec"),
                        id_of("Third_Preferred_Codec")}});
    }
    return lines;
}

// GPP_A, GPP_B, and so on; GPP_SA behind the prefix GPP_S.
template <std::size_t Count>
std::array<ParameterId, Count> lettered(std::string_view prefix) {
    std::array<ParameterId, Count> ids;
    for (std::size_t i = 0; i < Count; ++i) {
        ids[i] = cisco_mpp_catalogue().id_of(std::string(prefix) + static_cast<char>('A' + i));
    }
    return ids;
}

Dialect::Parameters cisco_parameters() {
    const auto id_of = [](std::string_view name) { return cisco_mpp_catalogue().id_of(name); };
    return {
        .provision_enable = id_of("Provision_Enable"),
        .resync_on_reset = id_of("Resync_On_Reset"),
        .resync_random_delay = id_of("Resync_Random_Delay"),
        .resync_periodic = id_of("Resync_Periodic"),
        .resync_error_retry_delay = id_of("Resync_Error_Retry_Delay"),
        .resync_fails_on_fnf = id_of("Resync_Fails_On_FNF"),
        .resync_at = id_of("Resync_At__HHmm_"),
        .resync_at_random_delay = id_of("Resync_At_Random_Delay"),
        .forced_resync_delay = id_of("Forced_Resync_Delay"),
        .resync_from_sip = id_of("Resync_From_SIP"),
        .resync_after_upgrade = id_of("Resync_After_Upgrade_Attempt"),
        .resync_triggers = {id_of("Resync_Trigger_1"), id_of("Resync_Trigger_2")},
        .user_configurable_resync = id_of("User_Configurable_Resync"),
        .profile_rules = {id_of("Profile_Rule"),
                          id_of("Profile_Rule_B"),
                          id_of("Profile_Rule_C"),
                          id_of("Profile_Rule_D")},
        .general_purpose = lettered<16>("GPP_"),
        .general_purpose_secrets = lettered<4>("GPP_S"),
        .log_request = id_of("Log_Request_Msg"),
        .log_success = id_of("Log_Success_Msg"),
        .log_failure = id_of("Log_Failure_Msg"),
        .dhcp_options = id_of("DHCP_Option_To_Use"),
        .dhcpv6_options = id_of("DHCPv6_Option_To_Use"),
        .restricted_domains = id_of("Restricted_Access_Domains"),
        .custom_ca_rule = id_of("Custom_CA_Rule"),
        .tls_ciphers = id_of("TLS_Cipher_List"),
        .trust_certificates = {},
        .validate_names = {},
        .profile_authentication = id_of("Profile_Authentication_Type"),
        .report_rule = id_of("Report_Rule"),
        .report_method = id_of("HTTP_Report_Method"),
        .report_when = id_of("Report_to_Server"),
        .report_period = id_of("periodic_upload_to_server"),
        .report_delay = id_of("Upload_Delay_On_Local_Change"),
        .upgrade_enable = id_of("Upgrade_Enable"),
        .upgrade_error_retry_delay = id_of("Upgrade_Error_Retry_Delay"),
        .upgrade_rule = id_of("Upgrade_Rule"),
        .downgrade_limit = id_of("Downgrade_Rev_Limit"),
        .log_upgrade_request = id_of("Log_Upgrade_Request_Msg"),
        .log_upgrade_success = id_of("Log_Upgrade_Success_Msg"),
        .log_upgrade_failure = id_of("Log_Upgrade_Failure_Msg"),
        .time_zone = id_of("Time_Zone"),
        .daylight_saving = id_of("Daylight_Saving_Time_Enable"),
        .daylight_saving_rule = id_of("Daylight_Saving_Time_Rule"),
        .ikm = id_of("IKM_HTTP_Encrypt_Content"),
        .user_agent = id_of("HTTP_User_Agent_Name"),
        .syslog_server = id_of("Syslog_Server"),
        .syslog_identifier = id_of("Syslog_Identifier"),
        .debug_level = id_of("Debug_Level"),
        .direct_actions = id_of("Enable_Direct_Action_Url"),
        .web_server = id_of("Enable_Web_Server"),
        .admin_password = id_of("Admin_Password"),
    };
}

void speak_sip(Dialect& dialect) {
    const auto id_of = [](std::string_view name) { return cisco_mpp_catalogue().id_of(name); };
    dialect.lines = ext_lines();
    dialect.sip_times = {.t1 = id_of("SIP_T1"),
                         .t2 = id_of("SIP_T2"),
                         .t4 = id_of("SIP_T4"),
                         .retry = id_of("Reg_Retry_Intvl"),
                         .long_retry = id_of("Reg_Retry_Long_Intvl")};
    dialect.block_nonproxy_sip = id_of("Block_Nonproxy_SIP");
    dialect.sip_user_agent = id_of("SIP_User_Agent_Name");
}

Dialect make_cisco_mpp() {
    Dialect dialect;
    dialect.name = "cisco-mpp";
    dialect.usual_model = "8841";
    dialect.usual_firmware = "sip88xx.11-3-1MPP-678";
    dialect.catalogue = &cisco_mpp_catalogue();
    dialect.served = true;
    dialect.parameter = cisco_parameters();
    dialect.dhcp = {.vendor_class = product_name,
                    .enterprise = 9,  // IANA: ciscoSystems
                    .reads_header_fields = true,
                    .options = {1, 2, 3, 6, 15, 42, 66, 150, 159, 160, 43, 125},
                    .options6 = {17, 159, 160, 24}};
    dialect.discovery_tail = "/Cisco/$PN/$MA.cfg";
    dialect.redirect_path = "/software/edos/callhome/rc?id=$MAU:$SN:$PN";
    dialect.proxies = of_each_line("Proxy_{}_");
    dialect.notify_authentication = of_each_line("Auth_Resync-Reboot_{}_");
    dialect.notify_events = {
        "resync", "reboot_now", "restart_now", "report", "XML-Service", "check-sync", "reboot"};
    speak_sip(dialect);
    dialect.random_delay_unit = Seconds(20);
    dialect.product_name = product_name;
    dialect.series_name = series_name;
    dialect.user_agent = cisco_user_agent;
    dialect.apply = apply_flat_profile;
    dialect.read_user_agent = read_cisco_user_agent;
    return dialect;
}

}  // namespace

const Catalogue& cisco_mpp_catalogue() {
    static const Catalogue catalogue = [] {
        auto parsed = Catalogue::parse(cisco_mpp_tsv);
        CHECK(parsed.has_value());
        return *std::move(parsed);
    }();
    return catalogue;
}

const Dialect& cisco_mpp() {
    static const Dialect dialect = make_cisco_mpp();
    return dialect;
}

}  // namespace onhook::profile
