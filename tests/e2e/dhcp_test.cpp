// The network of a stranger: dnsmasq and Kea hand out options, and the phone asks exactly the
// servers, in exactly the order, that the documents say (cisco-mpp.md 13, flyingvoice.md 6.3).
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/dhcp_servers.h"
#include "support/recording_servers.h"
#include "support/temporary_directory.h"
#include "wire/dhcp/message.h"

namespace onhook::test {

namespace {

// Vector 65's phone.
const Words cisco_phone{"--mac", "001234ab45de", "--model", "8851"};
const std::string series_file = "/8851-3PCC.xml";
const std::string own_file = "/Cisco/CP-8851-3PCC/001234ab45de.cfg";

const std::string cisco_profile = profile_of("<Display_Name_1_>DHCP</Display_Name_1_>");

// 13.3, form 2: both files of a server.
Words tries(const std::string& server) { return {server + series_file, server + own_file}; }

// Form 1: the URL itself first.
Words tries_path(const std::string& url) { return Words{url} + tries(url); }

// Form 3: an address, with each scheme.
Words tries_address(const std::string& address) {
    return tries("tftp://" + address) + tries("http://" + address) + tries("https://" + address);
}

std::string read_log(const std::string& log, std::string_view from, std::string_view to) {
    const std::size_t start = log.find(from);
    return start == std::string::npos ? "" : log.substr(start, log.find(to, start) - start);
}

class DhcpPhone : public ::testing::Test {
  protected:
    explicit DhcpPhone(Ipv6 ipv6 = Ipv6::off) : lab_(ipv6) {}

    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // A phone out of its box on the lab's network.
    [[nodiscard]] Words phone_command(const Words& options) {
        const Words phone{onhook_program(),
                          "phone",
                          "--state",
                          in(fmt::format("phone-{}", ++phones_)),
                          "--interface",
                          "phone0",
                          "--ca",
                          servers_.certificate()};
        return lab_.at_phone(phone + options);
    }

    [[nodiscard]] Words cisco_command(const Words& options = {}) {
        return phone_command(cisco_phone + Words{"--set", "Resync_Random_Delay=0"} + options);
    }

    [[nodiscard]] Words flyingvoice_command(const Words& options = {}) {
        return phone_command(Words{"--mac",
                                   "0021f222aef1",
                                   "--dialect",
                                   "flyingvoice",
                                   "--set",
                                   "DBID_PRV_SIPPNP_ENABLED=0",
                                   "--set",
                                   "DBID_RANDOM_DELAY=0"} +
                             options);
    }

    // Runs a phone until it has the last of the documents that it shall ask for, which is the only
    // one that there is; what it says.
    std::string expect_requests(const Words& expected, const Words& command) {
        return expect_requests(expected, command, cisco_profile, "Successful resync");
    }

    std::string expect_requests(const Words& expected,
                                const Words& command,
                                const std::string& document,
                                const std::string& success) {
        servers_.have(expected.back(), document);
        Process phone(command);
        EXPECT_TRUE(phone.wait_for(success, std::chrono::seconds(20))) << phone.output();
        EXPECT_EQ(servers_.requests(), expected) << phone.output();
        expect_orderly_end(phone);
        return phone.output();
    }

