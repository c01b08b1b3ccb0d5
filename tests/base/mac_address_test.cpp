#include "base/mac_address.h"

#include "base/text.h"
#include "support/properties.h"

namespace onhook {

TEST(MacAddress, PrintsTheThreeFormsOfTheMacros) {
    const auto mac = MacAddress::parse("000E08AABBCC");
    ASSERT_TRUE(mac);
    EXPECT_EQ(mac->to_string(), "000e08aabbcc");
    EXPECT_EQ(mac->to_upper_string(), "000E08AABBCC");
    EXPECT_EQ(mac->to_colon_string(), "00:0e:08:aa:bb:cc");
}

TEST(MacAddress, ReadsColonsAndDashes) {
    const auto bare = MacAddress::parse("000e08aabbcc");
    ASSERT_TRUE(bare);
    EXPECT_EQ(*MacAddress::parse("00:0e:08:AA:bb:cc"), *bare);
    EXPECT_EQ(*MacAddress::parse("00-0e-08-aa-bb-cc"), *bare);
}

TEST(MacAddress, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"00:1g", 4},
                           Row{"001122334455x", 12},
                           Row{"00:11-22:33:44:55", 5},
                           Row{"0011:22334455", 4},
                           Row{"00112233445", 11},
                           Row{"000000000000", 0},
                           Row{"ff:ff:ff:ff:ff:ff", 0}}) {
        SCOPED_TRACE(row.text);
        const auto mac = MacAddress::parse(row.text);
        ASSERT_FALSE(mac);
        EXPECT_EQ(mac.error().offset, row.offset);
    }
}

RC_GTEST_PROP(MacAddress, ReadsWhatItPrints, (const std::array<std::uint8_t, 6>& octets)) {
    const std::string text = to_hex({reinterpret_cast<const char*>(octets.data()), octets.size()});
    const auto mac = MacAddress::parse(text);
    RC_PRE(mac.has_value());
    RC_ASSERT(mac->octets() == octets);
    RC_ASSERT(mac->to_string() == text);
    RC_ASSERT(*MacAddress::parse(mac->to_colon_string()) == *mac);
    RC_ASSERT(*MacAddress::parse(mac->to_upper_string()) == *mac);
}

}  // namespace onhook
