#include "wire/sip/digest_guard.h"

#include <gtest/gtest.h>

#include "wire/httpauth/authorization.h"
#include "wire/httpauth/challenge.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

LineAccount polycom() {
    return {.realm = "PolycomSPIP", .users = {"1001", "auth1001"}, .password = Secret("s3cret")};
}

Message notify(std::string_view authorization) {
    Message request = *parse(check_sync_notify());
    if (!authorization.empty()) {
        request.headers.emplace_back("Authorization", authorization);
    }
    return request;
}

struct Client {
    std::string user = "1001";
    std::string password = "s3cret";
    std::string uri = "sip:1001@10.0.0.21:5060";
    std::string count = "00000001";
    bool qop = true;
};

// The request of a client that was challenged so.
Message answering(const Header& challenge, const Client& client) {
    EXPECT_EQ(challenge.name(), Token("WWW-Authenticate"));
    auto read = httpauth::parse_challenges(challenge.value());
    EXPECT_TRUE(read);
    auto digest = std::get<httpauth::DigestChallenge>(read->front());
    digest.qop_auth = client.qop;
    return notify(httpauth::answer(digest,
                                   {client.user, Secret(client.password)},
                                   {"NOTIFY", client.uri},
                                   {"0a1b2c", client.count})
                      .reveal());
}

bool is_stale(const Header& challenge) {
    return std::get<httpauth::DigestChallenge>(
               httpauth::parse_challenges(challenge.value())->front())
        .stale;
}

class DigestGuardTest : public testing::Test {
  protected:
    Header challenge(TimePoint now = start) {
        return guard.challenge("PolycomSPIP", Verdict::missing, now);
    }

    DigestGuard guard{Secret("of this run")};
};

TEST_F(DigestGuardTest, ChallengesWithMd5AndQop) {
    const std::string value = challenge().value().str();
    EXPECT_TRUE(value.starts_with("Digest realm=\"PolycomSPIP\", nonce=\"")) << value;
    EXPECT_TRUE(value.ends_with(", qop=\"auth\", algorithm=MD5")) << value;
}

TEST_F(DigestGuardTest, AcceptsTheLineAccount) {
    EXPECT_EQ(guard.check(answering(challenge(), {}), polycom(), start), Verdict::accepted);
    EXPECT_EQ(guard.check(answering(challenge(), {.user = "auth1001"}), polycom(), start),
              Verdict::accepted);
    EXPECT_EQ(guard.check(answering(challenge(), {.qop = false}), polycom(), start),
              Verdict::accepted);
}

TEST_F(DigestGuardTest, AsksWhoSaysNothingThatCanBeRead) {
    for (const std::string_view authorization :
         {"",
          "Digest",
          "Basic MTAwMTpzM2NyZXQ=",
          "Digest username=\"1001\"",
          "Digest username=\"1001\", realm=\"other\", nonce=\"n\", uri=\"sip:x\", "
          "response=\"00000000000000000000000000000000\""}) {
        SCOPED_TRACE(authorization);
        EXPECT_EQ(guard.check(notify(authorization), polycom(), start), Verdict::missing);
    }
}

TEST_F(DigestGuardTest, FindsItsRealmAmongOthers) {
    Message request = answering(challenge(), {});
    request.headers.insert(request.headers.begin(),
                           Header("Authorization",
                                  "Digest username=\"1\", realm=\"other\", nonce=\"n\", uri=\"u\", "
                                  "response=\"00000000000000000000000000000000\""));
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::accepted);
}

TEST_F(DigestGuardTest, RefusesWrongCredentials) {
    for (const Client& client : {Client{.user = "1002"},
                                 Client{.user = ""},
                                 Client{.password = "s3cre"},
                                 Client{.password = ""},
                                 Client{.uri = "sip:1001@10.0.0.22:5060"}}) {
        EXPECT_EQ(guard.check(answering(challenge(), client), polycom(), start), Verdict::wrong);
    }
    // Signed for another method.
    Message subscribe = answering(challenge(), {});
    subscribe.start = Request{"SUBSCRIBE", subscribe.request()->uri};
    EXPECT_EQ(guard.check(subscribe, polycom(), start), Verdict::wrong);
}

