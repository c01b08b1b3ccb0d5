#include "server/admin_json.h"

#include "profile/mask.h"

namespace onhook::server {

namespace {

Json seconds(WallTime at) { return at.time_since_epoch().count(); }

// A value as an administrator may see it over somebody's shoulder. A rule carries keys and
// passwords in its options.
std::string shown(const profile::Parameter& parameter,
                  const std::string& value,
                  const profile::Catalogue& catalogue) {
    if (parameter.secret) {
        return "***";
    }
    return profile::may_carry_credentials(parameter.type) ? profile::masked_rule(value, &catalogue)
                                                          : value;
}

}  // namespace

Json to_json(const provision::Device& device, const std::optional<store::Contact>& contact) {
    Json json = {{"mac", device.mac.to_string()},
                 {"model", device.model},
                 {"group", device.group ? Json(device.group->to_string()) : Json(nullptr)},
                 {"name", device.name},
                 {"comment", device.comment},
                 {"contact", nullptr}};
    if (contact) {
        json["contact"] = {
            {"at", seconds(contact->at)}, {"what", contact->what}, {"status", contact->status}};
    }
    return json;
}

Json to_json(const provision::EffectiveSettings& effective) {
    Json all = Json::array();
    for (const provision::EffectiveSetting& setting : effective.settings) {
        const profile::Parameter& parameter = (*effective.catalogue)[setting.id];
        Json one = {{"name", parameter.name}};
        if (setting.value) {
            one["value"] = shown(parameter, setting.value->value, *effective.catalogue);
            one["from"] = setting.value->from.to_string();
        }
        if (setting.access) {
            one["access"] = profile::to_string(setting.access->value);
            one["access_from"] = setting.access->from.to_string();
        }
        all.push_back(std::move(one));
    }
    return all;
}

Json to_json(const store::SyslogMessage& message) {
    return {{"received_at", seconds(message.received_at)},
            {"peer", message.peer},
            {"mac", message.mac ? Json(message.mac->to_string()) : Json(nullptr)},
            {"severity", message.severity},
            {"text", message.text}};
}

}  // namespace onhook::server
