// What servers grant and refuse, and which one is asked when.
#include "support/properties.h"
#include "wire/sip/driven_registration.h"

namespace onhook::wire::sip {

// RFC 3261 10.2.8
TEST(Registration, AsksLongerWhenTheServerWantsThat) {
    DrivenRegistration driven;
    driven.begin();
    EXPECT_EQ(driven.answer(423, {{"Min-Expires", "600"}}), "send to 10.0.0.1");
    EXPECT_EQ(driven.header("Expires"), "600");
    EXPECT_EQ(driven.answer(423, {{"Min-Expires", "900"}}).substr(0, 11), "failed: 423");
    for (const char* least : {"", "100", "99999999", "x"}) {
        SCOPED_TRACE(least);
        DrivenRegistration other;
        other.begin();
        EXPECT_EQ(other.answer(423, {{"Min-Expires", least}}).substr(0, 11), "failed: 423");
    }
}

// RFC 3261 10.2.4
TEST(Registration, LastsAsLongAsTheServerGrants) {
    struct Row {
        std::vector<Header> headers;
        std::string said;
    };

    for (const Row& row : {
             Row{{}, "registered for 100"},
             Row{{{"Expires", "50"}}, "registered for 50"},
             Row{{{"Contact", "<sip:1001@192.0.2.7:5060>;expires=40"}, {"Expires", "50"}},
                 "registered for 40"},
             Row{{{"Contact",
                   "<sip:1001@10.9.9.9:5060>;expires=40, "
                   "\"A, B\" <sip:1001@192.0.2.7:5060>;expires=30"}},
                 "registered for 30"},
             Row{{{"Contact", "<sip:1001@10.9.9.9:5060>;expires=40"}}, "registered for 100"},
             Row{{{"Contact", "nonsense"}, {"Expires", "soon"}}, "registered for 100"},
             Row{{{"Expires", "4000000000"}}, "registered for 86400"},
             Row{{{"Expires", "0"}}, "failed: the server took the line and let it go at once"},
         }) {
        DrivenRegistration driven;
        driven.begin();
        EXPECT_EQ(driven.answer(200, row.headers), row.said);
    }
}

TEST(Registration, RefreshesBeforeItEndsAndNeverAtOnce) {
    for (const char* granted : {"1", "4", "3600"}) {
        SCOPED_TRACE(granted);
        DrivenRegistration driven;
        driven.begin();
        driven.answer(200, {{"Expires", granted}});
        const Duration lifetime = Seconds(*parse_number<int>(granted));
        EXPECT_GE(driven.until_deadline(), std::max<Duration>(lifetime * 75 / 100, 750ms));
        EXPECT_LE(driven.until_deadline(), std::max<Duration>(lifetime * 85 / 100, 1s));
    }
}

TEST(Registration, KeepsItsConnectionInUse) {
    DrivenRegistration driven;
    driven.transport = Transport::tcp;
    driven.begin();
    driven.answer(200, {{"Expires", "3600"}});
    EXPECT_EQ(driven.until_deadline(), 600s);
}

TEST(Registration, IsLostWhenNobodyRefreshesIt) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(200);
    EXPECT_EQ(driven.wait(), "send to 10.0.0.1");
    EXPECT_EQ(driven.no_answer(), "failed: no answer");
    EXPECT_TRUE(driven.machine.is_registered());
    std::string said;
    for (int i = 0; i < 10 && driven.machine.is_registered(); ++i) {
        said = driven.wait();
        if (said == "find") {
            driven.found({});
        }
    }
    EXPECT_EQ(said, "lost: it was not refreshed in time");
    EXPECT_FALSE(driven.machine.is_registered());
}

TEST(Registration, GoesOnToTheNextServer) {
    for (const int status : {0, 408, 500, 503}) {
        SCOPED_TRACE(status);
        DrivenRegistration driven;
        driven.begin({"10.0.0.1", "10.0.0.2"});
        EXPECT_EQ(status == 0 ? driven.no_answer() : driven.answer(status), "send to 10.0.0.2");
        EXPECT_EQ(driven.answer(401, challenge), "send to 10.0.0.2");
        EXPECT_EQ(driven.answer(200), "registered for 100");
        EXPECT_EQ(driven.machine.server()->address, "10.0.0.2");
    }
}

