#include "wire/sip/message.h"

#include <gtest/gtest.h>

#include "support/properties.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

// protocols.md J-01
TEST(SipMessage, ReadsGrandstreamsSubscribe) {
    const auto message = parse(grandstream_subscribe());
    ASSERT_TRUE(message);
    ASSERT_NE(message->request(), nullptr);
    EXPECT_EQ(message->request()->method, Token("SUBSCRIBE"));
    EXPECT_EQ(message->request()->uri.user(), "MAC:C074AD112233");
    ASSERT_EQ(message->vias.size(), 1U);
    EXPECT_EQ(message->vias[0].transport, Token("UDP"));
    EXPECT_EQ(message->vias[0].host, Host("192.168.1.2"));
    EXPECT_EQ(message->vias[0].port, 5080);
    EXPECT_EQ(message->vias[0].branch(), "z9hG4bK1611133778");
    EXPECT_TRUE(message->vias[0].params.has("rport"));
    EXPECT_EQ(message->max_forwards, 70);
    EXPECT_EQ(message->from.tag(), "395400190");
    EXPECT_EQ(message->to.tag(), "");
    EXPECT_EQ(message->call_id, CallId("490431573-5080-1@BJC.BGI.IG.DA"));
    EXPECT_EQ(message->cseq, (CSeq{20000, "SUBSCRIBE"}));
    EXPECT_EQ(message->header("accept"), "application/url");
    EXPECT_EQ(message->header("Expires"), "0");
    EXPECT_EQ(message->header("Event"),
              "ua-profile;profile-type=\"device\";vendor=\"Grandstream\";model=\"GRP2612W\";"
              "version=\"1.0.5.67\"");
    EXPECT_EQ(message->body, "");
}

// protocols.md J-03
TEST(SipMessage, PrintsTheNotifyOfPnpToTheByte) {
    const std::string bytes = grandstream_notify();
    ASSERT_EQ(bytes.size(), 473U);
    const auto message = parse(bytes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->body, "http://192.168.1.10/prov/");
    EXPECT_EQ(print(*message), bytes);
}

