// What cannot start says why in one sentence, ends with status 2 and leaves everything as it was.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/loopback.h"
#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

Words phone_command(const std::string& state, const Words& more = {}) {
    return Words{onhook_program(), "phone", "--mac", phone_mac, "--state", state} + more;
}

// The same command with another value behind `option`.
Words with(Words command, const std::string& option, const std::string& value) {
    const auto found = std::find(command.begin(), command.end(), option);
    EXPECT_NE(found, command.end()) << option;
    *std::next(found) = value;
    return command;
}

}  // namespace

class StartErrors : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // Every file below the test's directory with its content: locks aside, whose content is the
    // process that tried last.
    [[nodiscard]] std::map<std::string, std::string> listing() const {
        std::map<std::string, std::string> all;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
            const bool plain = entry.is_regular_file() && entry.path().filename() != "lock";
            all[entry.path().string()] = plain ? read_text(entry.path().string()) : "";
        }
        return all;
    }

    void expect_refused(const Words& command, const std::string& about) {
        SCOPED_TRACE(about);
        const auto before = listing();
        const Ran ran = run(command, Streams::error);
        EXPECT_EQ(ran.status, 2) << ran.output;
        EXPECT_TRUE(ran.output.starts_with("onhook: ")) << ran.output;
        EXPECT_EQ(times_in(ran.output, "\n"), 1) << ran.output;
        EXPECT_NE(ran.output.find(about), std::string::npos) << ran.output;
        EXPECT_EQ(listing(), before);
    }

    // A server's data directory as a first run leaves it.
    [[nodiscard]] std::string used_data() {
        RunningServer server(in("data"));
        server.stop();
        return in("data");
    }

    [[nodiscard]] std::string used_state() {
        RunningPhone phone(in("state"), "http://127.0.0.1:9/none.xml");
        EXPECT_TRUE(phone.says("Resync failed")) << phone.output();
        phone.stop();
        return in("state");
    }

    TemporaryDirectory directory_;
};

TEST_F(StartErrors, ServeNamesThePortInUseAndLeavesNothing) {
    support::Socket tcp(SOCK_STREAM);
    const std::string tcp_port = "127.0.0.1:" + std::to_string(tcp.bind_free_port());
    ASSERT_EQ(::listen(tcp.number(), 1), 0);
    support::Socket udp(SOCK_DGRAM);
    const std::string udp_port = "127.0.0.1:" + std::to_string(udp.bind_free_port());
    ASSERT_EQ(::mkdir(in("empty").c_str(), 0700), 0);
    const Words first = RunningServer::command_for(in("new/data"));
    for (const char* option : {"--http", "--https", "--admin"}) {
        expect_refused(with(first, option, tcp_port), "choose another with " + std::string(option));
    }
    for (const char* option : {"--tftp", "--syslog"}) {
        expect_refused(with(first, option, udp_port), "choose another with " + std::string(option));
    }
    EXPECT_FALSE(std::filesystem::exists(in("new")));
    write_text(in("empty/lock"), "");
    expect_refused(with(RunningServer::command_for(in("empty")), "--admin", tcp_port), tcp_port);
    expect_refused(with(RunningServer::command_for(used_data()), "--tftp", udp_port), udp_port);
}

TEST_F(StartErrors, PhoneNamesThePortInUseAndLeavesNothing) {
    support::Socket tcp(SOCK_STREAM);
    const std::string port = "127.0.0.1:" + std::to_string(tcp.bind_free_port());
    ASSERT_EQ(::listen(tcp.number(), 1), 0);
    expect_refused(phone_command(in("new/state"), {"--web", port}), "choose another with --web");
    EXPECT_FALSE(std::filesystem::exists(in("new")));
    expect_refused(phone_command(used_state(), {"--web", port}), port);
}

TEST_F(StartErrors, ADirectoryThatCannotBeIsNamed) {
    write_text(in("file"), "in the way");
    expect_refused(RunningServer::command_for(in("file")), in("file"));
    expect_refused(RunningServer::command_for(in("file") + "/data"), in("file") + "/data");
    expect_refused(phone_command(in("file")), in("file"));
    expect_refused(phone_command(in("file") + "/state"), in("file") + "/state");
}

TEST_F(StartErrors, ADirectoryOfSomebodyElseIsNamed) {
    ASSERT_EQ(::mkdir(in("theirs").c_str(), 0555), 0);
    std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
    const TemporaryDirectory elsewhere;
    std::filesystem::permissions(elsewhere.path(), std::filesystem::perms(0755));
    Words as_nobody;
    std::string program = onhook_program();
    if (geteuid() == 0) {
        // The build may be where only root can go.
        program = elsewhere.file("onhook");
        std::filesystem::copy_file(onhook_program(), program);
        as_nobody = {"setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"};
    }
    for (const std::string& place : {in("theirs"), in("theirs") + "/below"}) {
        Words serve = RunningServer::command_for(place);
        Words phone = phone_command(place);
        serve.front() = program;
        phone.front() = program;
        expect_refused(as_nobody + serve, in("theirs"));
        expect_refused(as_nobody + phone, in("theirs"));
    }
}

