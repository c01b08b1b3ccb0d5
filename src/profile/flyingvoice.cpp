// The Flyingvoice dialect: spec flyingvoice.md.
#include <fmt/format.h>

#include "base/cursor.h"
#include "profile/dialect.h"
#include "profile/flyingvoice_apply.h"

namespace onhook::profile {

extern const std::string_view flyingvoice_tsv;

namespace {

// The maker has no second name for a model.
std::string model_itself(std::string_view model) { return std::string(model); }

// D33.
std::string vendor_class(std::string_view model) { return fmt::format("flyingvoice {}", model); }

// 8.3: `Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1`.
std::string flyingvoice_user_agent(const Identity& identity) {
    return fmt::format("Flyingvoice {} V{} {}",
                       identity.model,
                       identity.firmware,
                       upper(identity.mac.to_colon_string()));
}

std::optional<UserAgentHint> read_flyingvoice_user_agent(std::string_view header) {
    const auto not_space = [](char c) { return !is_space(c); };
    Cursor in(header);
    if (!in.accept("Flyingvoice ")) {
        return std::nullopt;
    }
    UserAgentHint hint;
    hint.model = in.take_while(not_space);
    if (hint.model.empty() || !in.accept(" V")) {
        return std::nullopt;
    }
    hint.firmware = in.take_while(not_space);
    if (in.accept(" ")) {
        if (const auto mac = MacAddress::parse(in.rest())) {
            hint.mac = *mac;
        }
    }
    return hint;
}

// What the other maker's phones have and these have not stays absent.
Dialect::Parameters parameters(const Catalogue& catalogue) {
    Dialect::Parameters parameter;
    parameter.provision_enable = catalogue.id_of("DBID_PRV_ENABLED");
    parameter.resync_on_reset = catalogue.id_of("DBID_RESYNC_ON_RESET");
    parameter.resync_random_delay = catalogue.id_of("DBID_RANDOM_DELAY");
    parameter.resync_periodic = catalogue.id_of("DBID_RESYNC_PERIODIC");
    parameter.resync_error_retry_delay = catalogue.id_of("DBID_RESYNC_RETRY_DELAY");
    parameter.forced_resync_delay = catalogue.id_of("DBID_RESYNC_DELAY");
    parameter.resync_from_sip = catalogue.id_of("DBID_RESYNC_FROM_SIP");
    parameter.resync_after_upgrade = catalogue.id_of("DBID_RESYNC_AFTER_UPGRADE");
    parameter.upgrade_enable = catalogue.id_of("DBID_UPGRADE_ENABLED");
    parameter.upgrade_error_retry_delay = catalogue.id_of("DBID_UPGRADE_RETRY_DELAY");
    parameter.upgrade_rule = catalogue.id_of("DBID_UPGRADE_RULE");
    parameter.profile_rules[0] = catalogue.id_of("DBID_PROFILE_RULE");
    parameter.profile_rules[1] = catalogue.id_of("DBID_PROFILE_RULE2");
    parameter.user_agent = catalogue.id_of("PrvUserAgentVal");
    parameter.trust_certificates = catalogue.id_of("static.security.trust_certificates");
    parameter.validate_names = catalogue.id_of("static.security.cn_validation");
    return parameter;
}

Dialect::Profile profile_parameters(const Catalogue& catalogue, std::string_view number) {
    return {
        .rule = catalogue.id_of(fmt::format("DBID_PROFILE_RULE{}", number)),
        .user_agent = catalogue.id_of(fmt::format("PrvUserAgentVal{}", number)),
        .authentication = catalogue.id_of(fmt::format("DBID_PRV_HTTP_AUTHENTRCATION{}", number)),
        .user = catalogue.id_of(fmt::format("PrvUserName{}", number)),
        .password = catalogue.id_of(fmt::format("PrvUserPass{}", number))};
}

Dialect::Provisioning provisioning(const Catalogue& catalogue) {
    return {
        .profiles = {profile_parameters(catalogue, ""), profile_parameters(catalogue, "2")},
        .pnp = catalogue.id_of("DBID_PRV_SIPPNP_ENABLED"),
        .option66 = catalogue.id_of("DBID_PRV_OPTION66_ENABLED"),
        .option67 = catalogue.id_of("DBID_PRV_OPTION67_ENABLED"),
        .more_options = catalogue.id_of("static.auto_provision.dhcp_option.list_user_options"),
        .more_options6 = catalogue.id_of("static.auto_provision.dhcp_option.list_user6_options"),
        .config_file = catalogue.id_of("DBID_PRV_CONFIGFILE"),
        .file_key = catalogue.id_of("X_PRV_FILE_KEY"),
        .authenticate_notify = catalogue.id_of("X_PRV_AUTH_NOTIFY")};
}

// 2.1: account.N of dialect Y.
std::vector<Dialect::Line> account_lines(const Catalogue& catalogue) {
    std::vector<Dialect::Line> lines;
    for (int n = 1; catalogue.find(fmt::format("account.{}.enable", n)); ++n) {
        const auto id_of = [&](std::string_view name) {
            return catalogue.id_of(fmt::format("account.{}.{}", n, name));
        };
        const auto server = [&](int m) {
            const auto of = [&](std::string_view name) {
                return id_of(fmt::format("sip_server.{}.{}", m, name));
            };
            return Dialect::Line::Server{of("address"), of("port"), of("transport_type")};
        };
        Dialect::Line line;  // what only the other maker's phones have stays absent
        line.enable = id_of("enable");
        line.user = id_of("user_name");
        line.auth_user = id_of("auth_name");
        line.password = id_of("password");
        line.display_name = id_of("display_name");
        line.expires = id_of("sip_server.1.expires");
        line.use_outbound_proxy = id_of("outbound_proxy_enable");
        line.servers = {server(1), server(2)};
        for (int m = 1; m <= 2; ++m) {
            line.outbound_proxies.at(static_cast<std::size_t>(m - 1)) = {
                .host = id_of(fmt::format("outbound_proxy.{}.address", m)),
                .port = id_of(fmt::format("outbound_proxy.{}.port", m)),
                .transport = id_of("sip_server.1.transport_type")};
        }
        lines.push_back(line);
    }
    return lines;
}

// 2.1, 9.1: dialect N. The first server is the one that older firmware has keys for.
Dialect::PositionalLines positional_lines(const Catalogue& catalogue) {
    const auto id_of = [&](std::string_view name) { return catalogue.id_of(name); };
    return {.enable = id_of("DBID_SIP_ENABLE"),
            .user = id_of("DBID_SIP_PHONE_NUM"),
            .auth_user = id_of("DBID_SIP_ACCOUNT"),
            .password = id_of("DBID_SIP_PASSWORD"),
            .display_name = id_of("DBID_SIP_DIS_NAME"),
            .hosts = {id_of("DBID_SIP_SERVER_HOST_NAME"),
                      id_of("DBID_SIP_SERVER_IP"),
                      id_of("DBID_ALTER_SIP_SERVER_HOSTNAME")},
            .ports = {id_of("DBID_SIP_SERVER_PORT"),
                      id_of("DBID_SIP_SERVER_PORT"),
                      id_of("DBID_ALTER_SIP_SERVER_PORT")}};
}

Dialect make_dialect(std::string_view name, const Catalogue& catalogue) {
    Dialect dialect;
    dialect.name = name;
    dialect.usual_model = "FIP13G";
    dialect.usual_firmware = "0.6.24";
    dialect.catalogue = &catalogue;
    dialect.parameter = parameters(catalogue);
    dialect.provisioning = provisioning(catalogue);
    // 6.3: 66 and 67; the rest is what any phone needs of a network. 6.1 wants the option itself: a
    // server's siaddr must not win over the Profile Rule.
    dialect.dhcp = {.vendor_class = vendor_class,
                    .enterprise = std::nullopt,
                    .reads_header_fields = false,
                    .options = {1, 3, 6, 15, 42, 66, 67},
                    .options6 = {24}};
    dialect.notify_events = {"check-sync"};
    dialect.lines = account_lines(catalogue);
    dialect.positional_lines = positional_lines(catalogue);
    dialect.serial_defaults = {catalogue.id_of("PrvUserName"),
                               catalogue.id_of("PrvUserPass"),
                               catalogue.id_of("PrvUserName2"),
                               catalogue.id_of("PrvUserPass2")};
    dialect.product_name = model_itself;
    dialect.series_name = model_itself;
    dialect.user_agent = flyingvoice_user_agent;
    dialect.read_user_agent = read_flyingvoice_user_agent;
    dialect.form = ProfileForm::flyingvoice_file;
    dialect.apply = apply_flyingvoice;
    return dialect;
}

}  // namespace

const Catalogue& flyingvoice_catalogue() {
    static const Catalogue catalogue = [] {
        auto parsed = Catalogue::parse(flyingvoice_tsv);
        CHECK(parsed.has_value());
        return *std::move(parsed);
    }();
    return catalogue;
}

const Catalogue& flyingvoice_doc_catalogue() {
    static const Catalogue catalogue = [] {
        Catalogue copy = flyingvoice_catalogue();
        // Column doc of 3.1, where it differs; 4 says why (slips 4, 6 and 9).
        copy.set_default(copy.id_of("DBID_PRV_ENABLED"), "0");
        copy.set_default(copy.id_of("DBID_PRV_SIPPNP_ENABLED"), "0");
        copy.set_default(copy.id_of("DBID_RESYNC_DELAY"), "1440");
        return copy;
    }();
    return catalogue;
}

const Dialect& flyingvoice() {
    static const Dialect dialect = make_dialect("flyingvoice", flyingvoice_catalogue());
    return dialect;
}

const Dialect& flyingvoice_doc() {
    static const Dialect dialect = make_dialect("flyingvoice-doc", flyingvoice_doc_catalogue());
    return dialect;
}

}  // namespace onhook::profile
