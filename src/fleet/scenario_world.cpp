// The servers of a scenario: its key `world`.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "fleet/scenario_parts.h"
#include "seal/aes128gcm.h"
#include "seal/openssl_enc.h"

namespace onhook::fleet {

namespace {

constexpr std::array<std::string_view, 11> rule_keys = {"match",
                                                        "method",
                                                        "times",
                                                        "status",
                                                        "body",
                                                        "body_file",
                                                        "headers",
                                                        "delay",
                                                        "error",
                                                        "key",
                                                        "ikm"};
constexpr std::size_t most_headers = 32;

struct NamedFault {
    std::string_view name;
    phone::TransferFault fault;
    std::string_view reason;
};

constexpr std::array<NamedFault, 4> faults = {{
    {"timeout", phone::TransferFault::connect, "timed out"},
    {"refused", phone::TransferFault::connect, "connection refused"},
    {"dns", phone::TransferFault::dns, "no such host"},
    {"tls", phone::TransferFault::tls, "the certificate is not trusted"},
}};

void take_fault(const JsonObject& object, WorldRule& rule) {
    const std::string error = object.text("error");
    for (const NamedFault& one : faults) {
        if (error == one.name) {
            rule.fault = one.fault;
            rule.reason = one.reason;
            return;
        }
    }
    constexpr std::string_view tftp = "tftp:";
    const auto code = error.starts_with(tftp)
                          ? parse_number<std::uint16_t>(std::string_view(error).substr(tftp.size()))
                          : std::nullopt;
    if (!code) {
        object.wrong("error",
                     fmt::format("'{}' is none of timeout, refused, dns, tls, tftp:CODE", error));
        return;
    }
    rule.fault = *code == 1 ? phone::TransferFault::tftp_not_found : phone::TransferFault::tftp;
    rule.reason = fmt::format("error {}{}", *code, *code == 1 ? ": file not found" : "");
}

void take_headers(const JsonObject& object, WorldRule& rule) {
    const Json* headers = object.find("headers");
    if (headers == nullptr) {
        return;
    }
    if (!headers->is_object() || headers->size() > most_headers) {
        object.wrong("headers", fmt::format("must be an object of at most {} texts", most_headers));
        return;
    }
    for (const auto& [name, value] : headers->items()) {
        if (!value.is_string()) {
            object.complaint().about(place_in(object.place_of("headers"), name),
                                     "must be a text in quotes");
            return;
        }
        rule.headers.emplace_back(name, value.get<std::string>());
    }
}

// The server seals its document as the provider's tools would. The salt makes no difference here.
void seal_body(const JsonObject& object, WorldRule& rule) {
    if (object.has("key") && object.has("ikm")) {
        object.wrong("ikm", "stands beside key; a body is sealed once");
    }
    if (object.has("key")) {
        rule.body = seal::seal_openssl_enc(rule.body, Secret(object.text("key")), {});
    } else if (object.has("ikm")) {
        rule.body = seal::seal_aes128gcm(rule.body, Secret(object.text("ikm")), {});
        rule.headers.emplace_back("Content-Encoding", "aes128gcm");
    }
}

void take_body(const JsonObject& object, const ScenarioFiles& files, WorldRule& rule) {
    rule.body = object.text("body");
    if (object.has("body_file")) {
        if (object.has("body")) {
            object.wrong("body_file", "stands beside body; leave one of them out");
            return;
        }
        auto content = files.read(object.text("body_file"));
        if (!content) {
            object.wrong("body_file", content.error());
            return;
        }
        rule.body = *std::move(content);
    }
    seal_body(object, rule);
}

}  // namespace

Keys world_rule_keys() noexcept { return rule_keys; }

WorldRule read_world_rule(const Json& json,
                          std::string place,
                          const ScenarioFiles& files,
                          Complaint& complaint) {
    const JsonObject object(json, std::move(place), rule_keys, complaint);
    WorldRule rule;
    rule.match = object.required_text("match");
    if (object.has("method")) {
        rule.method = static_cast<phone::Method>(object.choice("method", phone::method_names));
    }
    if (object.has("times")) {
        rule.times = static_cast<std::uint64_t>(object.number("times", {1, 1'000'000}, 1));
    }
    rule.status = static_cast<int>(object.number("status", {100, 599}, 200));
    rule.delay = object.seconds("delay", {0, longest_scenario});
    if (object.has("error")) {
        for (const std::string_view key : {"status", "body", "body_file"}) {
            if (object.has(key)) {
                object.wrong("error", fmt::format("no answer comes, so leave {} out", key));
            }
        }
        take_fault(object, rule);
    }
    take_headers(object, rule);
    take_body(object, files, rule);
    return rule;
}

}  // namespace onhook::fleet
