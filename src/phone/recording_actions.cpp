// The actions of a recording, for people and for comparison. Secrets do not stand in them.
#include <array>
#include <utility>

#include "phone/recording_json.h"

namespace onhook::phone {

namespace {

constexpr std::array<std::string_view, std::variant_size_v<Action>> action_names = {
    "start_transfer",
    "look_up_servers",
    "ask_pnp",
    "stop_pnp",
    "save_memory",
    "reboot",
    "restart",
    "log",
    "observed",
    "answer_request",
    "answer_notify",
    "tidy_images"};
constexpr std::array<std::string_view, 6> observed_names = {
    "applied", "customization", "timer", "blocked", "upgrade", "resync"};

// What says nothing is left out.
void put_said(Json& json, const std::string& key, std::string_view text) {
    if (!text.empty()) {
        put_text(json, key, text);
    }
}

void put(Json& json, const StartTransfer& action, TimePoint /*base*/) {
    json["transfer"] = action.transfer.value;
    json["purpose"] = to_string(action.purpose);
    json["why"] = to_string(action.why);
    json["cause"] = static_cast<int>(action.cause);
    json["method"] = to_string(action.method);
    json["url"] = action.url.to_string();
    put_said(json, "user_agent", action.user_agent);
    put_said(json, "content_type", action.content_type);
    put_said(json, "body", action.body);
    if (action.authorization) {
        constexpr std::array<std::string_view, 3> schemes = {"strongest", "basic", "digest"};
        Json& said = json["authorization"] = {{"of_proxy", action.authorization->of_proxy}};
        said["scheme"] = schemes.at(static_cast<std::size_t>(action.authorization->scheme));
        put_said(said, "challenge", action.authorization->challenge);
    }
    if (action.keys.key) {
        json["key"] = true;
    }
    if (action.keys.ikm) {
        json["ikm"] = true;
    }
    json["upload"] = action.upload;
    put_said(json, "store_as", action.store_as);
    if (action.store_count != 0) {
        json["store_count"] = action.store_count;
        json["store_bytes"] = action.store_bytes;
    }
    put_said(json, "certificate_name", action.certificate_name);
    put_said(json, "if_none_match", action.if_none_match);
    put_said(json, "if_modified_since", action.if_modified_since);
}

void put(Json& json, const LookUpServers& action, TimePoint /*base*/) {
    json["lookup"] = action.lookup.value;
    put_text(json, "name", action.name);
}

void put(Json& /*json*/, const AskPnp& /*action*/, TimePoint /*base*/) {}

void put(Json& /*json*/, const StopPnp& /*action*/, TimePoint /*base*/) {}

void put(Json& /*json*/, const SaveMemory& /*action*/, TimePoint /*base*/) {}

void put(Json& json, const Reboot& action, TimePoint /*base*/) {
    json["reason"] = to_string(action.reason);
}

void put(Json& json, const Restart& action, TimePoint /*base*/) {
    json["reason"] = to_string(action.reason);
}

void put(Json& json, const Log& action, TimePoint /*base*/) {
    json["event"] = info(action.event).name;
    json["severity"] = to_string(action.severity());
    json["syslog"] = action.syslog;
    put_text(json, "text", action.text);
}

void put(Json& json, const Observed& action, TimePoint base) {
    json["what"] = observed_names.at(static_cast<std::size_t>(action.what));
    put_said(json, "from", std::string(action.from));
    put_said(json, "to", std::string(action.to));
    if (action.due && *action.due != TimePoint::max()) {
        json["due"] = (*action.due - base).count();
    }
    json["effect"] = profile::to_string(action.effect);
    json["cause"] = static_cast<int>(action.cause);
    put_said(json, "detail", action.detail);
}

void put(Json& json, const AnswerRequest& action, TimePoint /*base*/) {
    json["request"] = action.request.value;
    json["accepted"] = action.accepted;
    put_text(json, "text", action.text);
}

void put(Json& json, const AnswerNotify& action, TimePoint /*base*/) {
    json["request"] = action.request.value;
    json["status"] = action.status;
}

void put(Json& /*json*/, const TidyImages& /*action*/, TimePoint /*base*/) {}

}  // namespace

Json action_json(const Action& action, TimePoint base) {
    Json json = {{"action", action_names.at(action.index())}};
    std::visit([&](const auto& order) { put(json, order, base); }, action);
    return json;
}

}  // namespace onhook::phone
