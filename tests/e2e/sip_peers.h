#pragma once

// sipp, and what else speaks SIP with a phone of a test.
#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/stock_servers.h"

namespace onhook::test {

// A line of a phone under test, as its account at a server has it.
inline const std::string sip_user = "1001";
inline const std::string sip_password = "s3cret";

// One scenario of tests/e2e/sipp on a port of 127.0.0.1. Debian's sipp has no TLS: a tunnel of
// socat stands between.
inline Words sipp_words(const std::string& scenario, const std::string& port, const Words& more) {
    return Words{"env",
                 "TERM=xterm",
                 "sipp",
                 "-sf",
                 std::string(ONHOOK_SIPP_SCENARIOS) + "/" + scenario + ".xml",
                 "-p",
                 port,
                 "-nostdin",
                 "-skip_rlimit",
                 "-deadcall_wait",
                 "0",
                 "-timeout",
                 "40",
                 "-timeout_error",
                 "-key",
                 "user",
                 sip_user} +
           more;
}

// A request to a phone. The exit status is 0 when all went as the scenario has it.
struct SippCall {
    std::string scenario;
    std::string event = "resync";
    std::string user = sip_user;
    std::string password = sip_password;
    std::string transport = "u1";  // t1: TCP
    std::string from = "127.0.0.1";
};

inline Ran sipp_calls(const std::string& port, const SippCall& call) {
    const int type = call.transport == "u1" ? SOCK_DGRAM : SOCK_STREAM;
    return run(sipp_words(call.scenario,
                          free_port(type),
                          {"127.0.0.1:" + port,
                           "-i",
                           call.from,
                           "-s",
                           call.user,
                           "-m",
                           "1",
                           "-t",
                           call.transport,
                           "-key",
                           "event",
                           call.event,
                           "-auth_uri",
                           call.user + "@127.0.0.1:" + port,
                           "-au",
                           call.user,
                           "-ap",
                           call.password}));
}

// A server of lines that answers as its scenario says, `times` times.
class SippServer {
  public:
    explicit SippServer(const std::string& scenario,
                        int times = 1,
                        const std::string& expires = "600",
                        const std::string& transport = "u1")
        : port_(free_port(transport == "u1" ? SOCK_DGRAM : SOCK_STREAM)),
          process_(sipp_words(scenario,
                              port_,
                              {"-i",
                               "127.0.0.1",
                               "-m",
                               std::to_string(times),
                               "-t",
                               transport,
                               "-key",
                               "secret",
                               sip_password,
                               "-key",
                               "expires",
                               expires})) {}

    [[nodiscard]] const std::string& port() const { return port_; }

    // All went as the scenario has it, as often as it was to.
    void expect_done() {
        EXPECT_EQ(process_.wait(std::chrono::seconds(45)), 0) << process_.output();
    }

  private:
    std::string port_;
    Process process_;
};

// From one port to another one of this machine, with TLS on one side.
class Tunnel {
  public:
    // To a TLS server.
    static Tunnel to_tls(const std::string& port) {
        return Tunnel("TCP-LISTEN:", "", "OPENSSL:127.0.0.1:" + port + ",verify=0");
    }

    // From TLS clients, with this certificate.
    static Tunnel from_tls(const std::string& port, const Nginx::Tls& files) {
        return Tunnel("OPENSSL-LISTEN:",
                      ",verify=0,cert=" + files.certificate_file + ",key=" + files.key_file,
                      "TCP:127.0.0.1:" + port);
    }

    [[nodiscard]] const std::string& port() const { return port_; }

  private:
    Tunnel(const std::string& kind, const std::string& options, const std::string& to)
        : port_(free_port(SOCK_STREAM)),
          process_(Words{
              "socat", "-d", "-d", kind + port_ + ",bind=127.0.0.1,reuseaddr,fork" + options, to}) {
        EXPECT_TRUE(process_.wait_for("listening on")) << process_.output();
    }

    std::string port_;
    Process process_;
};

// A phone with one line.
class SipPhone : public RunningPhone {
  public:
    SipPhone(const std::string& state, const Words& options) : RunningPhone(state, options) {
        EXPECT_TRUE(says(";transport=tcp")) << output();
    }

    // Where it listens: of "udp", "tcp" or "tls".
    [[nodiscard]] std::string port(const std::string& transport) const {
        const std::size_t end = output().find(";transport=" + transport);
        const std::size_t colon = output().rfind(':', end);
        return end == std::string::npos ? "0" : output().substr(colon + 1, end - colon - 1);
    }

    // How often it has said this.
    [[nodiscard]] int count(const std::string& text) {
        (void)says("never said", std::chrono::milliseconds(20));
        return times_in(output(), text);
    }

    [[nodiscard]] bool says_more(const std::string& text, int before) {
        return becomes_true([&] { return count(text) > before; });
    }
};

// Of a Cisco phone whose first line is at this server.
inline Words line_options(const std::string& server, const Words& more = {}) {
    Words words;
    for (const std::string& setting : Words{"Proxy_1_=" + server,
                                            "User_ID_1_=" + sip_user,
                                            "Password_1_=" + sip_password,
                                            "Resync_Random_Delay=0"} +
                                          more) {
        words = words + Words{"--set", setting};
    }
    return words;
}

}  // namespace onhook::test
