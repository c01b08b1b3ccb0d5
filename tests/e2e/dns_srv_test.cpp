// SRV records of a real name server, and phones that find their provider by them.
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/srv_lookup.h"
#include "support/dnsmasq.h"
#include "support/temporary_directory.h"
#include "support/udp.h"

namespace onhook::test {

namespace {

using net::SrvRecord;

const std::string http_service = "_ciscoprov-http._tcp.example.test";
const std::string https_service = "_ciscoprov-https._tls.example.test";

std::vector<SrvRecord> sorted(std::vector<SrvRecord> records) {
    std::sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
        return std::tie(a.priority, a.weight, a.host) < std::tie(b.priority, b.weight, b.host);
    });
    return records;
}

net::SrvAnswer looked_up(const Dnsmasq& dns, const std::string& name) {
    support::LoopThread thread;
    std::promise<net::SrvAnswer> answer;
    const auto lookup = thread.held(thread.on_loop([&] {
        return std::make_unique<net::SrvLookup>(
            thread.loop(),
            net::SrvQuestion{.name = name, .server = net::NameServer::parse(dns.address())},
            [&](net::SrvAnswer found) { answer.set_value(std::move(found)); });
    }));
    return answer.get_future().get();
}

}  // namespace

// It turns the records of a name round from one answer to the next: their order means nothing.
TEST(DnsSrv, DnsmasqsRecordsAreRead) {
    const Dnsmasq dns({"_a._tcp.example.test,one.example.test,8080,10,20",
                       "_a._tcp.example.test,two.example.test,80,10,1",
                       "_a._tcp.example.test,three.example.test,65535,0,65535",
                       "_none._tcp.example.test"});
    const net::SrvAnswer found = looked_up(dns, "_a._tcp.example.test");
    EXPECT_EQ(found.failure, "");
    EXPECT_EQ(sorted(found.records),
              (std::vector<SrvRecord>{{"three.example.test", 65535, 0, 65535},
                                      {"two.example.test", 80, 10, 1},
                                      {"one.example.test", 8080, 10, 20}}));
    for (const char* name : {"_b._tcp.example.test", "example.test"}) {
        const net::SrvAnswer nothing = looked_up(dns, name);
        EXPECT_EQ(nothing.failure, "");
        EXPECT_TRUE(nothing.records.empty());
    }
    const net::SrvAnswer none = looked_up(dns, "_none._tcp.example.test");
    ASSERT_EQ(none.records.size(), 1U);
    EXPECT_EQ(none.records.front().host, "");
    EXPECT_EQ(looked_up(dns, "_a._tcp.elsewhere.invalid").failure.rfind("the name server ", 0), 0U);
}

TEST(DnsSrv, AnAnswerTooLongForADatagramComesOverTcp) {
    Words records;
    for (int i = 0; i < 40; ++i) {
        records.push_back(fmt::format("_a._tcp.example.test,s{}.example.test,80,{},0", i, i));
    }
    const net::SrvAnswer found = looked_up(Dnsmasq(records), "_a._tcp.example.test");
    EXPECT_EQ(found.failure, "");
    EXPECT_EQ(found.records.size(), 32U);
}

class DnsSrvPhone : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    static std::string target(const std::string& service,
                              const std::string& port,
                              const std::string& order) {
        return fmt::format("{},localhost,{},{}", service, port, order);
    }

    TemporaryDirectory directory_;
};

const std::string found_profile = profile_of("<Display_Name_1_>Found by DNS</Display_Name_1_>");

TEST_F(DnsSrvPhone, ARuleWithSrvFetchesFromTheFirstServerThatHasIt) {
    const Nginx first(in("first"));
    const Nginx second(in("second"));
    write_text(second.file(phone_mac + ".xml"), found_profile);
    const Dnsmasq dns(
        {target(http_service, second.port(), "20,0"), target(http_service, first.port(), "10,7")});
    RunningPhone phone(
        in("phone"), "[--srv] http://example.test/$MA.xml", {"--dns", dns.address()});
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("Display_Name_1_"), "Found by DNS");
    EXPECT_EQ(times_in(first.requests(), "GET /" + phone_mac + ".xml 404"), 1);
    EXPECT_EQ(times_in(second.requests(), "GET /" + phone_mac + ".xml 200"), 1);
    phone.stop();
}

// 6.5, 6.8: nobody configured it, and DHCP names a domain but no server.
TEST_F(DnsSrvPhone, APhoneOutOfItsBoxFindsTheServerOfItsDomain) {
    const Nginx nginx(in("nginx"));
    std::filesystem::create_directories(nginx.file("Cisco"));
    write_text(nginx.file("Cisco/" + phone_mac + ".cfg"), found_profile);
    const Dnsmasq dns({target(http_service, nginx.port(), "0,0")});
    RunningPhone phone(
        in("phone"),
        Words{
            "--domain", "example.test", "--dns", dns.address(), "--set", "Resync_Random_Delay=0"});
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("Display_Name_1_"), "Found by DNS");
    EXPECT_EQ(times_in(nginx.requests(), "GET /8841-3PCC.xml 404"), 1) << nginx.requests();
    phone.stop();
}

// 6.8: the certificate is that of the domain, which the name server cannot change.
TEST_F(DnsSrvPhone, TheCertificateMustBeThatOfTheDomain) {
    const auto served = [this](const std::string& name) {
        const net::CertificateFiles files{in(name + ".crt"), in(name + ".key")};
        EXPECT_TRUE(net::make_self_signed(files, {{name}, net::Loop::wall_now()}));
        return files;
    };
    const auto domains = served("example.test");
    const auto servers = served("localhost");
    for (const auto& files : {domains, servers}) {
        SCOPED_TRACE(files.certificate_file);
        const Nginx nginx(
            files.certificate_file + ".d", {}, Nginx::Tls{files.certificate_file, files.key_file});
        write_text(nginx.file(phone_mac + ".xml"), found_profile);
        const Dnsmasq dns({target(https_service, nginx.tls_port(), "0,0")});
        RunningPhone phone(files.certificate_file + ".phone",
                           "[--srv] https://example.test/$MA.xml",
                           {"--dns", dns.address(), "--ca", files.certificate_file});
        const bool right = files.certificate_file == domains.certificate_file;
        EXPECT_TRUE(phone.says(right ? "Successful resync" : "Resync failed: tls failed"))
            << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), right ? "Found by DNS" : "");
        phone.stop();
    }
}

TEST_F(DnsSrvPhone, ANameServerThatKeepsSilentIsNamed) {
    const support::UdpPeer silent;
    const std::string address = fmt::format("127.0.0.1:{}", silent.port());
    RunningPhone phone(in("phone"), "[--srv] http://example.test/a.xml", {"--dns", address});
    EXPECT_TRUE(phone.says("the name server " + address + " gave no answer for " + http_service))
        << phone.output();
    EXPECT_TRUE(phone.says("or name another with --dns")) << phone.output();
    EXPECT_TRUE(phone.says("Resync failed: dns failed")) << phone.output();
    phone.stop();
}

}  // namespace onhook::test
