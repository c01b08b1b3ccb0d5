// onhook simulate and replay as commands: what they print, draw and record, and what they say about
// files that are wrong.
#include <string>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

constexpr std::string_view simulated_phone =
    R"({"dialect":"cisco-mpp","model":"8841","mac":"000E08012345","parameters":)"
    R"({"Profile_Rule":"http://h/a.xml","Resync_Random_Delay":0}})";

class SimulateCommand : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // `more` are keys beside the phone: "\"until\":60".
    [[nodiscard]] std::string scenario(const std::string& more,
                                       const std::string& phone = std::string(simulated_phone)) {
        write_text(in("scenario.json"), "{\"phone\":" + phone + "," + more + "}");
        return in("scenario.json");
    }

    [[nodiscard]] static Ran simulate(const Words& words) {
        return run(Words{onhook_program(), "simulate"} + words);
    }

    [[nodiscard]] static Ran replay(const std::string& path) {
        return run({onhook_program(), "replay", path});
    }

    TemporaryDirectory directory_;
};

TEST_F(SimulateCommand, PrintsAnObjectALine) {
    const Ran ran = simulate(
        {scenario(R"("until":10,"world":[{"match":"http://h/*","status":503,"delay":0.5}])")});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_NE(ran.output.find(R"({"at":0,"what":"fetch","purpose":"profile","method":"GET",)"
                              R"("url":"http://h/a.xml","cause":0})"
                              "\n"),
              std::string::npos)
        << ran.output;
    EXPECT_NE(ran.output.find(R"({"at":0.5,"what":"failed","purpose":"profile",)"
                              R"("url":"http://h/a.xml","cause":0,"status":503})"
                              "\n"),
              std::string::npos)
        << ran.output;
}

TEST_F(SimulateCommand, PrintsATableAndDrawsATimeline) {
    const Ran ran = simulate({scenario(R"("until":10)"), "--table", "--svg", in("timeline.svg")});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_TRUE(ran.output.starts_with("TIME      WHAT ")) << ran.output;
    EXPECT_NE(ran.output.find("GET  http://h/a.xml"), std::string::npos) << ran.output;
    EXPECT_TRUE(read_text(in("timeline.svg")).starts_with("<svg ")) << ran.output;
    const Ran nowhere =
        simulate({scenario(R"("until":10)"), "--svg", in("no/such/folder/timeline.svg")});
    EXPECT_EQ(nowhere.status, 2);
}

TEST_F(SimulateCommand, ReadsFilesBesideTheScenario) {
    write_text(in("phone.json"), simulated_phone);
    write_text(in("a.xml"), profile_of("<GPP_A>from a file</GPP_A>"));
    const Ran ran = simulate({scenario(
        R"("until":10,"timezone":"Europe/Berlin","world":[{"match":"*","body_file":"a.xml"}])",
        "\"phone.json\"")});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_NE(ran.output.find("from a file"), std::string::npos) << ran.output;
}

TEST_F(SimulateCommand, SaysWhatIsWrongAndWhere) {
    const Ran wrong =
        simulate({scenario(R"("until":10,"world":[{"match":"*"},{"match":"*","status":700}])")});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_EQ(wrong.output,
              "onhook: scenario '" + in("scenario.json") +
                  "': world[1].status: 700 is not from 100 to 599; write a whole number between "
                  "them\n");
    const Ran twice = simulate({scenario(R"("until":10,"until":20)")});
    EXPECT_EQ(twice.status, 2);
    EXPECT_NE(twice.output.find("until stands twice; keep one of the two"), std::string::npos)
        << twice.output;
    EXPECT_EQ(simulate({in("missing.json")}).status, 2);
    EXPECT_EQ(simulate({}).status, 2);
    EXPECT_EQ(simulate({"--help"}).status, 0);
}

TEST_F(SimulateCommand, RecordsWhatReplayRunsAgain) {
    const std::string path =
        scenario(R"("until":4000,"world":[{"match":"*","key":"geheim-77",)"
                 R"("body":"<flat-profile><Password_1_>geheim-78</Password_1_></flat-profile>"}])",
                 R"({"dialect":"cisco-mpp","mac":"000E08012345","parameters":)"
                 R"({"Profile_Rule":"[--key geheim-77]http://h/a.xml"}})");
    const Ran simulated = simulate({path, "--record", in("recording")});
    EXPECT_EQ(simulated.status, 0) << simulated.output;
    const std::string recording = read_text(in("recording"));
    EXPECT_EQ(times_in(recording, "geheim"), 0) << recording;
    EXPECT_GT(times_in(recording, "********1"), 0) << recording;
    const Ran replayed = replay(in("recording"));
    EXPECT_EQ(replayed.status, 0) << replayed.output;
    EXPECT_EQ(times_in(replayed.output, "\"action\":\"start_transfer\""),
              times_in(simulated.output, "\"what\":\"fetch\""));
    EXPECT_EQ(replay(in("recording")).output, replayed.output);

    std::string other = recording;
    other.replace(other.find("\"status\":200"), 12, "\"status\":404");
    write_text(in("other"), other);
    const Ran different = replay(in("other"));
    EXPECT_EQ(different.status, 1);
    EXPECT_NE(different.output.find("the phone orders something else than when this was recorded"),
              std::string::npos)
        << different.output;
    write_text(in("garbage"), "nothing\n");
    const Ran garbage = replay(in("garbage"));
    EXPECT_EQ(garbage.status, 2);
    EXPECT_EQ(garbage.output,
              "onhook: recording '" + in("garbage") +
                  "', line 1: it is no JSON object; a recording that was cut off replays without "
                  "its last line\n");
}

// A real phone against a real server: its recording replays without either.
TEST_F(SimulateCommand, ReplaysARealPhone) {
    RunningServer provider(in("data"));
    provider.done({"device", "add", phone_mac});
    provider.done({"set", "--device", phone_mac, "Password_1_=geheim-79", "GPP_A=shown"});
    RunningPhone phone(in("phone"),
                       provider.url("http", "/$MA.xml"),
                       Words{"--record", in("recording"), "--set", "GPP_SA=geheim-80"});
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    phone.stop();
    provider.stop();
    const std::string recording = read_text(in("recording"));
    EXPECT_EQ(times_in(recording, "geheim"), 0) << recording;
    EXPECT_GT(times_in(recording, "shown"), 0) << recording;
    const Ran replayed = replay(in("recording"));
    EXPECT_EQ(replayed.status, 0) << replayed.output;
    EXPECT_GT(times_in(replayed.output, "/000e08000001.xml"), 0) << replayed.output;
}

// What the reference page shows is a scenario.
TEST_F(SimulateCommand, RunsTheExampleOfTheReferencePage) {
    const std::string page = read_text(ONHOOK_SOURCE_DIR "/docs/reference/scenario.md");
    constexpr std::string_view fence = "```json\n";
    const std::size_t at = page.find(fence) + fence.size();
    write_text(in("example.json"), page.substr(at, page.find("```", at) - at));
    const Ran ran = simulate({in("example.json")});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_NE(ran.output.find(R"({"at":400,"what":"fetch")"), std::string::npos) << ran.output;
}

}  // namespace

}  // namespace onhook::test
