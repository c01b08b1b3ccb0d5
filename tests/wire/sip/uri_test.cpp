#include "wire/sip/uri.h"

#include <gtest/gtest.h>

#include "base/char_set.h"
#include "support/properties.h"

namespace onhook::wire::sip {
namespace {

TEST(SipUri, ReadsItsParts) {
    const auto uri = SipUri::parse("sips:alice:secret@example.com:5071;transport=tcp;lr?subject=x");
    ASSERT_TRUE(uri);
    EXPECT_EQ(uri->scheme(), UriScheme::sips);
    EXPECT_EQ(uri->user(), "alice");
    EXPECT_EQ(uri->host().str(), "example.com");
    EXPECT_EQ(uri->port(), 5071);
    EXPECT_EQ(uri->params().value("Transport"), "tcp");
    EXPECT_TRUE(uri->params().has("lr"));
    EXPECT_EQ(uri->to_string(), "sips:alice:secret@example.com:5071;transport=tcp;lr?subject=x");
}

TEST(SipUri, StaysAsItWasSent) {
    for (const std::string_view text : {"sip:10.0.0.5",
                                        "sip:224.0.1.75:5060",
                                        "sip:MAC%3AC074AD112233@224.0.1.75",
                                        "sip:MAC%3a00135E874B49@intern.snom.de",
                                        "sip:MAC=00304fa99948@224.0.1.75",
                                        "sip:MAC001565f4f9e1@224.0.1.75",
                                        "sip:+1-212;ext=5@gw.example.com;user=phone",
                                        "sip:a%00b@h",
                                        "sip:1@[2001:db8::1]:5060;maddr=[::1]",
                                        "sip:1@h?to=%3Csip%3Ab%40c%3E&x="}) {
        SCOPED_TRACE(text);
        const auto uri = SipUri::parse(text);
        ASSERT_TRUE(uri);
        EXPECT_EQ(uri->to_string(), text);
    }
}

TEST(SipUri, DecodesTheUser) {
    EXPECT_EQ(SipUri::parse("sip:MAC%3a00135E874B49@intern.snom.de")->user(), "MAC:00135E874B49");
    EXPECT_EQ(SipUri::parse("sip:a%00%0d%0aZ:pw@h")->user(), std::string("a\0\r\nZ", 5));
    EXPECT_EQ(SipUri::parse("sip:h")->user(), "");
}

TEST(SipUri, KnowsTheAddressBehindBrackets) {
    const auto uri = SipUri::parse("sip:1@[2001:db8::1]");
    ASSERT_TRUE(uri);
    EXPECT_EQ(uri->host().str(), "[2001:db8::1]");
    EXPECT_EQ(uri->address(), "2001:db8::1");
    EXPECT_EQ(SipUri::parse("sip:h.example")->address(), "h.example");
}

TEST(SipUri, RefusesWhatIsNone) {
    for (const std::string_view text : {"",
                                        "sip:",
                                        "sip:@h",
                                        "sip:a@",
                                        "sip:a@h:",
                                        "sip:a@h:0",
                                        "sip:a@h:65536",
                                        "sip:a@h:-1",
                                        "sip:a@h:5060x",
                                        "sip:a@b@c",
                                        "sip:a b@h",
                                        "sip:a@h ",
                                        " sip:a@h",
                                        "sip:a%4@h",
                                        "sip:a%zz@h",
                                        "sip:a\"b@h",
                                        "sip:a<b@h",
                                        "sip:\xC3\xA4@h",
                                        "sip:a@h_\xFF",
                                        "sip:a@[::1",
                                        "sip:a@::1",
                                        "sip:a@[::1]x",
                                        "sip:a@[h]",
                                        "sip:a@h;",
                                        "sip:a@h;;lr",
                                        "sip:a@h;lr;LR",
                                        "sip:a@h;x=a=b",
                                        "sip:a@h;x=\"q\"",
                                        "sip:a@h?",
                                        "sip:a@h?x=<",
                                        "sip:a\r\nVia: x@h",
                                        "tel:+49123",
                                        "http://h/"}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(SipUri::parse(text));
    }
    EXPECT_FALSE(SipUri::parse(std::string_view("sip:a@h\0.evil", 13)));
    EXPECT_FALSE(SipUri::parse("sip:a@" + std::string(256, 'h')));
}

// What a profile's macro brings in never becomes a header.
TEST(SipUri, EscapesTheUserItIsMadeOf) {
    const SipUri uri(UriScheme::sip, "a\r\nEvil: 1@x", "h", 5060);
    EXPECT_EQ(uri.to_string(), "sip:a%0D%0AEvil%3A%201%40x@h:5060");
    EXPECT_EQ(SipUri::parse(uri.to_string())->user(), "a\r\nEvil: 1@x");
}

RC_GTEST_PROP(SipUri, EveryUserSurvivesTheWire, (const std::string& user)) {
    const SipUri uri(UriScheme::sip, user, "[::1]");
    const auto again = SipUri::parse(uri.to_string());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == uri);
    RC_ASSERT(again->user() == user);
}

}  // namespace
}  // namespace onhook::wire::sip