TEST_F(DigestGuardTest, NoncesLiveFiveMinutes) {
    const Header first = challenge();
    EXPECT_EQ(guard.check(answering(first, {}), polycom(), start + 300s), Verdict::accepted);
    const Message late = answering(first, {.count = "00000002"});
    EXPECT_EQ(guard.check(late, polycom(), start + 301s), Verdict::stale);
    EXPECT_EQ(guard.check(answering(first, {.password = "x"}), polycom(), start + 301s),
              Verdict::wrong);
    EXPECT_FALSE(is_stale(first));
    EXPECT_TRUE(is_stale(guard.challenge("PolycomSPIP", Verdict::stale, start)));
}

TEST_F(DigestGuardTest, ReplayedRequestsAreStale) {
    const Header first = challenge();
    const Message request = answering(first, {});
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::accepted);
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::stale);
    EXPECT_EQ(guard.check(answering(first, {.count = "0000000a"}), polycom(), start),
              Verdict::accepted);
    EXPECT_EQ(guard.check(answering(first, {.count = "00000002"}), polycom(), start),
              Verdict::stale);
    EXPECT_EQ(guard.check(answering(first, {.count = "00000000"}), polycom(), start),
              Verdict::stale);
}

TEST_F(DigestGuardTest, WithoutQopANonceIsGoodOnce) {
    const Message request = answering(challenge(), {.qop = false});
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::accepted);
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::stale);
}

TEST_F(DigestGuardTest, TwoClientsOfOneSecondDoNotDisturbEachOther) {
    const Header one = challenge();
    const Header two = challenge();
    EXPECT_EQ(guard.check(answering(two, {}), polycom(), start), Verdict::accepted);
    EXPECT_EQ(guard.check(answering(one, {}), polycom(), start), Verdict::accepted);
}

TEST_F(DigestGuardTest, NoncesOfOthersAreStale) {
    DigestGuard other{Secret("of another run")};
    const Header foreign = other.challenge("PolycomSPIP", Verdict::missing, start);
    EXPECT_EQ(guard.check(answering(foreign, {}), polycom(), start), Verdict::stale);
}

TEST(DigestGuard, ForgetsTheOldestNonceAndTakesItNoMore) {
    DigestGuard guard(Secret("s"), {.used_limit = 2});
    std::vector<Message> requests;
    for (int i = 0; i < 3; ++i) {
        const Header challenge =
            guard.challenge("PolycomSPIP", Verdict::missing, start + Seconds(i));
        requests.push_back(answering(challenge, {}));
        EXPECT_EQ(guard.check(requests.back(), polycom(), start + 3s), Verdict::accepted);
    }
    for (const Message& request : requests) {
        EXPECT_EQ(guard.check(request, polycom(), start + 3s), Verdict::stale);
    }
}

// protocols.md J-17: the digest is right, the nonce is not ours.
TEST_F(DigestGuardTest, VectorJ17) {
    const std::string authorization =
        "Digest username=\"1001\", realm=\"PolycomSPIP\", nonce=\"5f1e9c\", "
        "uri=\"sip:1001@10.0.0.21:5060\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"0a1b2c\", "
        "response=\"523466bdca22ce648daadf2bb8ffeef0\"";
    EXPECT_EQ(guard.check(notify(authorization), polycom(), start), Verdict::stale);
    const std::string forged = authorization.substr(0, authorization.size() - 2) + "1\"";
    EXPECT_EQ(guard.check(notify(forged), polycom(), start), Verdict::wrong);
}

// protocols.md J-18: without qop
TEST_F(DigestGuardTest, VectorJ18) {
    Message request = notify(
        "Digest username=\"1000\", realm=\"PolycomSPIP\", nonce=\"abc123\", "
        "uri=\"sip:1000@10.0.0.5:5060\", response=\"31a19c5498c919c70a2a7ec8ed8b7fc1\"");
    request.start = Request{"NOTIFY", *SipUri::parse("sip:1000@10.0.0.5:5060")};
    const LineAccount account{
        .realm = "PolycomSPIP", .users = {"1000"}, .password = Secret("1234")};
    EXPECT_EQ(guard.check(request, account, start), Verdict::stale);
    EXPECT_EQ(guard.check(request, polycom(), start), Verdict::wrong);
}

}  // namespace
}  // namespace onhook::wire::sip
