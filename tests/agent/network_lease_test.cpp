#include "agent/network_lease.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace onhook::agent {

namespace {

using Codes = std::vector<std::uint8_t>;
using Codes6 = std::vector<std::uint16_t>;

wire::dhcp::Question question_of(const profile::Dialect& dialect,
                                 std::string_view model,
                                 std::string_view parameter = {},
                                 std::string_view value = {}) {
    const profile::Identity identity{
        *MacAddress::parse("001234ab45de"), false, std::string(model), "S", "1", "1"};
    profile::Values values = profile::factory_values(dialect, identity);
    if (!parameter.empty()) {
        const auto id = dialect.catalogue->find(parameter);
        EXPECT_TRUE(id) << parameter;
        values.set(*id, std::string(value));
    }
    return dhcp_question(dialect, identity, values);
}

}  // namespace

// 13.1, D33.
TEST(DhcpQuestion, IsThatOfThePhone) {
    const auto cisco = question_of(profile::cisco_mpp(), "8851");
    EXPECT_EQ(to_hex(cisco.hardware), "001234ab45de");
    EXPECT_EQ(cisco.vendor_class, "CP-8851-3PCC");
    EXPECT_EQ(cisco.wanted, (Codes{1, 2, 3, 6, 15, 42, 66, 150, 159, 160, 43, 125, 60}));
    EXPECT_EQ(cisco.wanted6, (Codes6{17, 159, 160, 24}));
    EXPECT_EQ(cisco.reading.enterprise, 9U);
    EXPECT_EQ(cisco.reading.header_fields, wire::dhcp::HeaderFields::last_fallback);
    const auto flyingvoice = question_of(profile::flyingvoice(), "FIP13G");
    EXPECT_EQ(flyingvoice.vendor_class, "flyingvoice FIP13G");
    EXPECT_EQ(flyingvoice.wanted, (Codes{1, 3, 6, 15, 42, 66, 67}));
    EXPECT_EQ(flyingvoice.reading.enterprise, std::nullopt);
    EXPECT_EQ(flyingvoice.reading.header_fields, wire::dhcp::HeaderFields::ignored);
}

// Servers send what is asked for: what a parameter names is.
TEST(DhcpQuestion, AsksForWhatParametersName) {
    EXPECT_EQ(question_of(profile::flyingvoice(),
                          "FIP13G",
                          "static.auto_provision.dhcp_option.list_user_options",
                          "161, 66,x,300,0,128")
                  .wanted,
              (Codes{1, 3, 6, 15, 42, 66, 67, 161, 128}));
    EXPECT_EQ(question_of(profile::cisco_mpp(), "8851", "DHCPv6_Option_To_Use", "59,17").wanted6,
              (Codes6{17, 159, 160, 24, 59}));
    std::string many = "128";
    for (int code = 129; code < 255; ++code) {
        many += "," + std::to_string(code);
    }
    EXPECT_EQ(question_of(profile::cisco_mpp(), "8851", "DHCP_Option_To_Use", many).wanted.size(),
              64U);
}

TEST(LeaseFile, IsAKindAndAPath) {
    const auto file = LeaseFile::parse("dhcpcd=/a=b");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->kind, LeaseFileKind::dhcpcd);
    EXPECT_EQ(file->path, "/a=b");
    EXPECT_EQ(LeaseFile::parse("networkd=x")->kind, LeaseFileKind::networkd);
    EXPECT_EQ(LeaseFile::parse("dhclient=x")->kind, LeaseFileKind::dhclient);
    for (const char* text : {"", "dhclient", "dhclient=", "udhcpc=x", "/a"}) {
        EXPECT_FALSE(LeaseFile::parse(text)) << text;
    }
}

}  // namespace onhook::agent
