#include "wire/dhcp/lease_file.h"

#include <gtest/gtest.h>

#include "support/hex.h"
#include "support/properties.h"

namespace onhook::wire::dhcp {

namespace {

using support::from_hex;

const WallTime now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + 12h;

// As dhclient 4.4.3 writes it.
const std::string dhclient_file = R"(default-duid "\000\001\000\001,\013";
lease {
  interface "eth0";
  fixed-address 192.0.2.10;
  option tftp-server-name "http://old";
  renew 6 2026/11/21 11:00:00;
  expire 6 2026/11/21 13:00:00;
}
lease {
  # a comment; with a }
  interface "eth0";
  fixed-address 192.0.2.10;
  filename "boot.cfg";
  server-name "boot \"one\"";
  next-server 192.0.2.1;
  option subnet-mask 255.255.255.0;
  option routers 192.0.2.1;
  option dhcp-lease-time 7200;
  option dhcp-message-type 5;
  option dhcp-server-identifier 192.0.2.1;
  option domain-name "example.com";
  option ntp-servers 192.0.2.5,192.0.2.6;
  option tftp-server-name "http://h/\"a\"\\\101\000";
  option vendor-encapsulated-options 1:8:68:74:74:70:3a:2f:2f:68;
  option vivso 0:0:0:9:3:5:1:74;
  option unknown-150 c0:0:2:1;
  option prov-160 "https://prov.example.com/";
  option tftp-server-address 192.0.2.9;
  renew 6 2026/11/21 12:30:00;
  expire 6 2026/11/21 13:30:00;
}
lease {
  interface "wlan0";
  option tftp-server-name "http://wlan";
  expire never;
}
lease6 {
  interface "eth0";
  ia-na 01:23 {
    iaaddr 2001:db8::1 { starts 1; }
  }
  option dhcp6.name "}";
}
)";

std::string lease_of(std::string_view expiry) {
    return "lease { interface \"eth0\"; option tftp-server-name \"h\"; " + std::string(expiry) +
           " }";
}

std::string ack_with(const Options& options) {
    Message message;
    message.operation = Operation::reply;
    message.options = options;
    return encode(message);
}

}  // namespace

TEST(DhclientLeases, GivesTheNewestOfTheInterface) {
    const auto lease = read_dhclient_leases(dhclient_file, "eth0", now);
    ASSERT_TRUE(lease);
    ASSERT_TRUE(*lease);
    const Message& message = **lease;
    EXPECT_EQ(message.operation, Operation::reply);
    EXPECT_EQ(message.file, "boot.cfg");
    EXPECT_EQ(message.server_name, "boot \"one\"");
    EXPECT_EQ(message.next_server, Ipv4{0xC0000201});
    EXPECT_EQ(message.options,
              (Options{{15, "example.com"},
                       {42, from_hex("c0000205c0000206")},
                       {66, std::string("http://h/\"a\"\\A\0", 15)},
                       {43, "\x01\x08http://h"},
                       {125, from_hex("0000000903050174")},
                       {150, from_hex("c0000201")},
                       {160, "https://prov.example.com/"}}));
    const auto wlan = read_dhclient_leases(dhclient_file, "wlan0", now);
    ASSERT_TRUE(wlan && *wlan);
    EXPECT_EQ((*wlan)->options, (Options{{66, "http://wlan"}}));
    const auto other = read_dhclient_leases(dhclient_file, "eth1", now);
    ASSERT_TRUE(other);
    EXPECT_FALSE(*other);
}

TEST(DhclientLeases, AnExpiredLeaseIsNone) {
    struct Row {
        std::string_view expiry;
        bool holds;
    };

    for (const Row& row : {Row{"", true},
                           Row{"expire never;", true},
                           Row{"expire 6 2026/11/21 12:00:00;", false},
                           Row{"expire 6 2026/11/21 12:00:01;", true},
                           Row{"expire 6 2026/11/20 23:59:60;", false},
                           Row{"expire epoch 1795262400; # Sat Nov 21 12:00:00 2026", false},
                           Row{"expire epoch 1795262401; # Sat Nov 21 12:00:01 2026", true}}) {
        SCOPED_TRACE(row.expiry);
        const auto lease =
            read_dhclient_leases(lease_of(std::string(row.expiry) + "\n"), "eth0", now);
        ASSERT_TRUE(lease);
        EXPECT_EQ(lease->has_value(), row.holds);
    }
    // The newest counts, also when an older one holds longer.
    const auto lease = read_dhclient_leases(
        lease_of("expire never;") + lease_of("expire 6 2026/11/21 11:00:00;"), "eth0", now);
    ASSERT_TRUE(lease);
    EXPECT_FALSE(*lease);
}