    TemporaryDirectory directory_;
    NetworkLab lab_;
    RecordingServers servers_{lab_, directory_.path()};
    int phones_ = 0;
};

struct OptionRow {
    std::string what;
    Words dnsmasq;                  // empty: it has no way to say this
    std::optional<KeaOptions> kea;  // likewise
    Words expected;
};

std::string data_of(const std::string& name, const std::string& value) {
    return fmt::format(R"([{{"name":"{}","data":"{}"}}])", name, value);
}

std::string text_definition(unsigned code, const std::string& space = "dhcp4") {
    return fmt::format(
        R"([{{"name":"text","code":{},"type":"string","space":"{}"}}])", code, space);
}

const std::string http_first = "http://" + first_server;

// 13.2: 66 has the IP form, 159 and 160 forms 1 and 2; all three take all of them.
std::vector<OptionRow> text_rows() {
    const std::string both = first_server + ";" + second_server;
    const auto kea_160 = [](const std::string& value) {
        return KeaOptions{text_definition(160), data_of("text", value)};
    };
    const auto kea_66 = [](const std::string& value) {
        return KeaOptions{"[]", data_of("tftp-server-name", value)};
    };
    return {
        // Vector 65.
        {"66 address", {"66," + first_server}, kea_66(first_server), tries_address(first_server)},
        {"66 server", {"66," + http_first}, kea_66(http_first), tries(http_first)},
        {"66 path",
         {"66," + http_first + "/p"},
         kea_66(http_first + "/p"),
         tries_path(http_first + "/p")},
        // Vector 66; CSCvi50100 for the slash.
        {"160 path",
         {"160,https://" + first_server + "/path"},
         kea_160("https://" + first_server + "/path"),
         tries_path("https://" + first_server + "/path")},
        {"160 slash",
         {"160," + http_first + "/path/"},
         kea_160(http_first + "/path/"),
         Words{http_first + "/path/"} + tries(http_first + "/path")},
        {"160 server",
         {"160,https://" + first_server},
         kea_160("https://" + first_server),
         tries("https://" + first_server)},
        {"160 two",
         {"160," + both},
         kea_160(both),
         tries_address(first_server) + tries_address(second_server)},
        {"159 path", {"159," + http_first + "/p"}, std::nullopt, tries_path(http_first + "/p")},
        {"159 server", {"159," + http_first}, std::nullopt, tries(http_first)},
        // CSCvi48553: the scheme holds for both.
        {"159 two",
         {"159,HTTP://" + both},
         std::nullopt,
         tries(http_first) + tries("http://" + second_server)}};
}

// The others: addresses in binary, and what is inside 43 and 125.
std::vector<OptionRow> other_rows() {
    const std::string url = http_first + "/v";
    return {// Vector 67, in binary (C).
            {"150 binary",
             {"150," + first_server + "," + second_server},
             KeaOptions{R"([{"name":"list","code":150,"type":"ipv4-address","array":true,
                         "space":"dhcp4"}])",
                        data_of("list", first_server + "," + second_server)},
             tries_address(first_server) + tries_address(second_server)},
            {"150 text",
             {},
             KeaOptions{text_definition(150), data_of("text", first_server + "; " + second_server)},
             tries_address(first_server) + tries_address(second_server)},
            {"43 text",
             {"43," + url},
             KeaOptions{R"([{"name":"vendor-encapsulated-options","code":43,"type":"string",
                         "space":"dhcp4"}])",
                        data_of("vendor-encapsulated-options", url)},
             tries_path(url)},
            {"43 TLV 1",
             {"encap:43,1," + url},
             KeaOptions{text_definition(1, "vendor-encapsulated-options-space"),
                        fmt::format(R"([{{"name":"vendor-encapsulated-options"}},
                                    {{"name":"text","data":"{}",
                                      "space":"vendor-encapsulated-options-space"}}])",
                                    url)},
             tries_path(url)},
            {"125",
             {"--dhcp-option-force=vi-encap:9,5," + url},
             KeaOptions{text_definition(5, "vendor-9"),
                        fmt::format(R"([{{"name":"vivso-suboptions","data":"9","always-send":true}},
                                    {{"name":"text","space":"vendor-9","data":"{}",
                                      "always-send":true}}])",
                                    url)},
             tries_path(url)},
            {"60",
             {"--dhcp-option-force=60," + url},
             KeaOptions{"[]", data_of("vendor-class-identifier", url)},
             tries_path(url)}};
}

std::vector<OptionRow> all_rows() {
    auto rows = text_rows();
    for (OptionRow& row : other_rows()) {
        rows.push_back(std::move(row));
    }
    return rows;
}

TEST_F(DhcpPhone, TriesWhatDnsmasqNamesAsDocumented) {
    for (const OptionRow& row : all_rows()) {
        if (row.dnsmasq.empty()) {
            continue;
        }
        SCOPED_TRACE(row.what);
        DhcpServer server(dnsmasq_dhcp(lab_, row.dnsmasq), "IP range");
        expect_requests(row.expected, cisco_command());
        EXPECT_TRUE(server.says("DHCPACK(servers0) " + phone_address)) << server.log();
    }
}

TEST_F(DhcpPhone, TriesWhatKeaNamesAsDocumented) {
    for (const OptionRow& row : all_rows()) {
        if (!row.kea) {
            continue;
        }
        SCOPED_TRACE(row.what);
        DhcpServer server(lab_.at_servers(kea(directory_.path(), *row.kea, "-c")), "DHCP4_STARTED");
        expect_requests(row.expected, cisco_command());
        EXPECT_TRUE(server.says("DHCPACK")) << server.log();
    }
}

