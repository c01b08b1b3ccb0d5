#pragma once

// dnsmasq as a name server on a free port of loopback: the SRV records that it is given, and no
// other name below "test".
#include <chrono>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/stock_servers.h"

namespace onhook::test {

class Dnsmasq {
  public:
    // `records` as behind --srv-host: "_sip._tcp.example.test,localhost,5060,PRIORITY,WEIGHT".
    explicit Dnsmasq(const Words& records) {
        // The port may be taken in the moment between: then once more.
        for (int attempt = 0; attempt < 5; ++attempt) {
            port_ = free_port(SOCK_DGRAM);
            Words words{"dnsmasq",
                        "--keep-in-foreground",
                        "--conf-file=/dev/null",
                        "--pid-file=",
                        "--log-facility=-",
                        "--no-resolv",
                        "--no-hosts",
                        "--no-poll",
                        "--bind-interfaces",
                        "--listen-address=127.0.0.1",
                        "--local=/test/",
                        "--port=" + port_};
            if (geteuid() == 0) {
                words.push_back("--user=root");
            }
            for (const std::string& record : records) {
                words.push_back("--srv-host=" + record);
            }
            process_.emplace(words);
            if (process_->wait_for("started, version", std::chrono::seconds(10))) {
                return;
            }
        }
        ADD_FAILURE() << process_->output();
    }

    ~Dnsmasq() {
        process_->signal(SIGTERM);
        EXPECT_EQ(process_->wait(std::chrono::seconds(10)), 0) << process_->output();
    }

    Dnsmasq(const Dnsmasq&) = delete;
    Dnsmasq& operator=(const Dnsmasq&) = delete;

    [[nodiscard]] std::string port() const { return port_; }

    // For --dns.
    [[nodiscard]] std::string address() const { return "127.0.0.1:" + port_; }

  private:
    std::string port_;
    std::optional<Process> process_;
};

}  // namespace onhook::test
