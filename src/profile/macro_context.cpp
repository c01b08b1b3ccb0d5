#include "profile/macro_context.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::profile {

bool MacroContext::append_identity(std::string_view name, std::string& out) const {
    if (name == "MA") {
        out += identity_->mac.to_string();
    } else if (name == "MAU") {
        out += identity_->mac.to_upper_string();
    } else if (name == "MAC") {
        out += identity_->mac.to_colon_string();
    } else if (name == "PN") {
        out += dialect_->product_name(identity_->model);
    } else if (name == "PSN") {
        out += dialect_->series_name(identity_->model);
    } else if (name == "SN" || name == "SERIAL_NUMBER") {
        out += identity_->serial;
    } else if (name == "SWVER") {
        out += identity_->firmware;
    } else if (name == "HWVER") {
        out += identity_->hardware;
    } else if (name == "CCERT") {
        out += identity_->client_certificate ? "Installed" : "Not Installed";
    } else {
        return false;
    }
    return true;
}

bool MacroContext::append_state(std::string_view name, std::string& out) const {
    if (name == "IP") {
        out += ip;
    } else if (name == "PRVST") {
        out += std::to_string(static_cast<int>(cause));
    } else if (name == "PRVTMR") {
        out += std::to_string(since_resync.count());
    } else if (name == "UPGTMR") {
        out += std::to_string(since_upgrade.count());
    } else if (name == "ISCUST") {
        out += customized ? "1" : "0";
    } else if (name == "UPGCOND") {
        out += "true";
    } else if (name == "EXTIP" || name == "INCOMINGNAME" || name == "REMOTENUMBER") {
        // Unknown to a phone that is only being provisioned: empty (2.3).
    } else {
        return false;
    }
    return true;
}

bool MacroContext::append_transfer(std::string_view name, std::string& out) const {
    constexpr std::array names = {"SCHEME", "METH", "SERV", "SERVIP", "PORT", "PATH", "ERR"};
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        return false;
    }
    if (transfer && name == "ERR") {
        out += transfer->error;
    }
    if (!transfer || !transfer->url) {
        return true;  // empty outside of a transfer's messages
    }
    const Url& url = *transfer->url;
    if (name == "SCHEME" || name == "METH") {
        out += to_string(url.scheme());
    } else if (name == "SERV") {
        out += url.host();
    } else if (name == "SERVIP") {
        out += transfer->server_ip;
    } else if (name == "PORT") {
        out += std::to_string(url.port());
    } else if (name == "PATH") {
        out += url.target();
    }
    return true;
}

// A..P, and the values of lines: UID1 is User_ID_1_.
bool MacroContext::append_parameter(std::string_view name, std::string& out) const {
    const Catalogue& catalogue = values_->catalogue();
    std::optional<ParameterId> id;
    if (name.size() == 1) {
        id = catalogue.find(fmt::format("GPP_{}", name));
    } else {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 4> lines = {{
            {"UID", "User_ID_"},
            {"DISPLAYNAME", "Display_Name_"},
            {"AUTHID", "Auth_ID_"},
            {"PROXY", "Proxy_"},
        }};
        for (const auto& [macro, parameter] : lines) {
            if (name.starts_with(macro) && parse_number<unsigned>(name.substr(macro.size()))) {
                id = catalogue.find(fmt::format("{}{}_", parameter, name.substr(macro.size())));
            }
        }
    }
    if (!id || catalogue[*id].secret) {
        return false;
    }
    out += values_->get(*id);
    return true;
}

bool MacroContext::append(std::string_view name, std::string& out) const {
    return append_identity(name, out) || append_state(name, out) || append_transfer(name, out) ||
           append_parameter(name, out);
}

bool MacroContext::append_secret(std::string_view name, std::string& out) const {
    const auto id = values_->catalogue().find(fmt::format("GPP_{}", name));
    if (!id) {
        return false;
    }
    out += values_->get(*id);
    return true;
}

}  // namespace onhook::profile