// 13.1: what the phone says of itself and what it wants to know.
TEST_F(DhcpPhone, AsksAsThePhoneItIs) {
    DhcpServer server(dnsmasq_dhcp(lab_, {"66," + http_first}), "IP range");
    expect_requests(tries(http_first), cisco_command());
    EXPECT_TRUE(server.says("option: 66 tftp-server  " + http_first)) << server.log();
    EXPECT_NE(server.log().find("vendor class: CP-8851-3PCC"), std::string::npos) << server.log();
    EXPECT_NE(server.log().find("DHCPINFORM(servers0) 10.99.0.2 00:12:34:ab:45:de"),
              std::string::npos)
        << server.log();
    std::string wanted;
    const std::string options = read_log(server.log(), "requested options: ", "next server");
    for (const std::string_view word : split(options, ' ')) {
        const auto code = word.substr(0, word.find_first_of(":,"));
        wanted += parse_number<int>(code) && word.find_first_of(":,") != word.npos
                      ? std::string(code) + " "
                      : "";
    }
    EXPECT_TRUE(wanted.starts_with("1 2 3 6 15 42 66 150 159 160 43 125 ")) << server.log();
}

// 5.1: DHCP_Option_To_Use is the order; each option after the whole of the one before.
TEST_F(DhcpPhone, ObeysTheOrderOfTheParameter) {
    const auto url = [](const std::string& option) { return http_first + "/" + option; };
    DhcpServer server(dnsmasq_dhcp(lab_,
                                   {"66," + url("66"),
                                    "160," + url("160"),
                                    "159," + url("159"),
                                    "43," + url("43"),
                                    "150," + first_server}),
                      "IP range");
    expect_requests(tries_path(url("66")) + tries_path(url("160")) + tries_path(url("159")) +
                        tries_address(first_server) + tries_path(url("43")),
                    cisco_command());
    expect_requests(tries_path(url("160")) + tries_path(url("66")),
                    cisco_command({"--set", "DHCP_Option_To_Use=160,66"}));
}

// Vector 68, and 13.3: the first success ends the search.
TEST_F(DhcpPhone, UsesTheNetworkOnlyWhereTheRuleNamesNoServer) {
    DhcpServer server(dnsmasq_dhcp(lab_, {"66," + http_first}), "IP range");
    const std::string url = "http://" + second_server + "/x.cfg";
    expect_requests({url}, cisco_command({"--set", "Profile_Rule=" + url}));
    expect_requests({http_first + series_file}, cisco_command());
}

// By hand wins, option by option.
TEST_F(DhcpPhone, WhatIsGivenByHandWins) {
    DhcpServer server(dnsmasq_dhcp(lab_, {"66," + http_first + "/dhcp", "160," + http_first}),
                      "IP range");
    const std::string given = http_first + "/given";
    expect_requests(tries_path(given) + Words{http_first + series_file},
                    cisco_command({"--dhcp-option", "66=" + given}));
}

// The log names where it comes from; a password in a URL is not in it.
TEST_F(DhcpPhone, SaysWhatItGotWithoutPasswords) {
    DhcpServer server(
        dnsmasq_dhcp(lab_, {"66,http://me:s3cret@10.99.0.1/p", "160," + http_first, "15,x.test"}),
        "IP range");
    const std::string said = expect_requests(tries(http_first), cisco_command());
    EXPECT_NE(said.find("DHCP on phone0, from 10.99.0.1: "), std::string::npos) << said;
    EXPECT_NE(said.find("160 = http://10.99.0.1"), std::string::npos) << said;
    EXPECT_NE(said.find("domain x.test"), std::string::npos) << said;
    EXPECT_EQ(said.find("s3cret"), std::string::npos) << said;
}

