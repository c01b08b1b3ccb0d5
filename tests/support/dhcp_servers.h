#pragma once

// dnsmasq and Kea as DHCP servers of a NetworkLab, with the options that a test gives them.
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "support/network_lab.h"
#include "support/process.h"

namespace onhook::test {

// A DHCP server is a process that says in its log what it is asked and what it answers.
class DhcpServer {
  public:
    DhcpServer(const Words& command, const std::string& ready) : process_(command) {
        EXPECT_TRUE(process_.wait_for(ready, std::chrono::seconds(10))) << process_.output();
    }

    ~DhcpServer() {
        process_.signal(SIGTERM);
        EXPECT_TRUE(process_.wait(std::chrono::seconds(10)).has_value()) << process_.output();
    }

    DhcpServer(const DhcpServer&) = delete;
    DhcpServer& operator=(const DhcpServer&) = delete;

    [[nodiscard]] bool says(const std::string& text) {
        return process_.wait_for(text, std::chrono::seconds(5));
    }

    [[nodiscard]] const std::string& log() const { return process_.output(); }

  private:
    Process process_;
};

// `options` as behind --dhcp-option: "66,http://192.0.2.1/".
inline Words dnsmasq_dhcp(const NetworkLab& lab, const Words& options) {
    Words words{"dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--log-facility=-",
                "--user=root",
                "--port=0",
                "--interface=servers0",
                "--bind-interfaces",
                "--leasefile-ro",
                "--log-dhcp",
                "--dhcp-range=10.99.0.50,10.99.0.60,1h"};
    for (const std::string& option : options) {
        words.push_back((option.starts_with("--") ? "" : "--dhcp-option=") + option);
    }
    return lab.at_servers(words);
}

// What Kea is given beside its subnet, as JSON arrays.
struct KeaOptions {
    std::string definitions = "[]";
    std::string data = "[]";
};

inline std::string kea_configuration(const KeaOptions& options) {
    return fmt::format(R"({{"Dhcp4": {{
  "interfaces-config": {{"interfaces": ["servers0"], "dhcp-socket-type": "raw"}},
  "lease-database": {{"type": "memfile", "persist": false}},
  "valid-lifetime": 3600,
  "option-def": {},
  "option-data": {},
  "subnet4": [{{"id": 1, "subnet": "10.99.0.0/24", "pools": [{{"pool": "10.99.0.50-10.99.0.60"}}]}}],
  "loggers": [{{"name": "kea-dhcp4", "severity": "DEBUG", "debuglevel": 50,
               "output_options": [{{"output": "stdout"}}]}}]
}}}})",
                       options.definitions,
                       options.data);
}

// Kea with its files in `directory`; `mode` is -c to run, -t to check the configuration.
inline Words kea(const std::string& directory, const KeaOptions& options, const std::string& mode) {
    write_text(directory + "/kea.json", kea_configuration(options));
    return {"env",
            "KEA_PIDFILE_DIR=" + directory,
            "KEA_LOCKFILE_DIR=" + directory,
            "kea-dhcp4",
            mode,
            directory + "/kea.json"};
}

// One of the option-data: bytes that Kea shall not interpret.
inline std::string kea_raw(unsigned code, std::string_view bytes) {
    return fmt::format(R"({{"code":{},"csv-format":false,"data":"{}"}})", code, to_hex(bytes));
}

// A DHCP server of a test's own making: it gets one message of a phone and sends what it likes.
class StrangeDhcpServer {
  public:
    // What is sent to a message: bytes, and the port that they come from.
    using Datagrams = std::vector<std::pair<std::string, std::uint16_t>>;

    StrangeDhcpServer(const NetworkLab& lab, std::function<Datagrams(std::string)> answer)
        : answer_(std::move(answer)), thread_([this, &lab] { serve(lab); }) {}

    ~StrangeDhcpServer() { thread_.join(); }

    StrangeDhcpServer(const StrangeDhcpServer&) = delete;
    StrangeDhcpServer& operator=(const StrangeDhcpServer&) = delete;

  private:
    static sockaddr_in at(std::uint32_t address, std::uint16_t port) {
        sockaddr_in all{};
        all.sin_family = AF_INET;
        all.sin_addr.s_addr = htonl(address);
        all.sin_port = htons(port);
        return all;
    }

    static int bound_to(std::uint16_t port) {
        const int number = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const sockaddr_in any = at(INADDR_ANY, port);
        EXPECT_EQ(::bind(number, reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
        return number;
    }

    void serve(const NetworkLab& lab) {
        lab.enter_servers();
        const int listener = bound_to(67);
        pollfd wanted{listener, POLLIN, 0};
        std::string bytes(4096, '\0');
        if (::poll(&wanted, 1, 20000) == 1) {
            const ssize_t size = ::recv(listener, bytes.data(), bytes.size(), 0);
            bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
            const sockaddr_in phone = at(0x0A630002, 68);
            for (const auto& [datagram, port] : answer_(bytes)) {
                const int sender = port == 67 ? ::dup(listener) : bound_to(port);
                (void)::sendto(sender,
                               datagram.data(),
                               datagram.size(),
                               0,
                               reinterpret_cast<const sockaddr*>(&phone),
                               sizeof phone);
                ::close(sender);
            }
        }
        ::close(listener);
    }

    std::function<Datagrams(std::string)> answer_;
    std::thread thread_;
};

}  // namespace onhook::test
