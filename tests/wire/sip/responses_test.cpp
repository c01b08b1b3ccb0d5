#include "wire/sip/responses.h"

#include <array>

#include <gtest/gtest.h>

#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

Message read(const std::string& bytes) { return *parse(bytes); }

std::string via_of_answer(std::string_view via, const Route& from) {
    Message request = read(check_sync_notify());
    request.vias = {*parse_via(via)};
    return print(respond(request, from, "t", Answer{}).vias.front());
}

// protocols.md J-02
TEST(SipResponses, AcceptGrandstreamsSubscribeToTheByte) {
    const Message answer =
        respond(read(grandstream_subscribe()),
                Route{.address = "192.168.1.2", .port = 5080},
                "pnp1",
                Answer{.headers = {{"Contact", "<sip:192.168.1.10:5060>"}, {"Expires", "0"}}});
    EXPECT_EQ(print(answer), grandstream_accepted());
}

TEST(SipResponses, TellTheSenderWhereItWasSeen) {
    struct Row {
        std::string_view via;
        Route from;
        std::string_view answered;
    };

    for (const Row& row : {
             Row{"SIP/2.0/UDP 10.0.0.1;branch=b",
                 {.address = "10.0.0.1", .port = 5060},
                 "SIP/2.0/UDP 10.0.0.1;branch=b"},
             Row{"SIP/2.0/UDP 10.0.0.1:5060;branch=b",
                 {.address = "192.0.2.1", .port = 1024},
                 "SIP/2.0/UDP 10.0.0.1:5060;branch=b;received=192.0.2.1"},
             Row{"SIP/2.0/UDP pbx.example;branch=b",
                 {.address = "10.0.0.1", .port = 5060},
                 "SIP/2.0/UDP pbx.example;branch=b;received=10.0.0.1"},
             Row{"SIP/2.0/UDP 10.0.0.1;rport;branch=b",
                 {.address = "10.0.0.1", .port = 1024},
                 "SIP/2.0/UDP 10.0.0.1;rport=1024;branch=b;received=10.0.0.1"},
             Row{"SIP/2.0/UDP 10.0.0.1;rport=1;received=8.8.8.8;branch=b",
                 {.address = "10.0.0.2", .port = 1024},
                 "SIP/2.0/UDP 10.0.0.1;rport=1024;received=10.0.0.2;branch=b"},
             Row{"SIP/2.0/TCP [2001:db8::1]:5060;branch=b",
                 {.address = "2001:db8::1", .port = 5060},
                 "SIP/2.0/TCP [2001:db8::1]:5060;branch=b"},
             Row{"SIP/2.0/UDP [2001:db8::1];rport;branch=b",
                 {.address = "fe80::1%eth0", .port = 5062},
                 "SIP/2.0/UDP [2001:db8::1];rport=5062;branch=b;received=fe80::1"},
         }) {
        SCOPED_TRACE(row.via);
        EXPECT_EQ(via_of_answer(row.via, row.from), row.answered);
    }
}

TEST(SipResponses, CopyEveryViaAndKeepATagThatIsThere) {
    Message request = read(check_sync_notify());
    request.vias.push_back(*parse_via("SIP/2.0/UDP far.example;branch=z9hG4bKfar"));
    request.to.params.set("tag", "dialog");
    const Message answer = respond(request, Route{.address = "10.0.0.1"}, "ours", Answer{});
    ASSERT_EQ(answer.vias.size(), 2U);
    EXPECT_EQ(answer.vias[1], request.vias[1]);
    EXPECT_EQ(answer.to, request.to);
    EXPECT_EQ(answer.max_forwards, std::nullopt);
}

TEST(SipResponses, BadEventNamesTheEventsThatAreKnown) {
    constexpr std::array<std::string_view, 2> events{"resync", "check-sync"};
    const Message answer =
        respond(read(check_sync_notify()), Route{.address = "10.0.0.1"}, "t", bad_event(events));
    EXPECT_EQ(answer.response()->status, 489);
    EXPECT_EQ(answer.response()->reason, Line("Bad Event"));
    EXPECT_EQ(answer.header("Allow-Events"), "resync, check-sync");
}

TEST(SipResponses, EveryStatusOfTheSpecHasAPhrase) {
    for (const int status : {200, 401, 403, 404, 405, 407, 415, 480, 481, 489, 500, 501}) {
        EXPECT_NE(reason_phrase(status), "Unknown") << status;
    }
    EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace onhook::wire::sip
