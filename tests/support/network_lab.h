#pragma once

// Two network namespaces with a cable between them: servers on 10.99.0.1 and 10.99.0.3, a phone on
// 10.99.0.2. Needs root.
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "base/text.h"
#include "support/process.h"
#include "support/running_onhook.h"

namespace onhook::test {

inline const std::string first_server = "10.99.0.1";
inline const std::string second_server = "10.99.0.3";
inline const std::string phone_address = "10.99.0.2";

enum class Ipv6 { off, on };

class NetworkLab {
  public:
    explicit NetworkLab(Ipv6 ipv6 = Ipv6::off)
        : servers_(fmt::format("onhook-{}-s", ::getpid())),
          phones_(fmt::format("onhook-{}-p", ::getpid())) {
        remove_leftovers();
        done({"ip", "netns", "add", servers_});
        done({"ip", "netns", "add", phones_});
        for (const std::string& space : {servers_, phones_}) {
            // Before there is a link: no duplicate address detection keeps anybody waiting.
            const std::string all = "net.ipv6.conf.default.";
            done(inside(space,
                        {"sysctl",
                         "-qw",
                         all + "accept_dad=0",
                         all + (ipv6 == Ipv6::on ? "disable_ipv6=0" : "disable_ipv6=1")}));
        }
        done({"ip",
              "link",
              "add",
              "servers0",
              "netns",
              servers_,
              "type",
              "veth",
              "peer",
              "name",
              "phone0",
              "netns",
              phones_});
        if (ipv6 == Ipv6::on) {
            done({"ip", "-n", servers_, "address", "add", "fd00:99::1/64", "dev", "servers0"});
        }
        address(servers_, "servers0", first_server);
        address(servers_, "servers0", second_server);
        address(phones_, "phone0", phone_address);
        for (const auto& [space, link] : {std::pair(servers_, "servers0"),
                                          std::pair(servers_, "lo"),
                                          std::pair(phones_, "phone0"),
                                          std::pair(phones_, "lo")}) {
            done({"ip", "-n", space, "link", "set", link, "up"});
        }
        // The kernel takes a moment to give links their own addresses.
        EXPECT_TRUE(ipv6 == Ipv6::off || becomes_true([this] {
                        const Words shown{"ip", "-n", phones_, "-6", "address", "show", "phone0"};
                        return times_in(run(shown).output, "fe80:") > 0;
                    }));
    }

    ~NetworkLab() {
        (void)run({"ip", "netns", "del", servers_});
        (void)run({"ip", "netns", "del", phones_});
    }

    NetworkLab(const NetworkLab&) = delete;
    NetworkLab& operator=(const NetworkLab&) = delete;

    // A command that runs where the servers are.
    [[nodiscard]] Words at_servers(const Words& command) const { return inside(servers_, command); }

    [[nodiscard]] Words at_phone(const Words& command) const { return inside(phones_, command); }

    // From now on this thread's new sockets are where the servers are.
    void enter_servers() const {
        const int space = ::open(("/run/netns/" + servers_).c_str(), O_RDONLY | O_CLOEXEC);
        EXPECT_EQ(::setns(space, CLONE_NEWNET), 0);
        ::close(space);
    }

    static void done(const Words& command) {
        const Ran ran = run(command);
        EXPECT_EQ(ran.status, 0) << fmt::format("{}", fmt::join(command, " ")) << ran.output;
    }

  private:
    static Words inside(const std::string& space, const Words& command) {
        return Words{"ip", "netns", "exec", space} + command;
    }

    static void address(const std::string& space, const std::string& link, const std::string& ip) {
        done({"ip", "-n", space, "address", "add", ip + "/24", "dev", link});
    }

    // What a killed test left behind: of processes that are no more.
    static void remove_leftovers() {
        std::error_code none;
        for (const auto& entry : std::filesystem::directory_iterator("/run/netns", none)) {
            const std::string name = entry.path().filename();
            const auto parts = split(name, '-');
            const auto pid = parts.size() == 3 && parts[0] == "onhook"
                                 ? parse_number<pid_t>(parts[1])
                                 : std::nullopt;
            if (pid && (*pid == ::getpid() || ::kill(*pid, 0) != 0)) {
                (void)run({"ip", "netns", "del", name});
            }
        }
    }

    std::string servers_;
    std::string phones_;
};

}  // namespace onhook::test
