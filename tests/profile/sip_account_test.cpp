#include "profile/sip_account.h"

#include <gtest/gtest.h>

namespace onhook::profile {

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Values with(const Dialect& dialect, const Settings& settings) {
    Values values(*dialect.catalogue);
    for (const auto& [name, value] : settings) {
        values.set(dialect.catalogue->id_of(name), value);
    }
    return values;
}

// host:port transport, in their order.
std::string hops(const SipAccount& account) {
    constexpr std::array names = {"udp", "tcp", "tls", "any"};
    std::string text;
    for (const SipServer& one : account.servers) {
        text += text.empty() ? "" : ", ";
        text += one.host + ":" + std::to_string(one.port) + " " +
                names.at(static_cast<std::size_t>(one.transport));
    }
    return text;
}

const Settings line_1 = {{"Proxy_1_", "pbx.example.com"}, {"User_ID_1_", "1001"}};

Settings also(Settings more) {
    more.insert(more.begin(), line_1.begin(), line_1.end());
    return more;
}

}  // namespace

TEST(SipAccount, ALineIsAUserAndAProxy) {
    struct Row {
        Settings settings;
        std::size_t count;
    };

    for (const Row& row : {Row{{}, 0},
                           Row{{{"User_ID_1_", "1001"}}, 0},
                           Row{{{"Proxy_1_", "pbx"}}, 0},
                           Row{line_1, 1},
                           Row{also({{"Line_Enable_1_", "No"}}), 0},
                           Row{also({{"Line_Enable_1_", "Yes"}}), 1},
                           Row{also({{"Proxy_1_", "pbx:port"}}), 0},
                           Row{also({{"User_ID_1_", "@example.com"}}), 0},
                           Row{also({{"Proxy_3_", "pbx"}, {"User_ID_3_", "3"}}), 2}}) {
        EXPECT_EQ(sip_accounts(cisco_mpp(), with(cisco_mpp(), row.settings)).size(), row.count);
    }
}

TEST(SipAccount, CiscoLinesSayWhatTheyAre) {
    const auto accounts = sip_accounts(cisco_mpp(),
                                       with(cisco_mpp(),
                                            {{"Proxy_2_", "pbx.example.com:5070"},
                                             {"User_ID_2_", "1002@example.com"},
                                             {"Auth_ID_2_", "auth"},
                                             {"Password_2_", "s3cret"},
                                             {"Display_Name_2_", "Two"},
                                             {"Register_Expires_2_", "60"},
                                             {"SIP_Transport_2_", "TLS"},
                                             {"SIP_Port_2_", "5062"},
                                             {"Register_2_", "No"}}));
    ASSERT_EQ(accounts.size(), 1U);
    const SipAccount& two = accounts.front();
    EXPECT_EQ(two.line, 2U);
    EXPECT_EQ(two.user, "1002");
    EXPECT_EQ(two.auth_user, "auth");
    EXPECT_EQ(two.password.reveal(), "s3cret");
    EXPECT_EQ(two.display_name, "Two");
    EXPECT_EQ(two.domain, "pbx.example.com");
    EXPECT_EQ(hops(two), "pbx.example.com:5070 tls");
    EXPECT_EQ(two.expires, 60s);
    EXPECT_EQ(two.port, 5062);
    EXPECT_FALSE(two.registers);
}

TEST(SipAccount, UntouchedSwitchesLetALineRegister) {
    const auto accounts = sip_accounts(cisco_mpp(), with(cisco_mpp(), line_1));
    ASSERT_EQ(accounts.size(), 1U);
    EXPECT_EQ(accounts[0].auth_user, "1001");
    EXPECT_TRUE(accounts[0].registers);
    EXPECT_FALSE(accounts[0].use_srv);
    EXPECT_EQ(accounts[0].expires, 3600s);
    EXPECT_EQ(hops(accounts[0]), "pbx.example.com:0 udp");
}

TEST(SipAccount, ServersComeInTheirOrder) {
    struct Row {
        Settings settings;
        std::string hops;
    };

    for (const Row& row :
         {Row{{{"Alternate_Proxy_1_", "b:5070"}, {"SIP_Transport_1_", "TCP"}},
              "pbx.example.com:0 tcp, b:5070 tcp"},
          Row{{{"Outbound_Proxy_1_", "out"}}, "out:0 udp"},
          Row{{{"Outbound_Proxy_1_", "out"}, {"Alternate_Outbound_Proxy_1_", "out2"}},
              "out:0 udp, out2:0 udp"},
          Row{{{"Outbound_Proxy_1_", "out"}, {"Use_Outbound_Proxy_1_", "No"}},
              "pbx.example.com:0 udp"},
          Row{{{"SIP_Transport_1_", "AUTO"}}, "pbx.example.com:0 any"}}) {
        const auto accounts = sip_accounts(cisco_mpp(), with(cisco_mpp(), also(row.settings)));
        ASSERT_EQ(accounts.size(), 1U);
        EXPECT_EQ(hops(accounts[0]), row.hops);
        EXPECT_EQ(accounts[0].domain, "pbx.example.com");
    }
}

TEST(SipAccount, SrvRecordsAreAskedForWhereThePhoneIsTold) {
    const auto told = sip_accounts(
        cisco_mpp(),
        with(cisco_mpp(), also({{"Use_DNS_SRV_1_", "Yes"}, {"DNS_SRV_Auto_Prefix_1_", "No"}})));
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].use_srv);
    EXPECT_FALSE(told[0].srv_prefix);
}

