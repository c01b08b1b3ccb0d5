#include "agent/admin_login.h"

#include <gtest/gtest.h>

#include "wire/httpauth/authorization.h"

namespace onhook::agent {
namespace {

using Verdict = AdminLogin::Verdict;
namespace httpauth = wire::httpauth;

constexpr std::string_view resync_target = "/admin/resync?/a.cfg";

struct Attempt {
    std::string user = "admin";
    std::string password = "s3cret";
    std::string_view method = "GET";
    std::string_view uri = resync_target;
};

std::string answer(const std::string& challenge, const Attempt& attempt) {
    const auto challenges = httpauth::parse_challenges(challenge);
    CHECK(challenges.has_value() && challenges->size() == 1);
    return httpauth::answer(challenges->front(),
                            {attempt.user, Secret(attempt.password)},
                            {attempt.method, attempt.uri},
                            {"0123456789abcdef"})
        .reveal();
}

Verdict check(AdminLogin& login, const std::string& authorization) {
    return login.check(authorization, "GET", resync_target, Secret("s3cret"));
}

TEST(AdminLogin, LetsInWhoKnowsThePassword) {
    AdminLogin login("CP-8841-3PCC");
    EXPECT_EQ(check(login, answer(login.challenge(), {})), Verdict::granted);
}

TEST(AdminLogin, RefusesEverythingElse) {
    AdminLogin login("CP-8841-3PCC");
    const std::string challenge = login.challenge();
    for (const Attempt& wrong : {Attempt{.user = "user"},
                                 Attempt{.password = "S3cret"},
                                 Attempt{.password = ""},
                                 Attempt{.method = "POST"},
                                 Attempt{.uri = "/admin/resync"}}) {
        EXPECT_EQ(check(login, answer(challenge, wrong)), Verdict::refused);
    }
    for (const std::string_view text :
         {"", "Digest", "Basic YWRtaW46czNjcmV0", "Bearer x", "Digest username=\"admin\""}) {
        SCOPED_TRACE(text);
        EXPECT_EQ(check(login, std::string(text)), Verdict::refused);
    }
}

TEST(AdminLogin, TakesANonceOnce) {
    AdminLogin login("CP-8841-3PCC");
    const std::string header = answer(login.challenge(), {});
    EXPECT_EQ(check(login, header), Verdict::granted);
    EXPECT_EQ(check(login, header), Verdict::stale);
    EXPECT_NE(login.challenge(true).find("stale=true"), std::string::npos);
}

TEST(AdminLogin, ForgetsTheOldestNonce) {
    AdminLogin login("CP-8841-3PCC");
    const std::string first = answer(login.challenge(), {});
    const std::string second = answer(login.challenge(), {});
    for (std::size_t i = 1; i < AdminLogin::most_nonces; ++i) {
        (void)login.challenge();
    }
    EXPECT_EQ(check(login, first), Verdict::stale);
    EXPECT_EQ(check(login, second), Verdict::granted);
}

}  // namespace
}  // namespace onhook::agent
