#include "fleet/line.h"

#include <gtest/gtest.h>

namespace onhook::fleet {

TEST(Line, HasItsKeysInOneOrderAndLeavesOutWhatDoesNotFit) {
    EXPECT_EQ(to_json({.at = 90s, .what = What::reboot, .why = "Upgrade"}),
              R"({"at":90,"what":"reboot","why":"Upgrade"})");
    EXPECT_EQ(to_json({.at = 1500ms,
                       .what = What::fetch,
                       .purpose = "profile",
                       .method = "GET",
                       .url = "http://h/a",
                       .cause = -1,
                       .why = "redirect"}),
              R"({"at":1.5,"what":"fetch","purpose":"profile","method":"GET","url":"http://h/a",)"
              R"("cause":-1,"why":"redirect"})");
    EXPECT_EQ(to_json({.what = What::timer, .to = "retry_wait", .due = 60s}),
              R"({"at":0,"what":"timer","to":"retry_wait","due":60})");
    EXPECT_EQ(to_json({.what = What::apply,
                       .effect = profile::Effect::restart,
                       .changed = {{"GPP_A", "1"}, {"Password_1_", "***"}}}),
              R"({"at":0,"what":"apply","effect":"restart",)"
              R"("changed":{"GPP_A":"1","Password_1_":"***"}})");
    EXPECT_EQ(to_json({.what = What::log, .severity = "info", .message = "\xFF\n"}),
              "{\"at\":0,\"what\":\"log\",\"severity\":\"info\",\"message\":\"\xEF\xBF\xBD\\n\"}");
}

TEST(Line, IsARowForPeople) {
    EXPECT_EQ(table_row({.at = 90061500ms,
                         .what = What::fetch,
                         .method = "GET",
                         .url = "http://h/a",
                         .cause = 2}),
              (std::vector<std::string>{"1d 01:01:01.500", "fetch", "GET  http://h/a", "cause 2"}));
    EXPECT_EQ(table_row({.what = What::customization, .from = "Open", .to = "Pending"}).at(3),
              "Open -> Pending");
}

}  // namespace onhook::fleet
