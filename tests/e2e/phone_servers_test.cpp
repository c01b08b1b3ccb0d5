// `onhook phone` against servers of other makes: nginx over HTTP and TLS, tftpd-hpa.
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/loop.h"
#include "profile/dialect.h"
#include "profile/flat_profile.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

using Table = std::map<std::string, std::string>;

// acme-office.expected.tsv: name<TAB>value.
Table expected_values() {
    Table table;
    std::istringstream in(
        read_text(std::string(ONHOOK_SOURCE_DIR) + "/examples/profiles/acme-office.expected.tsv"));
    for (std::string line; std::getline(in, line);) {
        const std::size_t tab = line.find('\t');
        EXPECT_NE(tab, std::string::npos) << line;
        table[line.substr(0, tab)] = line.substr(tab + 1);
    }
    return table;
}

// A configuration report as a table; secrets are in it without their values.
Table reported_values(const std::string& report) {
    Table table;
    const auto elements = profile::read_flat_profile(report);
    EXPECT_TRUE(elements);
    for (const profile::Element& element : *elements) {
        table[element.name] = element.text;
    }
    return table;
}

bool is_secret(const std::string& name) {
    const auto& catalogue = profile::cisco_mpp_catalogue();
    const auto id = catalogue.find(name);
    EXPECT_TRUE(id) << name;
    return id && (catalogue[*id].secret || catalogue[*id].hidden);
}

// A line of nginx's password file; apr1 is the hash that every nginx knows.
std::string password_line(const std::string& user, const std::string& password) {
    const Ran ran = run({"openssl", "passwd", "-apr1", "-salt", "onhook", password});
    EXPECT_EQ(ran.status, 0) << ran.output;
    return user + ":" + ran.output;
}

}  // namespace

class PhoneServers : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    net::CertificateFiles certificate() {
        const net::CertificateFiles files{in("server.crt"), in("server.key")};
        EXPECT_TRUE(net::make_self_signed(files, {{"localhost"}, net::Loop::wall_now()}));
        return files;
    }

    // A phone with this rule takes the display name "From the server".
    void expect_profile_taken(const std::string& rule, const Words& options = {}) {
        SCOPED_TRACE(rule);
        RunningPhone phone(in("phone" + std::to_string(++phones_)), rule, options);
        EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "From the server");
        phone.stop();
    }

    void expect_failure(const std::string& rule, const std::string& why) {
        SCOPED_TRACE(rule);
        RunningPhone phone(in("phone" + std::to_string(++phones_)), rule);
        EXPECT_TRUE(phone.says("Resync failed: " + why)) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "");
        EXPECT_TRUE(phone.last_resync_is(why)) << phone.status();
        phone.stop();
    }

    TemporaryDirectory directory_;
    int phones_ = 0;
};

const std::string served_profile = profile_of("<Display_Name_1_>From the server</Display_Name_1_>");

TEST_F(PhoneServers, NginxServesPlainAndOverTls) {
    const auto files = certificate();
    const Nginx nginx(in("nginx"), {}, Nginx::Tls{files.certificate_file, files.key_file});
    write_text(nginx.file(phone_mac + ".xml"), served_profile);
    expect_profile_taken(nginx.url("/$MA.xml"));
    expect_profile_taken(nginx.tls_url("/$MA.xml"), {"--ca", files.certificate_file});
    EXPECT_EQ(times_in(nginx.requests(), "GET /" + phone_mac + ".xml 200 " + phone_user_agent), 2)
        << nginx.requests();
}

TEST_F(PhoneServers, NginxRedirectsToWhereTheProfileIs) {
    const Nginx nginx(in("nginx"),
                      "location /old/ { rewrite ^/old/(.*)$ /further/$1 redirect; }\n"
                      "location /further/ { rewrite ^/further/(.*)$ /$1 permanent; }\n"
                      "location /loop { return 302 /loop; }\n");
    write_text(nginx.file(phone_mac + ".xml"), served_profile);
    expect_profile_taken(nginx.url("/old/$MA.xml"));
    EXPECT_EQ(times_in(nginx.requests(), " 302 "), 1);
    EXPECT_EQ(times_in(nginx.requests(), " 301 "), 1);
    expect_failure(nginx.url("/loop"), "http_get failed: more than 5 redirects");
    EXPECT_EQ(times_in(nginx.requests(), "GET /loop 302"), 6) << nginx.requests();
}

TEST_F(PhoneServers, NginxsRefusalsAreNamed) {
    const Nginx nginx(in("nginx"), "location /broken { return 500; }\n");
    expect_failure(nginx.url("/missing.xml"), "file not found");
    expect_failure(nginx.url("/broken"), "http_get failed: 500");
}