TEST(Registration, ARefreshThatFailsAsksTheOthersToo) {
    DrivenRegistration driven;
    driven.begin({"10.0.0.1", "10.0.0.2"});
    driven.no_answer();
    driven.answer(200);
    EXPECT_EQ(driven.wait(), "send to 10.0.0.2");
    EXPECT_EQ(driven.answer(503), "send to 10.0.0.1");
    EXPECT_EQ(driven.answer(200), "still for 100");
}

TEST(Registration, GoesBackToTheFirstServerAfterATime) {
    RegistrationPolicy policy;
    policy.first_again = 200s;
    DrivenRegistration driven(alice(), policy);
    driven.begin({"10.0.0.1", "10.0.0.2"});
    driven.no_answer();
    driven.answer(200);
    const TimePoint since = driven.now;
    std::string said;
    for (int i = 0; i < 10 && said != "find"; ++i) {
        said = driven.wait();
        if (said == "send to 10.0.0.2") {
            driven.answer(200);
        }
    }
    EXPECT_EQ(said, "find");
    EXPECT_GE(driven.now, since + 200s);
    EXPECT_EQ(driven.found({"10.0.0.1", "10.0.0.2"}), "send to 10.0.0.1");
    EXPECT_EQ(driven.answer(200), "still for 100");
    EXPECT_EQ(driven.wait(), "send to 10.0.0.1");
}

// RFC 5626 4.5
TEST(Registration, WaitsLongerAfterEachRoundThatFails) {
    DrivenRegistration driven;
    driven.step(registration::Started{});
    Duration longest = 30s;
    for (int round = 0; round < 12; ++round) {
        SCOPED_TRACE(round);
        EXPECT_EQ(driven.found({}), "failed: no such host");
        EXPECT_GE(driven.until_deadline(), longest / 2);
        EXPECT_LE(driven.until_deadline(), longest);
        longest = std::min<Duration>(2 * longest, 1800s);
        EXPECT_EQ(driven.wait(), "find");
    }
    driven.found({"10.0.0.1"});
    driven.answer(200);
    driven.wait();
    driven.answer(500);
    EXPECT_LE(driven.until_deadline(), 30s);
}

TEST(Registration, ARefusalEndsTheRegistration) {
    DrivenRegistration driven;
    driven.begin({"10.0.0.1", "10.0.0.2"});
    driven.answer(200);
    driven.wait();
    EXPECT_EQ(driven.answer(403), "lost: 403 Forbidden, failed: 403 Forbidden");
    EXPECT_EQ(driven.machine.server(), nullptr);
    EXPECT_GE(driven.until_deadline(), 600s);
}

TEST(Registration, RetryAfterIsObeyedWithinBounds) {
    for (const auto& [value, least, most] : {std::tuple("60", 60s, 60s),
                                             {"7 (busy);duration=3", 7s, 7s},
                                             {"999999", 1800s, 1800s},
                                             {"0", 1s, 1s},
                                             {"x", 600s, 1200s}}) {
        SCOPED_TRACE(value);
        DrivenRegistration driven;
        driven.begin();
        driven.answer(404, {{"Retry-After", value}});
        EXPECT_GE(driven.until_deadline(), least);
        EXPECT_LE(driven.until_deadline(), most);
    }
}

// RFC 3581: the 401 tells where we are, so the second request is right already.
TEST(Registration, RegistersWhereTheServerSeesIt) {
    DrivenRegistration driven;
    driven.seen_from = {Transport::udp, "203.0.113.5", 40000, 0};
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@203.0.113.5:40000>;expires=100");
    EXPECT_EQ(driven.answer(200), "registered for 100");
}

TEST(Registration, CorrectsWhatItRegisteredButNotForEver) {
    DrivenRegistration driven;
    driven.seen_from = {Transport::udp, "203.0.113.5", 40000, 0};
    driven.begin();
    EXPECT_EQ(driven.answer(200), "registered for 100, send to 10.0.0.1");
    EXPECT_EQ(driven.contacts(),
              (std::vector<std::string>{"<sip:1001@203.0.113.5:40000>;expires=100",
                                        "<sip:1001@192.0.2.7:5060>;expires=0"}));
    driven.seen_from.port = 40001;
    EXPECT_EQ(driven.answer(200), "still for 100");
    EXPECT_GE(driven.until_deadline(), 75s);
}

TEST(Registration, AConnectionsPortIsNobodysAddress) {
    DrivenRegistration driven;
    driven.transport = Transport::tcp;
    driven.seen_from = {Transport::tcp, "192.0.2.7", 55555, 9};
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7:5060;transport=tcp>;expires=100");
    driven.seen_from.address = "2001:db8::1";
    driven.answer(401, stale_challenge);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@[2001:db8::1]:55555;transport=tcp>;expires=100");
}

