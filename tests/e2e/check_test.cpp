// onhook check as people and programs run it.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class Check : public ::testing::Test {
  protected:
    [[nodiscard]] std::string file(const std::string& name, std::string_view text) const {
        write_text(directory_.file(name), text);
        return directory_.file(name);
    }

    TemporaryDirectory directory_;
};

TEST_F(Check, PrintsALineForEachDiagnosticAndSaysByItsStatusWhetherOneIsAnError) {
    const std::string warned = file("a.xml", profile_of("<gpp_a/>"));
    const std::string wrong = file("b.xml", profile_of("\n <Web_Server_Port>x</Web_Server_Port>"));
    const Ran clean = run({onhook_program(), "check", file("c.xml", profile_of("<GPP_A/>"))});
    EXPECT_EQ(clean.status, 0);
    EXPECT_EQ(clean.output, "");
    const Ran warning = run({onhook_program(), "check", warned});
    EXPECT_EQ(warning.status, 0);
    EXPECT_EQ(warning.output,
              warned +
                  ":1:15: warning: 'gpp_a' is in the wrong case, and the phone ignores it; "
                  "write GPP_A\n");
    const Ran error = run({onhook_program(), "check", warned, wrong});
    EXPECT_EQ(error.status, 1);
    EXPECT_TRUE(error.output.starts_with(warning.output)) << error.output;
    EXPECT_NE(error.output.find(wrong + ":2:19: error: "), std::string::npos) << error.output;
}

TEST_F(Check, PrintsAnArrayWithJson) {
    const std::string name = file("a.xml", profile_of("<gpp_a/>"));
    const Ran ran = run({onhook_program(), "check", "--json", name});
    EXPECT_EQ(ran.status, 0);
    const Json expected = {{{"file", name},
                            {"line", 1},
                            {"column", 15},
                            {"severity", "warning"},
                            {"code", "wrong-case"},
                            {"message", "'gpp_a' is in the wrong case, and the phone ignores it"},
                            {"remedy", "write GPP_A"}}};
    EXPECT_EQ(Json::parse(ran.output), expected);
    EXPECT_EQ(run({onhook_program(), "check", "--json", file("b", "/a.xml")}).output, "[]\n");
}

TEST_F(Check, FindsACompressedFileCorrupt) {
    const std::string name = file("a.xml", std::string_view("\x1f\x8b\x08\0", 4));
    const Ran ran = run({onhook_program(), "check", "--json", name});
    EXPECT_EQ(ran.status, 1);
    const Json found = Json::parse(ran.output);
    ASSERT_EQ(found.size(), 1U) << ran.output;
    EXPECT_EQ(found[0].at("code"), "corrupt-file");
    EXPECT_EQ(found[0].at("line"), 1);
    EXPECT_FALSE(found[0].at("remedy").get<std::string>().empty());
}

TEST_F(Check, ReadsStandardInput) {
    const std::string name = file("a.xml", profile_of("<gpp_a/>"));
    const Ran ran = run({"sh", "-c", "exec \"$0\" check - < \"$1\"", onhook_program(), name});
    EXPECT_EQ(ran.status, 0);
    EXPECT_TRUE(ran.output.starts_with("-:1:15: warning: ")) << ran.output;
}

TEST_F(Check, ChecksTheOthersWhenAFileCannotBeRead) {
    const std::string wrong = file("a.xml", "<x>");
    const Ran ran = run({onhook_program(), "check", directory_.file("none"), wrong});
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.output.find("onhook: "), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find(wrong + ":1:4: error: "), std::string::npos) << ran.output;
}

}  // namespace onhook::test