// 13.3: the options are asked for at each boot, also of a process that goes on.
TEST_F(DhcpPhone, AsksAgainAtEachBoot) {
    std::optional<DhcpServer> server;
    server.emplace(dnsmasq_dhcp(lab_, {"66," + http_first + "/one"}), "IP range");
    const Words first = tries_path(http_first + "/one");
    const Words second = tries_path(http_first + "/two");
    servers_.have(first.back(), cisco_profile);
    Process phone(cisco_command({"--web", "127.0.0.1:8080"}));
    EXPECT_TRUE(phone.wait_for("Successful resync")) << phone.output();
    EXPECT_EQ(servers_.requests(), first);
    server.reset();
    server.emplace(dnsmasq_dhcp(lab_, {"66," + http_first + "/two"}), "IP range");
    servers_.have(second.back(), cisco_profile);
    const Ran reboot = run(lab_.at_phone({"curl", "-sS", "http://127.0.0.1:8080/admin/reboot"}));
    EXPECT_EQ(reboot.status, 0) << reboot.output;
    EXPECT_TRUE(phone.wait_for("Successful resync " + http_first + ":80/two")) << phone.output();
    EXPECT_EQ(servers_.requests(), second) << phone.output();
    expect_orderly_end(phone);
}

// Everything that a network can send to the port: one line each, and nothing of it counts.
TEST_F(DhcpPhone, TakesTheFirstGoodAnswerOnly) {
    using wire::dhcp::Message;
    const auto answers = [](const std::string& bytes) -> StrangeDhcpServer::Datagrams {
        const auto inform = wire::dhcp::decode(bytes);
        EXPECT_TRUE(inform);
        Message ack = inform ? *inform : Message{};
        ack.operation = wire::dhcp::Operation::reply;
        auto with = [ack](std::string_view type, const std::string& url) mutable {
            ack.options = {{53, std::string(type)}, {66, url}};
            return ack;
        };
        Message foreign = with("\5", http_first + "/foreign");
        ++foreign.transaction;
        Message stranger = with("\5", http_first + "/stranger");
        stranger.hardware = "abcdef";
        const std::string good = encode(with("\5", http_first + "/good"));
        return {{"garbage", 67},
                {std::string(9000, '\xff'), 67},
                {good.substr(0, 250), 67},
                {encode(foreign), 67},
                {encode(stranger), 67},
                {encode(with("\6", http_first + "/nak")), 67},
                {encode(with("\5", http_first + "/port")), 6767},
                {good, 67},
                {encode(with("\5", http_first + "/late")), 67}};
    };
    const StrangeDhcpServer server(lab_, answers);
    const std::string said = expect_requests(tries_path(http_first + "/good"), cisco_command());
    for (const char* line : {":67 is no answer: byte 7: expected a header of 236 bytes",
                             ":67 is no answer: byte 0: expected a request (1) or a reply (2)",
                             ":67 is no answer: byte 243: expected an option as long as its",
                             ":67 is no answer: it is for another hardware address",
                             ":67 is no answer: it is no DHCPACK",
                             ":6767 is no answer: servers send from port 67"}) {
        EXPECT_EQ(times_in(said, line), 1) << line << '\n' << said;
    }
    EXPECT_EQ(times_in(said, " is no answer: "), 6) << said;
}

class DhcpPhone6 : public DhcpPhone {
  protected:
    DhcpPhone6() : DhcpPhone(Ipv6::on) {}
};

// 13.1: 17, 160, 159 of DHCPv6; here nobody answers DHCP for IPv4.
TEST_F(DhcpPhone6, ReadsTheOptionsOfVersion6) {
    DhcpServer server(lab_.at_servers({"dnsmasq",
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
                                       "--dhcp-range=fd00:99::,static",
                                       "--dhcp-option=option6:160," + http_first + "/six",
                                       "--dhcp-option=option6:domain-search,six.test"}),
                      "started");
    const std::string said = expect_requests(tries_path(http_first + "/six"), cisco_command());
    EXPECT_NE(said.find("DHCPv6 160 = " + http_first + "/six, domain six.test"), std::string::npos)
        << said;
    EXPECT_TRUE(server.says("vendor class: 9")) << server.log();
}

// Without a server the phone goes on with what it was given.
TEST_F(DhcpPhone, GoesOnWhenNobodyAnswers) {
    servers_.have(http_first + series_file, cisco_profile);
    Process phone(cisco_command({"--dhcp",
                                 "files",
                                 "--lease-file",
                                 "dhclient=" + in("none"),
                                 "--dhcp-option",
                                 "66=" + http_first}));
    EXPECT_TRUE(phone.wait_for("DHCP on phone0 gave nothing")) << phone.output();
    EXPECT_TRUE(phone.wait_for("Successful resync")) << phone.output();
    expect_orderly_end(phone);
}

