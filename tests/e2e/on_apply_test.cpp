// `onhook phone --on-apply PROGRAM`: the changes reach the program, whatever fails or is killed.
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class OnApply : public ::testing::Test {
  protected:
    void serve(const std::string& elements) {
        write_text(nginx_.file("p.xml"), profile_of(elements));
    }

    // A script that puts each document into a file of its own and then does `then`.
    void write_program(const std::string& then = "exit 0") {
        write_text(
            program_,
            "#!/bin/sh\ncat > \"$(mktemp " + directory_.file("got.XXXXXX") + ")\"\n" + then + "\n");
        std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
    }

    [[nodiscard]] Words options(const Words& more = {}) const {
        return Words{"--on-apply", program_} + more;
    }

    // What the program got, in any order.
    [[nodiscard]] std::vector<Json> documents() const {
        std::vector<Json> all;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
            if (entry.path().filename().string().starts_with("got.")) {
                all.push_back(Json::parse(read_text(entry.path().string()), nullptr, false));
            }
        }
        return all;
    }

    // Whether a document says that this parameter has this value now.
    [[nodiscard]] bool got(const std::string& name, const std::string& value) const {
        for (const Json& document : documents()) {
            for (const Json& change : document["changes"]) {
                if (change["name"] == name && change.value("to", "") == value) {
                    return true;
                }
            }
        }
        return false;
    }

    TemporaryDirectory directory_;
    const std::string state_ = directory_.file("phone");
    const std::string program_ = directory_.file("program");
    const Nginx nginx_{directory_.file("nginx")};
};

TEST_F(OnApply, TheProgramGetsWhatChangedOnce) {
    serve("<GPP_A>first</GPP_A><Password_1_>hush</Password_1_>");
    write_program("echo applied");
    RunningPhone phone(state_, nginx_.url("/p.xml"), options());
    ASSERT_TRUE(phone.says("program took the changes")) << phone.output();
    EXPECT_TRUE(phone.says("program says: applied")) << phone.output();
    ASSERT_TRUE(becomes_true([&] { return got("GPP_A", "first"); })) << phone.output();
    // Nothing new, nothing to do.
    EXPECT_EQ(phone.web("/admin/resync").status, 0);
    ASSERT_TRUE(phone.says_again("Successful resync")) << phone.output();
    const int runs = times_in(phone.output(), "took the changes");
    EXPECT_EQ(times_in(phone.output(), " gets "), runs);
    serve("<GPP_A>second</GPP_A>");
    EXPECT_EQ(phone.web("/admin/resync").status, 0);
    ASSERT_TRUE(phone.says_again("took the changes")) << phone.output();
    EXPECT_EQ(times_in(phone.output(), "took the changes"), runs + 1);
    EXPECT_TRUE(got("GPP_A", "second"));
    for (const Json& document : documents()) {
        EXPECT_EQ(document["mac"], phone_mac);
        EXPECT_EQ(document.dump().find("hush"), std::string::npos) << document;
    }
    phone.stop();
}

TEST_F(OnApply, SecretsComeWhenTheyAreAskedFor) {
    serve("<Password_1_>hush</Password_1_>");
    write_program();
    RunningPhone phone(state_, nginx_.url("/p.xml"), options({"--on-apply-secrets"}));
    ASSERT_TRUE(phone.says("took the changes")) << phone.output();
    EXPECT_TRUE(becomes_true([&] { return got("Password_1_", "hush"); }));
    EXPECT_EQ(phone.output().find("hush"), std::string::npos);
    phone.stop();
}

TEST_F(OnApply, AFailureIsLoggedAndTriedAgainWithWhatCameMeanwhile) {
    serve("<GPP_A>first</GPP_A>");
    write_program("echo no room >&2; exit 3");
    RunningPhone phone(state_, nginx_.url("/p.xml"), options());
    ASSERT_TRUE(
        phone.says("did not take the changes: it ended with status 3; it is tried again "
                   "in 5 s"))
        << phone.output();
    EXPECT_TRUE(phone.says("program says: no room"));
    serve("<GPP_A>second</GPP_A><GPP_B>too</GPP_B>");
    EXPECT_EQ(phone.web("/admin/resync").status, 0);
    ASSERT_TRUE(phone.says_again("Successful resync")) << phone.output();
    write_program();
    ASSERT_TRUE(phone.says("took the changes")) << phone.output();
    EXPECT_TRUE(got("GPP_A", "second"));
    EXPECT_TRUE(got("GPP_B", "too"));
    phone.stop();
}

TEST_F(OnApply, AProgramThatHangsIsEndedAndTriedAgain) {
    serve("<GPP_A>first</GPP_A>");
    write_program("sleep 600");
    RunningPhone phone(state_, nginx_.url("/p.xml"), options({"--on-apply-limit", "1"}));
    ASSERT_TRUE(phone.says("did not take the changes: it took too long and was killed"))
        << phone.output();
    phone.stop();
}

TEST_F(OnApply, OneThatIsNotThereIsTriedAgain) {
    serve("<GPP_A>first</GPP_A>");
    RunningPhone phone(state_, nginx_.url("/p.xml"), options());
    ASSERT_TRUE(phone.says("cannot start '" + program_ + "': No such file")) << phone.output();
    write_program();
    ASSERT_TRUE(phone.says("took the changes")) << phone.output();
    phone.stop();
}

// The phone dies with the changes on disk and before, while and after the program runs.
TEST_F(OnApply, ChangesSurviveWhenThePhoneIsKilled) {
    serve("<GPP_A>first</GPP_A>");
    write_program("exit 1");
    {
        RunningPhone phone(state_, nginx_.url("/p.xml"), options());
        ASSERT_TRUE(phone.says("did not take the changes")) << phone.output();
        phone.process().signal(SIGKILL);
        EXPECT_EQ(phone.process().wait(), 128 + SIGKILL);
    }
    write_program("sleep 600");
    {
        RunningPhone phone(state_, nginx_.url("/p.xml"), options());
        ASSERT_TRUE(phone.says("changes")) << phone.output();
        phone.process().signal(SIGKILL);
        EXPECT_TRUE(phone.process().wait());
    }
    write_program();
    {
        // The server has nothing new; the changes come from the state.
        RunningPhone phone(state_, Words{"--set", "Profile_Rule="} + options());
        ASSERT_TRUE(phone.says("took the changes")) << phone.output();
        EXPECT_TRUE(got("GPP_A", "first"));
        phone.stop();
    }
    {
        RunningPhone phone(state_, options());
        ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
        EXPECT_EQ(times_in(phone.output(), "took the changes"), 0) << phone.output();
        phone.stop();
    }
}

TEST_F(OnApply, WhatTheProgramHasMustBeReadable) {
    std::filesystem::create_directories(state_);
    write_text(state_ + "/taken.json", "{");
    const Ran ran =
        run(Words{onhook_program(), "phone", "--mac", phone_mac, "--state", state_} + options());
    EXPECT_EQ(ran.status, 2);
    EXPECT_NE(ran.output.find("remove it and the program of --on-apply gets everything once more"),
              std::string::npos)
        << ran.output;
}

}  // namespace onhook::test
