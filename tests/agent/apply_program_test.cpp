#include "agent/apply_program.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace onhook::agent {

namespace {

const profile::Catalogue& apply_catalogue() { return profile::cisco_mpp_catalogue(); }

profile::Values values_with(const std::vector<std::pair<std::string, std::string>>& settings) {
    profile::Values values(apply_catalogue());
    for (const auto& [name, value] : settings) {
        values.set(apply_catalogue().id_of(name), value);
    }
    return values;
}

nlohmann::json document_of(const profile::Values& before,
                           const profile::Values& after,
                           bool secrets) {
    const profile::Identity identity{
        *MacAddress::parse("000e08aabbcc"), false, "8841", "ONH1", "sip88xx.1-0-0", "1"};
    return nlohmann::json::parse(apply_document(
        identity, apply_catalogue(), changes_between(before, after), "profile", secrets));
}

}  // namespace

TEST(ApplyProgram, TellsWhatDiffersAndWhatItAsksFor) {
    const auto before = values_with({{"GPP_A", "same"}, {"GPP_B", "old"}, {"GPP_C", "gone"}});
    const auto after = values_with({{"GPP_A", "same"}, {"GPP_B", "new"}, {"Station_Name", "Hall"}});
    const nlohmann::json document = document_of(before, after, false);
    EXPECT_EQ(document["format"], 1);
    EXPECT_EQ(document["mac"], "000e08aabbcc");
    EXPECT_EQ(document["model"], "8841");
    EXPECT_EQ(document["cause"], "profile");
    EXPECT_EQ(document["effect"], "restart");
    EXPECT_EQ(document["changes"].size(), 3U);
    const auto with = [&](const std::string& name) {
        for (const nlohmann::json& change : document["changes"]) {
            if (change["name"] == name) {
                return change;
            }
        }
        return nlohmann::json();
    };
    EXPECT_EQ(with("GPP_B"), nlohmann::json({{"name", "GPP_B"}, {"from", "old"}, {"to", "new"}}));
    EXPECT_EQ(with("GPP_C"), nlohmann::json({{"name", "GPP_C"}, {"from", "gone"}, {"to", ""}}));
    EXPECT_EQ(with("Station_Name"),
              nlohmann::json({{"name", "Station_Name"}, {"from", ""}, {"to", "Hall"}}));
}

TEST(ApplyProgram, AValueThatWasSetToItsDefaultIsNoChange) {
    const std::string usual(values_with({}).get(apply_catalogue().id_of("Resync_Periodic")));
    EXPECT_TRUE(
        changes_between(values_with({}), values_with({{"Resync_Periodic", usual}})).empty());
}

TEST(ApplyProgram, KeepsSecretsUnlessTheyAreAskedFor) {
    const auto before = values_with({});
    const auto after = values_with({{"Password_1_", "hush"},
                                    {"GPP_SA", "hush"},
                                    {"Profile_Rule", "[--key hush] http://u:hush@192.0.2.1/"}});
    const std::string closed = document_of(before, after, false).dump();
    EXPECT_EQ(closed.find("hush"), std::string::npos) << closed;
    EXPECT_NE(closed.find(R"({"name":"Password_1_","secret":true})"), std::string::npos) << closed;
    EXPECT_NE(closed.find("[--key ***] http://***@192.0.2.1/"), std::string::npos) << closed;
    const nlohmann::json open = document_of(before, after, true);
    int seen = 0;
    for (const nlohmann::json& change : open["changes"]) {
        seen += change["to"].get<std::string>().find("hush") != std::string::npos ? 1 : 0;
        EXPECT_EQ(change.contains("secret"), change["name"] != "Profile_Rule");
    }
    EXPECT_EQ(seen, 3) << open;
}

TEST(ApplyProgram, NamesWhatMadeThePhoneChange) {
    struct Row {
        phone::Event event;
        std::string_view cause;
    };

    for (const Row& row : {Row{phone::Answered{}, "profile"},
                           Row{phone::DeadlineReached{}, "profile"},
                           Row{phone::NetworkUp{}, "start"},
                           Row{phone::ValuesSubmitted{{}, {}, phone::Editor::web}, "web"},
                           Row{phone::ValuesSubmitted{{}, {}, phone::Editor::screen}, "screen"},
                           Row{phone::ProfileSubmitted{}, "upload"},
                           Row{phone::FactoryResetRequested{}, "reset"}}) {
        EXPECT_EQ(cause_of(row.event), row.cause);
    }
}

}  // namespace onhook::agent