TEST_F(PhoneServers, NginxsRealmOpensWithTheRulesCredentials) {
    const Nginx nginx(
        in("nginx"),
        "location / { auth_basic \"phones\"; auth_basic_user_file " + in("users") + "; }\n");
    write_text(in("users"), password_line("alice", "open sesame"));
    write_text(nginx.file(phone_mac + ".xml"), served_profile);
    const std::string url = nginx.url("/$MA.xml");
    expect_profile_taken(R"([--uid alice --pwd "open sesame"] )" + url);
    expect_failure("[--uid alice --pwd wrong] " + url, "auth failed");
    // 4.3: at most two answers to challenges, so three requests; the right one needed one.
    EXPECT_EQ(times_in(nginx.requests(), "GET /" + phone_mac + ".xml 401"), 4) << nginx.requests();
    expect_failure(url, "auth failed");
}

TEST_F(PhoneServers, TftpHpaServesAndRefuses) {
    const TftpHpaServer server(in("tftp"));
    const std::string filler = "<!-- " + std::string(3 * 512, 'x') + " -->";  // several blocks
    write_text(server.file(phone_mac + ".cfg"), served_profile + filler);
    expect_profile_taken(server.url("$MA.cfg"));
    expect_failure(server.url("missing.cfg"), "file not found");
}

// 4.3, 8.3: to a port that is not 69, as a write request.
TEST_F(PhoneServers, TftpHpaTakesAReport) {
    const TftpHpaServer server(in("tftp"));
    write_text(server.file(phone_mac + ".cfg"), served_profile);
    RunningPhone phone(in("phone"),
                       server.url("$MA.cfg"),
                       {"--set", "Report_Rule=" + server.url("report-$MA.xml")});
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    ASSERT_TRUE(phone.says("report sent to")) << phone.output();
    phone.stop();
    const Table reported = reported_values(read_text(server.file("report-" + phone_mac + ".xml")));
    EXPECT_EQ(reported.at("Display_Name_1_"), "From the server");
}

// 4.3: nobody outside the domains is asked, and a redirect does not lead out of them.
TEST_F(PhoneServers, RestrictedDomainsKeepThePhoneFromOtherServers) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), served_profile);
    const auto resync = [&](const std::string& domains, const std::string& why) {
        RunningPhone phone(in("phone" + domains),
                           nginx.url("/a.xml"),
                           {"--set", "Restricted_Access_Domains=" + domains});
        EXPECT_TRUE(phone.last_resync_is(why)) << phone.output();
        phone.stop();
    };
    resync("example.com", "restricted domain");
    EXPECT_EQ(nginx.requests(), "");
    resync("example.com, localhost", "");
}

// 4.3: a name with several addresses, of which the last answers. The names are those of a hosts
// file that only this phone sees.
TEST_F(PhoneServers, TriesTheAddressesOfAServerInTurn) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "needs root for a mount namespace";
    }
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), served_profile);
    write_text(in("hosts"), "127.0.0.9 prov.test\n127.0.0.8 prov.test\n127.0.0.1 prov.test\n");
    Process phone({"unshare",
                   "--mount",
                   "sh",
                   "-c",
                   "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
                   in("hosts"),
                   onhook_program(),
                   "phone",
                   "--mac",
                   phone_mac,
                   "--state",
                   in("phone"),
                   "--set",
                   "Profile_Rule=http://prov.test:" + nginx.port() + "/a.xml",
                   "--set",
                   "Resync_Random_Delay=0"});
    EXPECT_TRUE(phone.wait_for("Successful resync")) << phone.output();
    EXPECT_EQ(times_in(nginx.requests(), "GET /a.xml 200"), 1) << nginx.requests();
    expect_orderly_end(phone);
}

// The whole example profile over nginx, and the phone's report back into nginx by WebDAV's PUT.
TEST_F(PhoneServers, AnOfficesProfileIsTakenAsDocumentedAndReported) {
    const Nginx nginx(in("nginx"), "location /report/ { dav_methods PUT; }\n");
    std::filesystem::create_directories(nginx.file("report"));
    write_text(nginx.file("acme.xml"),
               read_text(std::string(ONHOOK_SOURCE_DIR) + "/examples/profiles/acme-office.xml"));
    RunningPhone phone(in("phone"),
                       nginx.url("/acme.xml"),
                       {"--set",
                        "Report_Rule=" + nginx.url("/report/$MA.xml"),
                        "--set",
                        "HTTP_Report_Method=PUT"});
    // One report when the phone starts, one when it starts again with what the profile changed.
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();
    ASSERT_TRUE(phone.says("starts: Provisioning")) << phone.output();
    ASSERT_TRUE(phone.says_again("report sent to")) << phone.output();
    const Table reported = reported_values(read_text(nginx.file("report/" + phone_mac + ".xml")));
    const Table expected = expected_values();
    ASSERT_GT(expected.size(), 400U);
    for (const auto& [name, value] : expected) {
        SCOPED_TRACE(name);
        EXPECT_EQ(phone.value(name), value);
        const auto found = reported.find(name);
        ASSERT_NE(found, reported.end());
        EXPECT_EQ(found->second, is_secret(name) ? "" : value);
    }
    phone.stop();
}

}  // namespace onhook::test
