#include "wire/httpauth/challenge.h"

#include "support/properties.h"

namespace onhook::wire::httpauth {

namespace {

DigestChallenge digest(std::string realm, std::string nonce) {
    DigestChallenge challenge;
    challenge.realm = std::move(realm);
    challenge.nonce = std::move(nonce);
    return challenge;
}

}  // namespace

TEST(Challenge, ReadsWhatServersSend) {
    DigestChallenge full = digest("http-auth@example.org", "7ypf");
    full.opaque = "FQhe";
    full.algorithm = Algorithm::sha256;
    full.qop_auth = true;
    DigestChallenge stale = digest("a\"b", "n");
    stale.stale = true;

    struct Row {
        std::string_view header;
        std::vector<Challenge> challenges;
    };

    for (const Row& row : std::vector<Row>{
             {"Basic realm=\"phones\"", {BasicChallenge{"phones"}}},
             {"basic REALM=phones , ", {BasicChallenge{"phones"}}},
             {"Basic", {BasicChallenge{""}}},
             {"Digest realm=\"r\", nonce=\"n\"", {digest("r", "n")}},
             {"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
              "nonce=\"7ypf\", opaque=\"FQhe\"",
              {full}},
             {"Digest  nonce = \"n\" ,realm=\"a\\\"b\",, stale=TRUE", {stale}},
             {"Digest realm=\"r\", nonce=\"n\", Basic realm=\"x, Digest y=z\"",
              {digest("r", "n"), BasicChallenge{"x, Digest y=z"}}},
             {"Negotiate, Bearer abc==, Basic realm=\"b\"", {BasicChallenge{"b"}}},
             {"Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256, Basic realm=\"b\"",
              {BasicChallenge{"b"}}},
             {"Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", {}},
             {"Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess", {}},
             {"Digest realm=\"r\"", {}},
             {"Digest nonce=\"n\"", {}},
             {"Bearer realm=\"x\"", {}}}) {
        SCOPED_TRACE(row.header);
        const auto challenges = parse_challenges(row.header);
        ASSERT_TRUE(challenges);
        EXPECT_EQ(*challenges, row.challenges);
    }
}

TEST(Challenge, RejectsBadSyntaxAtTheRightOffset) {
    struct Row {
        std::string_view header;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{" ,", 2},
                           Row{"=x", 0},
                           Row{"Basic realm=\"x", 14},
                           Row{"Basic realm=\"x\\", 15},
                           Row{"Basic realm=\"x\n\"", 14},
                           Row{"Basic realm=\"x\" y=z", 16},
                           Row{"Basic realm=@", 12},
                           Row{"Basic realm=a, realm=b", 15},
                           Row{"Basic abc def", 10}}) {
        SCOPED_TRACE(row.header);
        const auto challenges = parse_challenges(row.header);
        ASSERT_FALSE(challenges);
        EXPECT_EQ(challenges.error().offset, row.offset);
    }
    EXPECT_FALSE(parse_challenges("Basic realm=" + std::string(9000, 'x')));
}

TEST(Challenge, PrefersTheStrongest) {
    DigestChallenge sha = digest("r", "n");
    sha.algorithm = Algorithm::sha256;
    const std::vector<Challenge> all{BasicChallenge{"r"}, digest("r", "n"), sha};
    EXPECT_EQ(strongest(all), &all[2]);
    EXPECT_EQ(strongest(std::span(all).first(2)), &all[1]);
    EXPECT_EQ(strongest(std::span(all).first(1)), &all[0]);
    EXPECT_EQ(strongest({}), nullptr);
}

TEST(Challenge, PrintsWhatPhonesUnderstand) {
    DigestChallenge challenge = digest("phones", "n1");
    challenge.qop_auth = true;
    challenge.algorithm = Algorithm::md5;
    EXPECT_EQ(print(challenge),
              "Digest realm=\"phones\", nonce=\"n1\", qop=\"auth\", algorithm=MD5");
    EXPECT_EQ(print(BasicChallenge{"a\"b\r\nX: y"}), "Basic realm=\"a\\\"bX: y\"");
}

RC_GTEST_PROP(Challenge, ReadsWhatItPrints, (bool stale)) {
    const auto text =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("aZ\"\\ ,=\t\xC3\xA9")));
    DigestChallenge challenge = digest(*text, *text);
    challenge.stale = stale;
    challenge.qop_auth = true;
    challenge.opaque = *rc::gen::maybe(text) ? std::optional(*text) : std::nullopt;
    challenge.algorithm = *rc::gen::element<std::optional<Algorithm>>(
        std::nullopt, Algorithm::md5, Algorithm::md5_sess, Algorithm::sha256);
    const auto again = parse_challenges(print(challenge) + ", " + print(BasicChallenge{*text}));
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->size() == 2U);
    RC_ASSERT(again->front() == Challenge(challenge));
}

}  // namespace onhook::wire::httpauth
