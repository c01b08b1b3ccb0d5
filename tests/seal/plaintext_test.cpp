#include "seal/plaintext.h"

#include <gtest/gtest.h>

#include "seal/gzip.h"

namespace onhook::seal {

using namespace std::string_view_literals;

TEST(Plaintext, ProfilesAreMarkupOrGzip) {
    struct Row {
        std::string_view text;
        bool profile;
        bool printable;
    };

    for (const Row& row :
         {Row{"<flat-profile/>", true, true},
          Row{"\xEF\xBB\xBF<flat-profile/>", true, true},
          Row{" \r\n\t<a/>", true, true},
          Row{"\xEF\xBB\xBF \n<a/>", true, true},
          Row{"<a>caf\xE9</a>", true, true},  // Latin-1: the XML parser's to refuse
          Row{"\x1f\x8b\x08\x00"sv, true, true},
          Row{"\x1f\x8b\x08\xe0"sv, false, false},
          Row{"\x1f\x8b\x08", false, false},
          Row{"#!version:1.0.0.1\n", false, true},
          Row{"\xC3\xA4 = 1", false, true},
          Row{"\xC3\xA4\xE9", false, false},
          Row{"", false, true},
          Row{"   ", false, true},
          Row{"<a>\0</a>"sv, false, false},
          Row{"<a>\x01</a>", false, false},
          Row{"a\x7F", false, false}}) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(looks_like(Plaintext::profile, {row.text, true}), row.profile);
        EXPECT_EQ(looks_like(Plaintext::text, {row.text, true}), row.printable);
    }
}

TEST(Plaintext, AHeadMayEndInsideACharacter) {
    EXPECT_TRUE(looks_like(Plaintext::text, {"price: \xE2\x82", false}));
    EXPECT_FALSE(looks_like(Plaintext::text, {"price: \xE2\x82", true}));
    EXPECT_FALSE(looks_like(Plaintext::text, {"price: \xE2\x82 x", false}));
    EXPECT_FALSE(looks_like(Plaintext::text, {"price: \xE2\x82\x82\x82\x82", false}));
}

}  // namespace onhook::seal
