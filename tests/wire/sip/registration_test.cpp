#include "wire/sip/registration.h"

#include <fmt/format.h>

#include "base/text.h"
#include "support/properties.h"
#include "wire/httpauth/authorization.h"
#include "wire/sip/responses.h"

namespace onhook::wire::sip {

namespace {

using registration::Event;
using State = Registration::State;

RegistrationAccount alice() {
    return {.domain = "example.com",
            .user = "1001",
            .auth_user = "",
            .password = Secret<std::string>("s3cret"),
            .display_name = "Alice",
            .user_agent = "Test/1",
            .expires = 100s};
}

// A registration, what it ordered, and answers as a registrar gives them.
struct Driven {
    explicit Driven(RegistrationAccount account = alice(), RegistrationPolicy policy = {})
        : machine(std::move(account), {"192.0.2.7", 5060, 5060, 5061}, policy, 1) {}

    std::string step(const Event& event) {
        std::string said;
        for (registration::Action& action : machine.step(event, now)) {
            said += said.empty() ? "" : ", ";
            said += describe(action);
        }
        return said;
    }

    std::string describe(registration::Action& action) {
        if (const auto* find = std::get_if<registration::FindTargets>(&action)) {
            lookup = find->lookup;
            return "find";
        }
        if (auto* send = std::get_if<registration::Send>(&action)) {
            attempt = send->attempt;
            request = send->request;
            return "send to " + send->to.address;
        }
        if (const auto* one = std::get_if<registration::Registered>(&action)) {
            return fmt::format(
                "{} for {}", one->was ? "still" : "registered", one->expires.count());
        }
        if (const auto* lost = std::get_if<registration::Lost>(&action)) {
            return "lost: " + lost->why;
        }
        if (const auto* failed = std::get_if<registration::Failed>(&action)) {
            return "failed: " + failed->why;
        }
        return "ended";
    }

    std::string found(const std::vector<std::string>& addresses) {
        std::vector<Route> targets;
        for (const std::string& address : addresses) {
            targets.push_back({transport, address, 5060, 0});
        }
        return step(registration::TargetsFound{lookup, targets, "no such host"});
    }

    std::string begin(const std::vector<std::string>& addresses = {"10.0.0.1"}) {
        step(registration::Started{});
        return found(addresses);
    }

    std::string answer(int status, std::vector<Header> headers = {}) {
        return step(registration::Answered{attempt, response(status, std::move(headers))});
    }

    [[nodiscard]] Message response(int status, std::vector<Header> headers) const {
        return respond(*request, seen_from, "registrar", {.status = status, .headers = headers});
    }

    std::string no_answer() { return step(registration::NotAnswered{attempt, "no answer"}); }

    std::string wait() {
        EXPECT_TRUE(machine.next_deadline().has_value());
        now = machine.next_deadline().value_or(now);
        return step(registration::DeadlineReached{});
    }

    [[nodiscard]] Duration until_deadline() const { return *machine.next_deadline() - now; }

    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string(request->header(name).value_or(""));
    }

    [[nodiscard]] std::vector<std::string> contacts() const {
        std::vector<std::string> all;
        for (const Header& one : request->headers) {
            if (one.name().str() == "Contact") {
                all.push_back(one.value().str());
            }
        }
        return all;
    }

    Registration machine;
    TimePoint now{1000s};
    Transport transport = Transport::udp;
    Route seen_from{Transport::udp, "192.0.2.7", 5060, 0};
    registration::LookupId lookup;
    registration::AttemptId attempt;
    std::optional<Message> request;
};

const std::vector<Header> challenge = {
    {"WWW-Authenticate", R"(Digest realm="example.com", nonce="n1", qop="auth", algorithm=MD5)"}};
const std::vector<Header> new_challenge = {
    {"WWW-Authenticate", R"(Digest realm="example.com", nonce="n2", qop="auth", algorithm=MD5)"}};
const std::vector<Header> stale_challenge = {
    {"WWW-Authenticate",
     R"(Digest realm="example.com", nonce="n3", qop="auth", algorithm=MD5, stale=true)"}};

bool is_signed(const Driven& driven, std::string_view nonce, std::string_view user = "1001") {
    const auto credentials = httpauth::parse_authorization(driven.header("Authorization"));
    if (!credentials) {
        return false;
    }
    const auto* digest = std::get_if<httpauth::DigestCredentials>(&*credentials);
    return digest != nullptr && digest->nonce == nonce && digest->username == user &&
           digest->uri == "sip:example.com" &&
           httpauth::verify(*digest,
                            "REGISTER",
                            httpauth::digest_ha1(httpauth::Algorithm::md5,
                                                 {std::string(user), Secret<std::string>("s3cret")},
                                                 "example.com"));
}

}  // namespace