// flyingvoice.md 2.1, dialect Y
TEST(SipAccount, FlyingvoiceAccountsByTheirNumbers) {
    const auto accounts = sip_accounts(flyingvoice(),
                                       with(flyingvoice(),
                                            {{"account.2.user_name", "200"},
                                             {"account.2.auth_name", "a200"},
                                             {"account.2.password", "p"},
                                             {"account.2.display_name", "Two Hundred"},
                                             {"account.2.sip_server.1.address", "pbx"},
                                             {"account.2.sip_server.1.port", "5070"},
                                             {"account.2.sip_server.1.transport_type", "1"},
                                             {"account.2.sip_server.1.expires", "120"},
                                             {"account.2.sip_server.2.address", "pbx2"},
                                             {"account.2.outbound_proxy.1.address", "out"},
                                             {"account.3.enable", "0"},
                                             {"account.3.user_name", "300"},
                                             {"account.3.sip_server.1.address", "pbx"},
                                             {"account.4.user_name", "400"},
                                             {"account.4.sip_server.1.address", "example.com"},
                                             {"account.4.sip_server.1.transport_type", "3"},
                                             {"account.5.user_name", "500"},
                                             {"account.5.sip_server.1.address", "example.com"},
                                             {"account.5.outbound_proxy_enable", "1"},
                                             {"account.5.outbound_proxy.1.address", "out"},
                                             {"account.5.outbound_proxy.1.port", "5080"}}));
    ASSERT_EQ(accounts.size(), 3U);
    EXPECT_EQ(accounts[0].line, 2U);
    EXPECT_EQ(accounts[0].auth_user, "a200");
    EXPECT_EQ(accounts[0].expires, 120s);
    EXPECT_EQ(hops(accounts[0]), "pbx:5070 tcp, pbx2:0 udp");
    EXPECT_EQ(hops(accounts[1]), "example.com:0 any");
    EXPECT_TRUE(accounts[1].use_srv);
    EXPECT_EQ(hops(accounts[2]), "out:5080 udp");
    EXPECT_EQ(accounts[2].domain, "example.com");
}

// flyingvoice.md 9.1, dialect N: one value an account, separated by single blanks
TEST(SipAccount, FlyingvoiceAccountsByTheirPositions) {
    const auto accounts = sip_accounts(flyingvoice(),
                                       with(flyingvoice(),
                                            {{"DBID_SIP_ENABLE", "1 0 1 1"},
                                             {"DBID_SIP_PHONE_NUM", "100 101  103"},
                                             {"DBID_SIP_ACCOUNT", "a100 a101 a102"},
                                             {"DBID_SIP_PASSWORD", "x y z w"},
                                             {"DBID_SIP_SERVER_HOST_NAME", "pbx pbx pbx"},
                                             {"DBID_SIP_SERVER_IP",
                                              "10.0.0.1 10.0.0.1 10.0.0.1 "
                                              "10.0.0.4"},
                                             {"DBID_SIP_SERVER_PORT", "5060 5060 5070 5060"},
                                             {"DBID_ALTER_SIP_SERVER_HOSTNAME", "alt"}}));
    ASSERT_EQ(accounts.size(), 3U);
    EXPECT_EQ(accounts[0].user, "100");
    EXPECT_EQ(accounts[0].auth_user, "a100");
    EXPECT_EQ(accounts[0].password.reveal(), "x");
    EXPECT_EQ(hops(accounts[0]), "pbx:5060 udp, alt:0 udp");
    EXPECT_EQ(accounts[1].line, 3U);
    EXPECT_EQ(accounts[1].user, "a102");
    EXPECT_EQ(hops(accounts[1]), "pbx:5070 udp");
    EXPECT_EQ(accounts[2].auth_user, "103");
    EXPECT_EQ(hops(accounts[2]), "10.0.0.4:5060 udp");
}

TEST(SipAccount, ServersAreHostsWithOrWithoutAPort) {
    struct Row {
        std::string text;
        std::string host;  // empty: none
        int port;
    };

    for (const Row& row : {Row{"pbx.example.com", "pbx.example.com", 0},
                           Row{" pbx:5070 ", "pbx", 5070},
                           Row{"10.0.0.1:65535", "10.0.0.1", 65535},
                           Row{"[2001:db8::1]:5070", "2001:db8::1", 5070},
                           Row{"[2001:db8::1]", "2001:db8::1", 0},
                           Row{"2001:db8::1", "2001:db8::1", 0},
                           Row{"_sip._udp.example.com", "_sip._udp.example.com", 0},
                           Row{"", "", 0},
                           Row{"pbx:", "pbx", 0},
                           Row{"pbx:0", "", 0},
                           Row{"pbx:65536", "", 0},
                           Row{":5060", "", 0},
                           Row{"[::1", "", 0},
                           Row{"[::1]x", "", 0},
                           Row{"a b", "", 0},
                           Row{"a\r\nX", "", 0},
                           Row{"sip:pbx;x=y", "", 0}}) {
        SCOPED_TRACE(row.text);
        const auto server = read_sip_server(row.text);
        EXPECT_EQ(server ? server->host : "", row.host);
        EXPECT_EQ(server ? server->port : 0, row.port);
    }
}

}  // namespace onhook::profile