TEST(DhclientLeases, SaysWhereItIsDamaged) {
    struct Row {
        std::string_view text;
        std::size_t offset;
        std::string_view expected;
    };

    constexpr std::string_view statement = "a statement that ends in ;";
    constexpr std::string_view time = "a time as dhclient writes it";
    for (const Row& row :
         {Row{"lease", 5, "{"},
          Row{"lease {", 7, statement},
          Row{"lease { option x", 16, statement},
          Row{"lease { filename \"a", 19, "a quotation mark at the end of the text"},
          Row{"lease { filename \"\\", 19, "a quotation mark at the end of the text"},
          Row{"lease { a { } }", 10, statement},
          Row{"lease { expire; }", 8, time},
          Row{"lease { expire soon; }", 8, time},
          Row{"lease { expire 6 2026/13/01 00:00:00; }", 8, time},
          Row{"lease { expire 6 2026/02/30 00:00:00; }", 8, time},
          Row{"lease { expire 6 2026/02/03 24:00:00; }", 8, time},
          Row{"lease { expire 6 2026/02/03 10:00; }", 8, time},
          Row{"lease { expire epoch x; }", 8, time},
          Row{"lease6 x", 7, "{"},
          Row{"lease6 { {", 10, "}"},
          Row{"default-duid", 12, statement},
          Row{"}", 0, statement}}) {
        SCOPED_TRACE(row.text);
        const auto lease = read_dhclient_leases(row.text, "eth0", now);
        ASSERT_FALSE(lease);
        EXPECT_EQ(lease.error().offset, row.offset);
        EXPECT_EQ(lease.error().expected, row.expected);
    }
}

RC_GTEST_PROP(DhclientLeases, ACutFileIsNoLeaseOfItsEnd, ()) {
    const std::string text = lease_of("expire never;");
    const auto size = *rc::gen::inRange<std::size_t>(1, text.size());
    const auto lease = read_dhclient_leases(text.substr(0, size), "eth0", now);
    const bool none = !lease || !*lease;
    RC_ASSERT(none);
}

// systemd 252.
TEST(NetworkdLease, GivesWhatItKeeps) {
    const std::string text =
        "# This is private data. Do not parse.\nADDRESS=192.0.2.10\nNETMASK=255.255.255.0\n"
        "SERVER_ADDRESS=192.0.2.1\nNEXT_SERVER=192.0.2.1\nT1=1800\nLIFETIME=3600\n"
        "NTP=192.0.2.5 192.0.2.6\nSIP=192.0.2.7\nDOMAINNAME=example.com\n"
        "VENDOR_SPECIFIC=0108687474703a2f2f68\nOPTION_224=6869\n\n";
    const auto lease = read_networkd_lease(text, now - 3599s, now);
    ASSERT_TRUE(lease && *lease);
    EXPECT_EQ((*lease)->next_server, Ipv4{0xC0000201});
    EXPECT_EQ((*lease)->options,
              (Options{{42, from_hex("c0000205c0000206")},
                       {120, from_hex("01c0000207")},
                       {15, "example.com"},
                       {43, "\x01\x08http://h"},
                       {224, "hi"}}));
    const auto late = read_networkd_lease(text, now - 3600s, now);
    ASSERT_TRUE(late);
    EXPECT_FALSE(*late);
    const auto later_version = read_networkd_lease("LIFETIME=1h\n", now - 24h, now);
    ASSERT_TRUE(later_version);
    EXPECT_TRUE(*later_version);
}

TEST(NetworkdLease, SaysWhereItIsDamaged) {
    for (const std::string_view line : {"no setting",
                                        "NTP=192.0.2.5 x",
                                        "SIP=1",
                                        "VENDOR_SPECIFIC=0",
                                        "VENDOR_SPECIFIC=0x",
                                        "OPTION_224=",
                                        "OPTION_=00",
                                        "OPTION_0=00",
                                        "OPTION_255=00",
                                        "NEXT_SERVER=h"}) {
        SCOPED_TRACE(line);
        const auto lease = read_networkd_lease("T1=1\n" + std::string(line) + "\n", now, now);
        ASSERT_FALSE(lease);
        EXPECT_EQ(lease.error().offset, 5U);
    }
}

TEST(DhcpcdLease, IsTheServersMessage) {
    const std::string bytes = ack_with({{53, "\5"}, {51, from_hex("00000e10")}, {66, "h"}});
    const auto lease = read_dhcpcd_lease(bytes, now - 3599s, now);
    ASSERT_TRUE(lease && *lease);
    EXPECT_EQ(find_option((*lease)->options, 66), "h");
    const auto late = read_dhcpcd_lease(bytes, now - 3600s, now);
    ASSERT_TRUE(late);
    EXPECT_FALSE(*late);
    for (const Options& for_ever : {Options{{51, "\xff\xff\xff\xff"}}, Options{}}) {
        const auto held = read_dhcpcd_lease(ack_with(for_ever), now - 8760h, now);
        ASSERT_TRUE(held);
        EXPECT_TRUE(*held);
    }
    const auto spoiled = read_dhcpcd_lease(ack_with({{51, "\1"}}), now, now);
    ASSERT_TRUE(spoiled);
    EXPECT_FALSE(*spoiled);
    EXPECT_FALSE(read_dhcpcd_lease("", now, now));
    Message request;
    EXPECT_FALSE(read_dhcpcd_lease(encode(request), now, now));
}

}  // namespace onhook::wire::dhcp
