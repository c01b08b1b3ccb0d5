#include "wire/dhcp/message6.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/hex.h"
#include "support/properties.h"

namespace onhook::wire::dhcp {

using support::from_hex;

TEST(DhcpMessage6, J15_Option59IsTextWithoutNul) {
    EXPECT_EQ(to_hex(encode_options6({{59, "http://[fd00::1]/p/"}})),
              "003b0013687474703a2f2f5b666430303a3a315d2f702f");
}

TEST(DhcpMessage6, IsATypeATransactionAndOptions) {
    const Message6 message{7, 0x010203, {{17, "a"}, {17, "b"}, {2, ""}}};
    EXPECT_EQ(to_hex(encode6(message)),
              "07010203"
              "0011000161"
              "0011000162"
              "00020000");
    const auto read = decode6(encode6(message));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, message);
}

TEST(DhcpMessage6, RefusesWhatIsMalformedAtItsPlace) {
    struct Row {
        std::string_view bytes;
        std::size_t offset;
        std::string_view expected;
    };

    constexpr std::string_view cut = "an option as long as its length says";
    constexpr std::string_view between = "a message between a client and a server";
    for (const Row& row : {Row{"", 0, "a header of 4 bytes"},
                           Row{"070102", 0, "a header of 4 bytes"},
                           Row{"00010203", 0, between},
                           Row{"0c010203", 0, between},
                           Row{"0d010203", 0, between},
                           Row{"0701020300", 4, cut},
                           Row{"070102030011", 4, cut},
                           Row{"07010203001100", 4, cut},
                           Row{"0701020300110002ff", 4, cut},
                           Row{"07010203001100000011ffff", 8, cut}}) {
        SCOPED_TRACE(row.bytes);
        const auto read = decode6(from_hex(row.bytes));
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().offset, row.offset);
        EXPECT_EQ(read.error().expected, row.expected);
    }
}

RC_GTEST_PROP(DhcpMessage6, MeansTheSameAfterATrip, ()) {
    Message6 message{7, *rc::gen::inRange<std::uint32_t>(0, 1U << 24U), {}};
    for (const auto& [code, bytes] :
         *rc::gen::arbitrary<std::vector<std::pair<std::uint16_t, std::string>>>()) {
        message.options.push_back({code, bytes});
    }
    const auto read = decode6(encode6(message));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == message);
}

}  // namespace onhook::wire::dhcp