// protocols.md J-06 and J-07: no branch, no user, no Max-Forwards
TEST(SipMessage, ToleratesPhonesFromBeforeTheMagicCookie) {
    const auto message = parse(with_crlf(R"(SUBSCRIBE sip:224.0.1.75:5060 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.7:2051;rport
From: <sip:MAC%3a00135E874B49@intern.snom.de>
To: <sip:MAC%3a00135E874B49@intern.snom.de>
Call-ID: 3c26700c1adb-lu1zz5ri5orr
CSeq: 1 SUBSCRIBE
Event: ua-profile;profile-type="application";model="440HD";version="2.2.2"

)"));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->vias[0].branch(), "");
    EXPECT_EQ(message->request()->uri.user(), "");
    EXPECT_EQ(message->to.uri.user(), "MAC:00135E874B49");
    EXPECT_EQ(message->from.tag(), "");
    EXPECT_EQ(message->max_forwards, std::nullopt);
}

TEST(SipMessage, ReadsResponses) {
    const auto message = parse(grandstream_accepted());
    ASSERT_TRUE(message);
    ASSERT_NE(message->response(), nullptr);
    EXPECT_EQ(message->response()->status, 200);
    EXPECT_EQ(message->response()->reason, Line("OK"));
    EXPECT_EQ(message->vias[0].params.value("received"), "192.168.1.2");
    EXPECT_EQ(message->vias[0].params.value("rport"), "5080");
    EXPECT_EQ(print(*message), grandstream_accepted());
}

TEST(SipMessage, ReadsCompactNamesFoldedLinesAndListsOfVias) {
    const auto message = parse(with_crlf(R"(NOTIFY sip:1@h SIP/2.0
v: SIP/2.0/TCP [::1]:5061;branch=z9hG4bKb;received=::2, SIP / 2.0 / UDP first.example.com: 4000;ttl=16
    ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1
Via : SIP/2.0/UDP c
f: Bob B. <sip:bob@h;lr>  ;  tag = 1
t: "J \"R\", <x>" <sip:1@h>
i: 1@h
CSeq:   0009
  NOTIFY
o: check-sync;reboot=true
X-New:	a
	b
l: 3

abcd)"));
    ASSERT_TRUE(message) << message.error().expected << " at " << message.error().offset;
    ASSERT_EQ(message->vias.size(), 3U);
    EXPECT_EQ(message->vias[0].host, Host("[::1]"));
    EXPECT_EQ(message->vias[0].params.value("received"), "::2");
    EXPECT_EQ(message->vias[1].port, 4000);
    EXPECT_EQ(message->vias[1].branch(), "z9hG4bKa7c6a8dlze.1");
    EXPECT_EQ(message->vias[2].host, Host("c"));
    EXPECT_EQ(message->from.display, Line("Bob B."));
    EXPECT_EQ(message->from.tag(), "1");
    EXPECT_EQ(message->to.display, Line("J \"R\", <x>"));
    EXPECT_EQ(message->cseq, (CSeq{9, "NOTIFY"}));
    EXPECT_EQ(message->header("Event"), "check-sync;reboot=true");
    EXPECT_EQ(message->header("X-New"), "a b");
    EXPECT_EQ(message->body, "abc");  // RFC 3261 18.3
    EXPECT_EQ(*parse(print(*message)), *message);
}

TEST(SipMessage, ReadsAddressesWithoutBrackets) {
    const auto address = parse_name_addr("sip:1@h:5070;tag=x;q");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->uri.port(), 5070);
    EXPECT_EQ(address->tag(), "x");
    EXPECT_EQ(print(*address), "<sip:1@h:5070>;tag=x;q");
}

TEST(SipMessage, RefusesMalformedAddresses) {
    for (const std::string_view value : {"",
                                         "*",
                                         "<sip:a@h",
                                         "sip:a@h>",
                                         "<<sip:a@h>>",
                                         "<sip:a@h>>",
                                         "<sip:a@h> junk;tag=1",
                                         "<sip:a@h>;tag=1;tag=2",
                                         "<sip:a@h>;tag=a b",
                                         "<sip:a@h>;tag=\"a",
                                         "< sip:a@h >",
                                         "<sip:a @h>",
                                         "\"Bob <sip:a@h>",
                                         "\"Bob\" sip:a@h",
                                         "Bob sip:a@h",
                                         "B;b <sip:a@h>",
                                         "Bob\" <sip:a@h>",
                                         "sip:a@h?x=y",
                                         "<tel:12>;tag=1",
                                         "<sip:a@h>,<sip:b@h>"}) {
        SCOPED_TRACE(value);
        EXPECT_FALSE(parse_name_addr(value));
    }
}

TEST(SipMessage, RefusesMalformedVias) {
    for (const std::string_view value : {"",
                                         "SIP/2.0/UDP",
                                         "SIP/2.0/UDP ",
                                         "XYZ/2.0/UDP h",
                                         "SIP/3.0/UDP h",
                                         "SIP/2.0/U(P h",
                                         "SIP/2.0/UDP h (comment)",
                                         "SIP/2.0/UDP h x;y",
                                         "SIP/2.0/UDP [::1]x:1",
                                         "SIP/2.0/UDP ::1",
                                         "SIP/2.0/UDP h:0",
                                         "SIP/2.0/UDP h:70000",
                                         "SIP/2.0/UDP h:5060:1",
                                         "SIP/2.0/UDP h;;x",
                                         "SIP/2.0/UDP h;branch=a;branch=b",
                                         "SIP/2.0/UDP h;branch=<a>"}) {
        SCOPED_TRACE(value);
        EXPECT_FALSE(parse_via(value));
    }
}

TEST(SipMessage, RefusesMalformedCSeqs) {
    for (const std::string_view value :
         {"", "1", "NOTIFY", "1NOTIFY", "-1 A", "+1 A", "0x1 A", "2147483648 A", "1 A B", "1 A;"}) {
        SCOPED_TRACE(value);
        EXPECT_FALSE(parse_cseq(value));
    }
    EXPECT_TRUE(parse_cseq("2147483647 A"));
}

}  // namespace
}  // namespace onhook::wire::sip