// RFC 3261 10.2
TEST(Registration, AsksAsTheAccountSays) {
    Driven driven;
    EXPECT_EQ(driven.step(registration::Started{}), "find");
    EXPECT_EQ(driven.found({"10.0.0.1"}), "send to 10.0.0.1");
    const Message& request = *driven.request;
    EXPECT_EQ(request.request()->uri.to_string(), "sip:example.com");
    EXPECT_EQ(request.to.uri.to_string(), "sip:1001@example.com");
    EXPECT_EQ(request.from.uri.to_string(), "sip:1001@example.com");
    EXPECT_EQ(request.from.display.str(), "Alice");
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7:5060>;expires=100");
    EXPECT_EQ(driven.header("Expires"), "100");
    EXPECT_EQ(driven.header("User-Agent"), "Test/1");
    EXPECT_EQ(driven.header("Authorization"), "");
    EXPECT_TRUE(request.vias.front().branch().starts_with(magic_cookie));
    EXPECT_TRUE(parse(print(request)).has_value());
    EXPECT_FALSE(driven.machine.is_registered());
}

TEST(Registration, SaysItsTransport) {
    Driven driven;
    driven.transport = Transport::tls;
    driven.begin();
    EXPECT_EQ(driven.request->vias.front().transport.str(), "TLS");
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7:5061;transport=tls>;expires=100");
}