// RFC 3261 10.2.2
TEST(Registration, TakesItselfBackWhenItStops) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(401, challenge);
    driven.answer(200);
    EXPECT_EQ(driven.step(registration::StopRequested{}), "send to 10.0.0.1");
    EXPECT_FALSE(driven.machine.is_registered());
    EXPECT_EQ(driven.header("Expires"), "0");
    EXPECT_EQ(driven.contacts(), std::vector<std::string>{"<sip:1001@192.0.2.7:5060>;expires=0"});
    EXPECT_EQ(driven.answer(401, new_challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n2"));
    EXPECT_EQ(driven.step(registration::StopRequested{}), "");
    EXPECT_EQ(driven.answer(200), "ended");
    EXPECT_EQ(driven.machine.next_deadline(), std::nullopt);
}

TEST(Registration, TheFarewellIsBounded) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(200);
    driven.step(registration::StopRequested{});
    EXPECT_EQ(driven.until_deadline(), 3s);
    EXPECT_EQ(driven.wait(), "ended");
    EXPECT_EQ(driven.answer(200), "");
    DrivenRegistration refused;
    refused.begin();
    refused.step(registration::StopRequested{});  // an answer is on its way
    EXPECT_EQ(refused.header("Expires"), "0");
    EXPECT_EQ(refused.answer(403), "ended");
}

TEST(Registration, HasNothingToTakeBackBeforeItRegistered) {
    DrivenRegistration driven;
    EXPECT_EQ(driven.step(registration::Started{}), "find");
    EXPECT_EQ(driven.step(registration::StopRequested{}), "ended");
    EXPECT_EQ(driven.found({"10.0.0.1"}), "");
    DrivenRegistration waiting;
    waiting.begin();
    waiting.answer(403);
    EXPECT_EQ(waiting.step(registration::StopRequested{}), "ended");
}

TEST(Registration, LateAndEarlyEventsChangeNothing) {
    DrivenRegistration driven;
    driven.begin();
    const auto first = driven.attempt;
    const Message late = driven.response(200, {});
    driven.answer(401, challenge);
    EXPECT_EQ(driven.step(registration::Answered{first, late}), "");
    EXPECT_EQ(driven.step(registration::NotAnswered{first, "late"}), "");
    EXPECT_EQ(driven.step(registration::TargetsFound{driven.lookup, {}, {}}), "");
    EXPECT_EQ(driven.answer(100), "");
    EXPECT_EQ(driven.answer(200), "registered for 100");
    EXPECT_EQ(driven.answer(200), "");
    EXPECT_EQ(driven.step(registration::DeadlineReached{}), "");
    EXPECT_EQ(driven.machine.state(), Registration::State::registered);
}

// Whatever a registrar says, the machine keeps its invariants, waits for something, and does not
// talk without end.
RC_GTEST_PROP(RegistrationProperty, AlwaysWaitsForSomething, ()) {
    DrivenRegistration driven;
    driven.begin({"10.0.0.1", "10.0.0.2"});
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 12));
    for (const int what : steps) {
        const auto sent_before = driven.attempt;
        switch (what) {
            case 0:
                driven.no_answer();
                break;
            case 1:
                driven.found({"10.0.0.1", "10.0.0.3"});
                break;
            case 2:
                driven.found({});
                break;
            case 3:
            case 4:
                if (driven.machine.next_deadline()) {
                    driven.wait();
                }
                break;
            case 5:
                driven.seen_from.port = *rc::gen::inRange<std::uint16_t>(1, 9);
                break;
            default: {
                constexpr std::array statuses = {200, 401, 407, 423, 503, 403};
                driven.answer(statuses.at(static_cast<std::size_t>(what - 6)),
                              what == 7 ? stale_challenge : challenge);
            }
        }
        RC_ASSERT(driven.attempt.value - sent_before.value <= 1U);
        const auto state = driven.machine.state();
        const bool asks =
            state == Registration::State::finding || state == Registration::State::registering;
        RC_ASSERT(asks || driven.machine.next_deadline().has_value());
    }
    driven.step(registration::StopRequested{});
    if (driven.machine.state() != Registration::State::ended) {
        driven.wait();
    }
    RC_ASSERT(driven.machine.state() == Registration::State::ended);
}

}  // namespace onhook::wire::sip
