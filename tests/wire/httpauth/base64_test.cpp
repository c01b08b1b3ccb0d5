#include "wire/httpauth/base64.h"

#include "support/properties.h"

namespace onhook::wire::httpauth {

TEST(Base64, HasTheVectorsOfRfc4648) {
    struct Row {
        std::string_view bytes;
        std::string_view text;
    };

    for (const Row& row : {Row{"", ""},
                           Row{"f", "Zg=="},
                           Row{"fo", "Zm8="},
                           Row{"foo", "Zm9v"},
                           Row{"foob", "Zm9vYg=="},
                           Row{"fooba", "Zm9vYmE="},
                           Row{"foobar", "Zm9vYmFy"},
                           Row{"\xFB\xFF", "+/8="}}) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(to_base64(row.bytes), row.text);
        const auto bytes = from_base64(row.text);
        ASSERT_TRUE(bytes);
        EXPECT_EQ(*bytes, row.bytes);
    }
}

TEST(Base64, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"Zg", 2},
                           Row{"Zg=", 3},
                           Row{"Z===", 1},
                           Row{"====", 0},
                           Row{"Zg==Zg==", 2},
                           Row{"Zm 9", 2},
                           Row{"Zm-9", 2},
                           Row{"Zh==", 1},
                           Row{"Zm9=", 2}}) {
        SCOPED_TRACE(row.text);
        const auto bytes = from_base64(row.text);
        ASSERT_FALSE(bytes);
        EXPECT_EQ(bytes.error().offset, row.offset);
    }
}

RC_GTEST_PROP(Base64, ReadsWhatItPrints, (const std::string& bytes)) {
    const auto again = from_base64(to_base64(bytes));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == bytes);
}

}  // namespace onhook::wire::httpauth
