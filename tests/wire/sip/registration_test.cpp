#include "wire/sip/registration.h"

#include "wire/sip/driven_registration.h"

namespace onhook::wire::sip {

// RFC 3261 10.2
TEST(Registration, AsksAsTheAccountSays) {
    DrivenRegistration driven;
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
    DrivenRegistration driven;
    driven.transport = Transport::tls;
    driven.begin();
    EXPECT_EQ(driven.request->vias.front().transport.str(), "TLS");
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7:5061;transport=tls>;expires=100");
}

// Nobody listens for TLS: what the server has to know is our end of the connection.
TEST(Registration, WithoutAListenerTheConnectionIsTheAddress) {
    DrivenRegistration driven;
    driven.local.tls = 0;
    driven.restart();
    driven.transport = Transport::tls;
    driven.seen_from = {Transport::tls, "192.0.2.7", 55555, 9};
    driven.begin();
    EXPECT_EQ(driven.request->vias.front().port, std::nullopt);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7;transport=tls>;expires=100");
    driven.answer(401, challenge);
    EXPECT_EQ(driven.header("Contact"), "<sip:1001@192.0.2.7:55555;transport=tls>;expires=100");
    EXPECT_EQ(driven.answer(200), "registered for 100");
}

TEST(Registration, AnswersAChallengeOnceAndSignsAheadAfterIt) {
    DrivenRegistration driven;
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
    DrivenRegistration driven(account);
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_TRUE(is_signed(driven, "n1", "auth-1001"));
}

TEST(Registration, AStaleNonceIsAnsweredAgain) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.answer(401, stale_challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n3"));
    EXPECT_EQ(driven.answer(401, stale_challenge), "failed: 401 Unauthorized");
}

TEST(Registration, AWrongPasswordIsNotTriedAgainAndAgain) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(401, challenge);
    EXPECT_EQ(driven.answer(401, new_challenge), "failed: 401 Unauthorized");
    EXPECT_GE(driven.until_deadline(), 600s);
    EXPECT_LE(driven.until_deadline(), 1200s);
}

TEST(Registration, ProxyAndRegistrarMayBothAsk) {
    DrivenRegistration driven;
    driven.begin();
    EXPECT_EQ(driven.answer(407, {{"Proxy-Authenticate", R"(Digest realm="p", nonce="pn")"}}),
              "send to 10.0.0.1");
    EXPECT_EQ(driven.answer(401, challenge), "send to 10.0.0.1");
    EXPECT_TRUE(is_signed(driven, "n1"));
    EXPECT_NE(driven.header("Proxy-Authorization"), "");
    EXPECT_EQ(driven.answer(200), "registered for 100");
}

TEST(Registration, Sha256BeforeMd5AndNeverBasic) {
    DrivenRegistration driven;
    driven.begin();
    driven.answer(401,
                  {{"WWW-Authenticate", R"(Digest realm="example.com", nonce="a", qop="auth")"},
                   {"WWW-Authenticate",
                    R"(Digest realm="example.com", nonce="b", qop="auth", algorithm=SHA-256)"}});
    EXPECT_NE(driven.header("Authorization").find("algorithm=SHA-256"), std::string::npos);
    DrivenRegistration other;
    other.begin();
    EXPECT_EQ(other.answer(401, {{"WWW-Authenticate", R"(Basic realm="example.com")"}}),
              "failed: 401 Unauthorized");
}

}  // namespace onhook::wire::sip
