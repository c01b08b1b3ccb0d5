// The leases that the system already has, from files of one test.
#include "agent/network_lease.h"

#include <filesystem>
#include <fstream>
#include <future>

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/loopback.h"

namespace onhook::agent {

namespace {

const std::string dhclient_lease =
    "lease { interface \"lo\"; option tftp-server-name \"http://dhclient\"; option domain-name "
    "\"x.test\"; expire never; }\n";

class NetworkLeaseFiles : public ::testing::Test {
  protected:
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(directory_ / name, std::ios::binary) << bytes;
    }

    [[nodiscard]] LeaseFile file(LeaseFileKind kind, const std::string& name) const {
        return {kind, directory_ / name};
    }

    // What the phone has after it asked, and what was said.
    phone::Lease lease_of(std::vector<LeaseFile> files,
                          phone::Lease given = {},
                          const std::string& interface = "lo") {
        said_.clear();
        support::LoopThread thread;
        std::promise<phone::Lease> answer;
        const auto lease = thread.held(thread.on_loop([&] {
            auto made = std::make_unique<NetworkLease>(
                thread.loop(),
                LeaseSettings{interface, {LeaseSource::files}, std::move(files)},
                std::move(given),
                [&](phone::Lease found) { answer.set_value(std::move(found)); },
                [&](agent::LogEvent, const std::string& text) { said_ += text + "\n"; });
            EXPECT_FALSE(made->known());
            wire::dhcp::Question question;
            question.reading.enterprise = 9;
            made->ask(question);
            return made;
        }));
        return answer.get_future().get();
    }

    support::TemporaryDirectory directory_;
    std::string said_;
};

using Texts = phone::DhcpOptions;

TEST_F(NetworkLeaseFiles, TheFirstThatHoldsEndsTheSearch) {
    write("networkd", "LIFETIME=3600\nOPTION_224=68\n");
    write("dhclient", dhclient_lease);
    const auto networkd = file(LeaseFileKind::networkd, "networkd");
    const auto dhclient = file(LeaseFileKind::dhclient, "dhclient");
    const phone::Lease one = lease_of({networkd, dhclient});
    EXPECT_EQ(one.dhcp->options, (Texts{{224, "h"}}));
    EXPECT_EQ(one.ip.view(), "127.0.0.1");
    EXPECT_EQ(said_, "DHCP on lo, from " + networkd.path + ": 224 = h\n");
    const phone::Lease other = lease_of({dhclient, networkd});
    EXPECT_EQ(other.dhcp->options, (Texts{{66, "http://dhclient"}}));
    EXPECT_EQ(other.dhcp->domain, "x.test");
    // One that ran out is passed over: networkd writes it anew with each renewal.
    std::filesystem::last_write_time(
        networkd.path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
    EXPECT_EQ(lease_of({networkd, dhclient}).dhcp->options, (Texts{{66, "http://dhclient"}}));
}

TEST_F(NetworkLeaseFiles, ReadsTheMessageThatDhcpcdKeeps) {
    wire::dhcp::Message ack;
    ack.operation = wire::dhcp::Operation::reply;
    ack.options = {{51, std::string("\0\0\x0e\x10", 4)}, {160, "http://dhcpcd"}};
    write("lo.lease", encode(ack));
    EXPECT_EQ(lease_of({file(LeaseFileKind::dhcpcd, "lo.lease")}).dhcp->options,
              (Texts{{160, "http://dhcpcd"}}));
}

TEST_F(NetworkLeaseFiles, WhatIsGivenWins) {
    write("dhclient", dhclient_lease);
    phone::Lease given{"192.0.2.9", phone::DhcpAnswer{"given.test", {{66, "http://given"}}}};
    const phone::Lease lease = lease_of({file(LeaseFileKind::dhclient, "dhclient")}, given);
    EXPECT_EQ(lease.dhcp->options, (Texts{{66, "http://given"}}));
    EXPECT_EQ(lease.dhcp->domain, "given.test");
    EXPECT_EQ(lease.ip.view(), "192.0.2.9");
}

// A damaged file is named with its place, and the next one counts.
TEST_F(NetworkLeaseFiles, SaysWhatIsWrongWithAFile) {
    write("damaged", "lease { interface \"lo\"; option tftp-server-name \"http://cut");
    write("large", std::string(wire::dhcp::datagram_limit * 512, ' '));
    write("dhclient", dhclient_lease);
    const auto damaged = file(LeaseFileKind::dhclient, "damaged");
    const phone::Lease lease = lease_of({damaged,
                                         file(LeaseFileKind::dhclient, "large"),
                                         file(LeaseFileKind::dhclient, "none"),
                                         file(LeaseFileKind::dhclient, "dhclient")});
    EXPECT_EQ(lease.dhcp->options, (Texts{{66, "http://dhclient"}}));
    EXPECT_NE(said_.find("DHCP: " + damaged.path + ", byte 59: expected a quotation mark"),
              std::string::npos)
        << said_;
    EXPECT_NE(said_.find("/large"), std::string::npos) << said_;
    EXPECT_EQ(said_.find("/none"), std::string::npos) << said_;
}

TEST_F(NetworkLeaseFiles, NoLeaseLeavesWhatWasGiven) {
    const phone::Lease given{"", phone::DhcpAnswer{"", {{66, "http://given"}}}};
    const phone::Lease lease = lease_of({file(LeaseFileKind::dhclient, "none")}, given);
    EXPECT_EQ(lease.dhcp->options, (Texts{{66, "http://given"}}));
    EXPECT_NE(said_.find("DHCP on lo gave nothing; "), std::string::npos) << said_;
}

TEST(NetworkInterface, IsFoundByName) {
    const auto found = net::find_interface("lo");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->ipv4, "127.0.0.1");
    EXPECT_EQ(found->ipv6_link_local, "");
    EXPECT_NE(found->index, 0U);
    const auto none = net::find_interface("none0");
    ASSERT_FALSE(none);
    EXPECT_TRUE(
        none.error().detail.starts_with("there is no network interface 'none0'; there are: "))
        << none.error().detail;
}

}  // namespace

}  // namespace onhook::agent
