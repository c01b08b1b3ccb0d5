#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "provision/effective_settings.h"
#include "support/properties.h"

// Trees of settings for property tests.
namespace onhook::test {

inline MacAddress mac(std::string_view text = "000e08012345") { return *MacAddress::parse(text); }

inline provision::GroupName group_name(std::string_view text) {
    return *provision::GroupName::parse(text);
}

inline provision::Setting setting(std::string_view name, std::string_view value) {
    return {.name = std::string(name), .value = std::string(value)};
}

// Characters that XML, macros and trimming treat in their own way, and UTF-8 of two to four bytes.
inline rc::Gen<std::string> value_text() {
    const auto pieces = rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a",
                                      "Z",
                                      "0",
                                      " ",
                                      "\t",
                                      "<",
                                      ">",
                                      "&",
                                      "\"",
                                      "'",
                                      "$MA",
                                      "]]>",
                                      "&lt;",
                                      "\xC3\xA9",
                                      "\xE2\x82\xAC",
                                      "\xF0\x9F\x93\x9E"));
    return rc::gen::map(pieces, [](const std::vector<std::string>& all) {
        std::string text;
        for (const std::string& piece : all) {
            // Short enough for every parameter that any_setting() draws.
            text += text.size() < 30 ? piece : "";
        }
        return text;
    });
}

// A checked setting of one of a few parameters, so that layers collide.
inline rc::Gen<provision::Setting> any_setting() {
    return rc::gen::exec([] {
        const auto name = *rc::gen::element<std::string>(
            "GPP_A", "GPP_B", "GPP_SA", "Station_Name", "Display_Name_1_", "Admin_Password");
        const auto form = *rc::gen::inRange(0, 3);
        provision::Setting made{.name = name};
        if (form != 0) {
            made.value = *value_text();
        }
        if (form != 1) {
            made.access = *rc::gen::element(
                profile::Access::none, profile::Access::read_only, profile::Access::read_write);
        }
        const auto& catalogue = profile::cisco_mpp_catalogue();
        auto checked = provision::check_setting(catalogue, provision::Scope(), std::move(made));
        RC_ASSERT(checked.has_value());
        return *std::move(checked);
    });
}

// A layer with each parameter at most once.
inline rc::Gen<std::vector<provision::Setting>> any_settings() {
    return rc::gen::map(rc::gen::container<std::vector<provision::Setting>>(any_setting()),
                        [](std::vector<provision::Setting> settings) {
                            std::vector<provision::Setting> unique;
                            for (auto& candidate : settings) {
                                const bool seen = std::any_of(
                                    unique.begin(), unique.end(), [&](const auto& other) {
                                        return other.name == candidate.name;
                                    });
                                if (!seen) {
                                    unique.push_back(std::move(candidate));
                                }
                            }
                            return unique;
                        });
}

// Provider, group and device.
inline rc::Gen<std::vector<provision::Layer>> any_layers() {
    return rc::gen::exec([] {
        return std::vector<provision::Layer>{
            {provision::Scope(), *any_settings()},
            {provision::Scope(group_name("lobby")), *any_settings()},
            {provision::Scope(mac()), *any_settings()},
        };
    });
}

}  // namespace onhook::test