TEST(Registration, AnswersAChallengeOnceAndSignsAheadAfterIt) {
    Driven driven;
    driven.begin();
    const Message first = *driven.request;
    EXPECT_EQ(driven.answer(401, challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n1"));
    EXPECT_EQ(driven.request->call_id, first.call_id);
    EXPECT_EQ(driven.request->cseq.number, first.cseq.number + 1);
    EXPECT_NE(driven.request->vias.front().branch(), first.vias.front().branch());
    EXPECT_EQ(driven.answer(200), "registered for 100");
    EXPECT_TRUE(driven.machine.is_registered());
    ASSERT_NE(driven.machine.server(), nullptr);
    EXPECT_EQ(driven.machine.server()->address, "10.0.0.1");
    EXPECT_EQ(driven.wait(), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n1"));
    EXPECT_NE(driven.header("Authorization").find("nc=00000002"), std::string::npos);
    // The nonce is used up: that is no wrong password.
    EXPECT_EQ(driven.answer(401, new_challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n2"));
    EXPECT_EQ(driven.answer(200), "still for 100");
}

TEST(Registration, TheAuthenticationIdSigns) {
    RegistrationAccount account = alice();
    account.auth_user = "auth-1001";
    Driven driven(account);
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_TRUE(is_signed(driven, "n1", "auth-1001"));
}

TEST(Registration, AStaleNonceIsAnsweredAgain) {
    Driven driven;
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.answer(401, stale_challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n3"));
    EXPECT_EQ(driven.answer(401, stale_challenge), "failed: 401 Unauthorized");
}

TEST(Registration, AWrongPasswordIsNotTriedAgainAndAgain) {
    Driven driven;
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.answer(401, new_challenge), "failed: 401 Unauthorized");
    EXPECT_GE(driven.until_deadline(), 600s);
    EXPECT_LE(driven.until_deadline(), 1200s);
}

TEST(Registration, ProxyAndRegistrarMayBothAsk) {
    Driven driven;
    driven.begin();
    EXPECT_EQ(driven.answer(407, {{"Proxy-Authenticate", R"(Digest realm="p", nonce="pn")"}}),
              "send to 10.0.0.1");
    EXPECT_EQ(driven.answer(401, challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n1"));
    EXPECT_NE(driven.header("Proxy-Authorization"), "");
    EXPECT_EQ(driven.answer(200), "registered for 100");
}

TEST(Registration, Sha256BeforeMd5AndNeverBasic) {
    Driven driven;
    driven.begin();
    driven.answer(401,
                  {{"WWW-Authenticate", R"(Digest realm="example.com", nonce="a", qop="auth")"},
                   {"WWW-Authenticate",
                    R"(Digest realm="example.com", nonce="b", qop="auth", algorithm=SHA-256)"}});
    EXPECT_NE(driven.header("Authorization").find("algorithm=SHA-256"), std::string::npos);
    Driven other;
    other.begin();
    EXPECT_EQ(other.answer(401, {{"WWW-Authenticate", R"(Basic realm="example.com")"}}),
              "failed: 401 Unauthorized");
}

// RFC 3261 10.2.8
TEST(Registration, AsksLongerWhenTheServerWantsThat) {
    Driven driven;
    driven.begin();
    EXPECT_EQ(driven.answer(423, {{"Min-Expires", "600"}}), "send to 10.0.0.1");
    EXPECT_EQ(driven.header("Expires"), "600");
    EXPECT_EQ(driven.answer(423, {{"Min-Expires", "900"}}).substr(0, 11), "failed: 423");
    for (const char* least : {"", "100", "99999999", "x"}) {
        SCOPED_TRACE(least);
        Driven other;
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
        Driven driven;
        driven.begin();
        EXPECT_EQ(driven.answer(200, row.headers), row.said);
    }
}

TEST(Registration, RefreshesBeforeItEndsAndNeverAtOnce) {
    for (const char* granted : {"1", "4", "3600"}) {
        SCOPED_TRACE(granted);
        Driven driven;
        driven.begin();
        driven.answer(200, {{"Expires", granted}});
        const Duration lifetime = Seconds(*parse_number<int>(granted));
        EXPECT_GE(driven.until_deadline(), std::max<Duration>(lifetime * 75 / 100, 750ms));
        EXPECT_LE(driven.until_deadline(), std::max<Duration>(lifetime * 85 / 100, 1s));
    }
}

TEST(Registration, IsLostWhenNobodyRefreshesIt) {
    Driven driven;
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
        Driven driven;
        driven.begin({"10.0.0.1", "10.0.0.2"});
        EXPECT_EQ(status == 0 ? driven.no_answer() : driven.answer(status), "send to 10.0.0.2");
        EXPECT_EQ(driven.answer(401, challenge), "send to 10.0.0.2");
        EXPECT_EQ(driven.answer(200), "registered for 100");
        EXPECT_EQ(driven.machine.server()->address, "10.0.0.2");
    }
}

TEST(Registration, ARefreshThatFailsAsksTheOthersToo) {
    Driven driven;
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
    Driven driven(alice(), policy);
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
    Driven driven;
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
    Driven driven;
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
        Driven driven;
        driven.begin();
        driven.answer(404, {{"Retry-After", value}});
        EXPECT_GE(driven.until_deadline(), least);
        EXPECT_LE(driven.until_deadline(), most);
    }
}

// RFC 3581: the 401 tells where we are, so the second request is right already.
TEST(Registration, RegistersWhereTheServerSeesIt) {
    Driven driven;
    driven.seen_from = {Transport::udp, "203.0.113.5", 40000, 0};
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@203.0.113.5:40000>;expires=100");
    EXPECT_EQ(driven.answer(200), "registered for 100");
}

TEST(Registration, CorrectsWhatItRegisteredButNotForEver) {
    Driven driven;
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
    Driven driven;
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
    Driven driven;
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
    Driven driven;
    driven.begin();
    driven.answer(200);
    driven.step(registration::StopRequested{});
    EXPECT_EQ(driven.until_deadline(), 3s);
    EXPECT_EQ(driven.wait(), "ended");
    EXPECT_EQ(driven.answer(200), "");
    Driven refused;
    refused.begin();
    refused.step(registration::StopRequested{});  // an answer is on its way
    EXPECT_EQ(refused.header("Expires"), "0");
    EXPECT_EQ(refused.answer(403), "ended");
}

TEST(Registration, HasNothingToTakeBackBeforeItRegistered) {
    Driven driven;
    EXPECT_EQ(driven.step(registration::Started{}), "find");
    EXPECT_EQ(driven.step(registration::StopRequested{}), "ended");
    EXPECT_EQ(driven.found({"10.0.0.1"}), "");
    Driven waiting;
    waiting.begin();
    waiting.answer(403);
    EXPECT_EQ(waiting.step(registration::StopRequested{}), "ended");
}

TEST(Registration, LateAndEarlyEventsChangeNothing) {
    Driven driven;
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
    EXPECT_EQ(driven.machine.state(), State::registered);
}

// Whatever a registrar says, the machine keeps its invariants, waits for something, and does not
// talk without end.
RC_GTEST_PROP(RegistrationProperty, AlwaysWaitsForSomething, ()) {
    Driven driven;
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
        const State state = driven.machine.state();
        const bool asks = state == State::finding || state == State::registering;
        RC_ASSERT(asks || driven.machine.next_deadline().has_value());
    }
    driven.step(registration::StopRequested{});
    if (driven.machine.state() != State::ended) {
        driven.wait();
    }
    RC_ASSERT(driven.machine.state() == State::ended);
}

}  // namespace onhook::wire::sip