TEST_F(StartErrors, ADamagedDatabaseIsNamedAndLeftAlone) {
    const std::string data = used_data();
    const std::string database = data + "/onhook.db";
    const std::string whole = read_text(database);
    ASSERT_GT(whole.size(), 8192U);
    std::string scratched = whole;
    scratched.replace(4096, 4096, std::string(4096, '\xA5'));
    const std::string damages[] = {"",
                                   "garbage",
                                   std::string(8192, 'x'),
                                   whole.substr(0, 100),
                                   whole.substr(0, whole.size() / 2),
                                   scratched};
    for (const std::string& damage : damages) {
        SCOPED_TRACE(damage.size());
        write_text(database, damage);
        expect_refused(RunningServer::command_for(data), database);
    }
    write_text(database, whole);
    RunningServer(data).stop();
}

TEST_F(StartErrors, ADamagedPhoneStateIsNamedAndLeftAlone) {
    const std::string state = used_state();
    const std::string file = state + "/phone.json";
    const std::string whole = read_text(file);
    ASSERT_GT(whole.size(), 100U);
    for (const std::string& damage : {std::string(),
                                      std::string("garbage"),
                                      whole.substr(0, whole.size() / 2),
                                      std::string("{}"),
                                      std::string("{\"format\":2}"),
                                      std::string("[1,2]")}) {
        SCOPED_TRACE(damage.size());
        write_text(file, damage);
        expect_refused(phone_command(state), file);
        expect_refused({onhook_program(), "phone", "status", "--state", state}, file);
    }
    write_text(file, whole);
    Words other = phone_command(state);
    expect_refused(with(other, "--mac", "000e08000002"), "belongs to phone " + phone_mac);
}

TEST_F(StartErrors, ASecondProcessIsToldWhoHasTheDirectory) {
    RunningServer server(in("data"));
    RunningPhone phone(in("state"), "http://127.0.0.1:9/none.xml");
    // Its state is at rest once the failure is in it.
    ASSERT_TRUE(phone.last_resync_is("connect failed")) << phone.output();
    expect_refused(RunningServer::command_for(in("data")),
                   "process " + std::to_string(server.process().pid()));
    expect_refused(phone_command(in("state")), "process " + std::to_string(phone.process().pid()));
    server.done({"group", "list"});
    phone.stop();
    server.stop();
}

TEST_F(StartErrors, WrongOptionValuesAreNamed) {
    struct Row {
        Words words;
        std::string about;
    };

    const std::string data = in("new/data");
    const std::string state = in("new/state");
    for (const Row& row : {
             Row{{"serve", "--data", data, "--http", "8080"}, "--http '8080'"},
             Row{{"serve", "--data", data, "--tftp", "127.0.0.1:65536"}, "--tftp"},
             Row{{"serve", "--data", data, "--https", "here:0"}, "here"},
             Row{{"serve", "--data", data, "--admin", "off"}, "--admin"},
             Row{{"serve", "--data", data, "--http"}, "--http"},
             Row{{"serve", "--data", data, "--nonsense"}, "--nonsense"},
             Row{{"serve", "--data", data, "nonsense"}, "nonsense"},
             Row{{"phone", "--state", state}, "--mac"},
             Row{{"phone", "--state", state, "--mac", "000e0800000g"}, "000e0800000g"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--set", "Display"}, "'Display'"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--set", "No_Such=1"}, "No_Such"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--set", "Resync_On_Reset=Maybe"},
                 "Resync_On_Reset"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--web", "127.0.0.1"}, "--web"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--seed", "x"}, "--seed"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--redirect", "x"}, "--redirect"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--dhcp-option", "66"},
                 "--dhcp-option"},
             Row{{"phone", "--state", state, "--mac", phone_mac, "--dns", "localhost"}, "--dns"},
             Row{{"phone", "status"}, "--state"},
             Row{{"admin", "device", "list", "--data", data}, "onhook serve"},
             Row{{"admin", "import", in("none.csv"), "--data", data}, in("none.csv")},
             Row{{"admin", "device", "nonsense"}, "add, list, show, remove"},
             Row{{"admin"}, "device, group"},
             Row{{"nonsense"}, "phone, serve, admin"},
             Row{{}, "phone, serve, admin"},
         }) {
        expect_refused(Words{onhook_program()} + row.words, row.about);
    }
    EXPECT_FALSE(std::filesystem::exists(in("new")));
}

TEST_F(StartErrors, HelpIsNoError) {
    const Words commands[] = {{},
                              {"serve"},
                              {"phone"},
                              {"phone", "status"},
                              {"admin"},
                              {"admin", "device"},
                              {"admin", "device", "add"},
                              {"admin", "set"},
                              {"admin", "import"},
                              {"admin", "messages"}};
    for (const Words& command : commands) {
        const Ran ran = run(Words{onhook_program()} + command + Words{"--help"});
        EXPECT_EQ(ran.status, 0) << ran.output;
        EXPECT_NE(ran.output.find("Usage: onhook"), std::string::npos) << ran.output;
    }
    EXPECT_EQ(run({onhook_program(), "--version"}).status, 0);
}

}  // namespace onhook::test
