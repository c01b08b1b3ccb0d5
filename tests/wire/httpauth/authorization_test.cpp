#include "wire/httpauth/authorization.h"

#include "support/properties.h"

namespace onhook::wire::httpauth {

namespace {

const Account mufasa{"Mufasa", Secret<std::string>("Circle of Life")};

constexpr std::string_view rfc7616_challenge =
    "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, "
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

const ClientNonce rfc7616_client{"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"};

Challenge challenge_of(std::string_view header) {
    const auto challenges = parse_challenges(header);
    return challenges->front();
}

}  // namespace

TEST(Authorization, AnswersTheExampleOfRfc7616) {
    // J-19
    const auto header = answer(challenge_of(rfc7616_challenge),
                               mufasa,
                               {.method = "GET", .uri = "/dir/index.html"},
                               rfc7616_client);
    EXPECT_EQ(header.reveal(),
              "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
              "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", "
              "algorithm=SHA-256, qop=auth, nc=00000001, "
              "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", "
              "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", "
              "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

TEST(Authorization, AnswersWithoutQopAsRfc2069) {
    // J-18
    const auto header = answer(challenge_of("Digest realm=\"PolycomSPIP\", nonce=\"abc123\""),
                               Account{"1000", Secret<std::string>("1234")},
                               {.method = "NOTIFY", .uri = "sip:1000@10.0.0.5:5060"},
                               ClientNonce{"unused"});
    EXPECT_EQ(header.reveal(),
              "Digest username=\"1000\", realm=\"PolycomSPIP\", nonce=\"abc123\", "
              "uri=\"sip:1000@10.0.0.5:5060\", response=\"31a19c5498c919c70a2a7ec8ed8b7fc1\"");
}

// F-28 of flyingvoice.md: a phone's serial number is its user and its password.
TEST(Authorization, AnswersBasicWithASerialNumber) {
    const auto header = answer(BasicChallenge{"r"},
                               Account{"FVSN0001", Secret<std::string>("FVSN0001")},
                               {.method = "GET", .uri = "/"},
                               ClientNonce{});
    EXPECT_EQ(header.reveal(), "Basic RlZTTjAwMDE6RlZTTjAwMDE=");
}

TEST(Authorization, AnswersBasicAndNeverPrintsIt) {
    // J-20
    const auto header = answer(BasicChallenge{"r"},
                               Account{"Aladdin", Secret<std::string>("open sesame")},
                               {.method = "GET", .uri = "/"},
                               ClientNonce{});
    EXPECT_EQ(header.reveal(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(fmt::format("{}", header), "[redacted]");
    const auto credentials = parse_authorization(header.reveal());
    ASSERT_TRUE(credentials);
    EXPECT_EQ(*credentials,
              Credentials(BasicCredentials{"Aladdin", Secret<std::string>("open sesame")}));
}

TEST(Authorization, IsVerifiedByThePasswordOnly) {
    for (const std::string_view header :
         {rfc7616_challenge,
          std::string_view("Digest realm=\"r\", nonce=\"n\""),
          std::string_view("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess")}) {
        SCOPED_TRACE(header);
        const Challenge challenge = challenge_of(header);
        const auto& digest = std::get<DigestChallenge>(challenge);
        const auto sent =
            answer(challenge, mufasa, {.method = "GET", .uri = "/a?b=\"c\""}, rfc7616_client);
        const auto parsed = parse_authorization(sent.reveal());
        ASSERT_TRUE(parsed);
        auto credentials = std::get<DigestCredentials>(*parsed);
        EXPECT_EQ(credentials.uri, "/a?b=\"c\"");
        const Algorithm algorithm = digest.algorithm.value_or(Algorithm::md5);
        const auto ha1 = digest_ha1(algorithm, mufasa, digest.realm);
        EXPECT_TRUE(verify(credentials, "GET", ha1));
        EXPECT_FALSE(verify(credentials, "POST", ha1));
        const Account other{"Mufasa", Secret<std::string>("circle of life")};
        EXPECT_FALSE(verify(credentials, "GET", digest_ha1(algorithm, other, digest.realm)));
        credentials.uri = "/other";
        EXPECT_FALSE(verify(credentials, "GET", ha1));
    }
}

TEST(Authorization, RejectsWhatIsNotWhole) {
    const std::string response(32, 'a');
    const std::string fields = "username=u, realm=r, nonce=n, uri=\"/\"";
    for (const std::string& header :
         {std::string(),
          std::string("Bearer abc"),
          std::string("Basic"),
          std::string("Basic realm=x"),
          std::string("Basic !!!!"),
          std::string("Basic QWxh"),  // no colon inside
          std::string("Basic Og==, Basic Og=="),
          "Digest " + fields,
          "Digest realm=r, nonce=n, uri=\"/\", response=" + response,
          "Digest " + fields + ", response=" + response + "a",
          "Digest " + fields + ", response=g" + response.substr(1),
          "Digest " + fields + ", algorithm=SHA-256, response=" + response,
          "Digest " + fields + ", algorithm=SHA-1, response=" + response,
          "Digest " + fields + ", algorithm=MD5-sess, response=" + response,
          "Digest " + fields + ", qop=auth-int, nc=00000001, cnonce=c, response=" + response,
          "Digest " + fields + ", qop=auth, nc=1, cnonce=c, response=" + response,
          "Digest " + fields + ", qop=auth, nc=0000000g, cnonce=c, response=" + response,
          "Digest " + fields + ", qop=auth, nc=00000001, response=" + response,
          "Digest " + fields + ", nc=00000001, cnonce=c, response=" + response}) {
        SCOPED_TRACE(header);
        EXPECT_FALSE(parse_authorization(header));
    }
    EXPECT_TRUE(parse_authorization("digest " + fields + ", QOP=\"auth\", NC=00000001, cnonce=c" +
                                    ", response=\"" + response + "\""));
}

RC_GTEST_PROP(Authorization, ReadsWhatItPrints, (bool with_qop)) {
    const auto text =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("aZ:\"\\ ,=\t\xC3\xA9")));
    DigestChallenge challenge;
    challenge.realm = *text;
    challenge.nonce = *text;
    challenge.qop_auth = with_qop;
    const Account account{*text, Secret<std::string>(*text)};
    const auto sent = answer(challenge, account, {.method = "GET", .uri = "/x"}, {*text});
    const auto credentials = parse_authorization(sent.reveal());
    RC_ASSERT(credentials.has_value());
    RC_ASSERT(print(*credentials) == sent);
    RC_ASSERT(verify(std::get<DigestCredentials>(*credentials),
                     "GET",
                     digest_ha1(Algorithm::md5, account, challenge.realm)));
}

RC_GTEST_PROP(Authorization, BasicKeepsEveryPassword, (const std::string& password)) {
    const auto sent = print(BasicCredentials{"user", Secret<std::string>(password)});
    const auto credentials = parse_authorization(sent.reveal());
    RC_ASSERT(credentials.has_value());
    RC_ASSERT(std::get<BasicCredentials>(*credentials).password.reveal() == password);
}

}  // namespace onhook::wire::httpauth