// flyingvoice.md 6.3, row by row, with F-10 to F-12. A URL of a file is one request, of a
// directory those of F-06.
TEST_F(DhcpPhone, AFlyingvoicePhoneJoins66And67) {
    const auto directory = [](const std::string& url) {
        return Words{url + "/0021f222aef1.boot",
                     url + "/y000000000000.boot",
                     url + "/y000000000000.cfg",
                     url + "/0021f222aef1.cfg"};
    };

    struct Row {
        std::string what;
        Words options;
        Words expected;
        Words more = {};
    };

    const std::string url = http_first + "/p";
    const std::string file = http_first + "/x.cfg";
    for (const Row& row :
         {Row{"F-10", {"66," + url, "67,a.cfg"}, {url + "/a.cfg"}},
          Row{"slashes", {"66," + url + "/", "67,/a.cfg"}, {url + "/a.cfg"}},
          Row{"F-11", {"66," + first_server}, directory("tftp://" + first_server)},
          Row{"host and path",
              {"66," + first_server, "67,a.cfg"},
              {"tftp://" + first_server + "/a.cfg"}},
          Row{"66 alone", {"66," + url}, directory(url)},
          Row{"F-12", {"67," + file}, {file}},
          Row{"66 and a URL", {"66," + url, "67," + file}, {file}},
          Row{"path alone: ignored", {"67,a.cfg"}, {file}, {"--set", "DBID_PROFILE_RULE=" + file}},
          Row{"67 switched off",
              {"66," + url, "67," + file},
              directory(url),
              {"--set", "DBID_PRV_OPTION67_ENABLED=0"}},
          Row{"custom before 66",
              {"66," + url, "161," + file},
              {file},
              {"--set", "static.auto_provision.dhcp_option.list_user_options=161"}},
          Row{"no option: siaddr is none", {}, {file}, {"--set", "DBID_PROFILE_RULE=" + file}}}) {
        SCOPED_TRACE(row.what);
        DhcpServer server(dnsmasq_dhcp(lab_, row.options), "IP range");
        expect_requests(row.expected,
                        flyingvoice_command(row.more),
                        "PrvUserAgentVal2 = taken\n",
                        "provisioned by");
        EXPECT_TRUE(server.says("vendor class: flyingvoice FIP13G")) << server.log();
    }
}

// J-49. What Kea 2.2 accepts it does not send whole: its own definition of 159 has four bytes.
TEST_F(DhcpPhone, J49_KeasOption159CannotBeRedefined) {
    const Ran defined =
        run(lab_.at_servers(kea(directory_.path(), {text_definition(159), "[]"}, "-t")));
    EXPECT_NE(defined.status, 0);
    EXPECT_NE(defined.output.find("unable to override definition of option '159'"),
              std::string::npos)
        << defined.output;
    const KeaOptions raw{
        text_definition(160),
        fmt::format(R"([{},{{"name":"text","data":"{}"}}])", kea_raw(159, http_first), http_first)};
    EXPECT_EQ(run(lab_.at_servers(kea(directory_.path(), raw, "-t"))).status, 0);
    DhcpServer server(lab_.at_servers(kea(directory_.path(), raw, "-c")), "DHCP4_STARTED");
    const std::string said = expect_requests({http_first + series_file},
                                             cisco_command({"--set", "DHCP_Option_To_Use=160"}));
    EXPECT_NE(said.find("159 = http"), std::string::npos) << said;
    EXPECT_EQ(said.find("159 = http:"), std::string::npos) << said;
}

// The port of DHCP's clients is a privileged one.
TEST_F(DhcpPhone, SaysWhatToDoWithoutThePort) {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms(0777));
    const Words command = cisco_command({"--dhcp-option", "66=" + http_first});
    Words unprivileged(command.begin(), command.begin() + 4);  // ip netns exec NAME
    unprivileged = unprivileged + Words{"setpriv", "--reuid=65534", "--clear-groups"} +
                   Words(command.begin() + 4, command.end());
    Process phone(unprivileged);
    EXPECT_TRUE(
        phone.wait_for("cannot ask DHCP from 10.99.0.2:68 on phone0: Permission denied; run "
                       "it as root or give it the capability CAP_NET_BIND_SERVICE"))
        << phone.output();
    EXPECT_TRUE(phone.wait_for("Requesting resync")) << phone.output();
    expect_orderly_end(phone);
}

}  // namespace

}  // namespace onhook::test
