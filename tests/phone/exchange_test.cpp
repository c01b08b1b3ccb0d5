#include "phone/exchange.h"

#include <gtest/gtest.h>

#include "support/machine_bench.h"

namespace onhook::phone {

using test::MachineBench;

namespace {

Url url(std::string_view text) { return *Url::parse(text); }

Order get(std::string_view from) {
    return {.method = Method::get,
            .url = url(from),
            .body = {},
            .content_type = {},
            .credentials = {},
            .key = {}};
}

Order get_as_bob(std::string_view from) {
    Order order = get(from);
    order.credentials = profile::Credentials{"bob", Secret("pw")};
    return order;
}

// An exchange with its bench; answers always go to the transfer that runs.
struct DrivenExchange {
    MachineBench bench;
    Exchange exchange;

    explicit DrivenExchange(Order order, std::string_view domains = {}) {
        bench.set("Restricted_Access_Domains", domains);
        Context context = bench.context();
        refused = exchange.start(std::move(order), context);
    }

    std::optional<Fault> refused;

    std::optional<Result<SharedText, Fault>> answer(int status,
                                                    std::string body = {},
                                                    std::string location = {},
                                                    std::string challenge = {}) {
        Context context = bench.context();
        return exchange.on(Answered{bench.transfer().transfer,
                                    status,
                                    std::move(body),
                                    std::move(location),
                                    std::move(challenge)},
                           context);
    }

    std::string error_of(int status, std::string location = {}) {
        const auto verdict = answer(status, {}, std::move(location));
        return verdict && !*verdict ? verdict->error().error : "no error";
    }
};

}  // namespace

TEST(Exchange, TakesTheBodyOf200Only) {
    DrivenExchange plain(get("http://h/a"));
    const auto verdict = plain.answer(200, "body");
    ASSERT_TRUE(verdict && *verdict);
    EXPECT_EQ(**verdict, "body");
    EXPECT_FALSE(plain.exchange.active());
}

// Section 6.4, the table of HTTP codes, and 4.3 for the 2xx.
TEST(Exchange, NamesWhatAStatusMeans) {
    struct Row {
        int status;
        Fault::Kind kind;
        std::string_view error;
    };

    for (const Row& row : {Row{201, Fault::Kind::other, "http_get failed: 201"},
                           Row{204, Fault::Kind::corrupt, "corrupt file: the answer has no body"},
                           Row{300, Fault::Kind::other, "http_get failed: 300"},
                           Row{303, Fault::Kind::other, "http_get failed: 303"},
                           Row{307, Fault::Kind::other, "http_get failed: 307"},
                           Row{308, Fault::Kind::other, "http_get failed: 308"},
                           Row{400, Fault::Kind::other, "http_get failed: 400"},
                           Row{401, Fault::Kind::authentication, "auth failed"},
                           Row{403, Fault::Kind::other, "http_get failed: 403"},
                           Row{404, Fault::Kind::not_found, "file not found"},
                           Row{407, Fault::Kind::authentication, "auth failed"},
                           Row{410, Fault::Kind::other, "http_get failed: 410"},
                           Row{500, Fault::Kind::other, "http_get failed: 500"},
                           Row{503, Fault::Kind::other, "http_get failed: 503"},
                           Row{0, Fault::Kind::other, "http_get failed: 0"}}) {
        SCOPED_TRACE(row.status);
        DrivenExchange driven(get("http://h/a"));
        const auto verdict = driven.answer(row.status);
        ASSERT_TRUE(verdict && !*verdict);
        EXPECT_EQ(verdict->error().kind, row.kind);
        EXPECT_EQ(verdict->error().error, row.error);
    }
}

TEST(Exchange, NamesWhatAFaultMeans) {
    struct Row {
        std::string_view url;
        TransferFault fault;
        Fault::Kind kind;
        std::string_view error;
    };

    for (const Row& row :
         {Row{"http://h/a", TransferFault::dns, Fault::Kind::other, "dns failed: why"},
          Row{"http://h/a", TransferFault::connect, Fault::Kind::other, "connect failed: why"},
          Row{"https://h/a", TransferFault::tls, Fault::Kind::tls, "tls failed: why"},
          Row{"http://h/a", TransferFault::too_large, Fault::Kind::corrupt, "corrupt file: why"},
          Row{"http://h/a", TransferFault::corrupt, Fault::Kind::corrupt, "corrupt file: why"},
          Row{"http://h/a",
              TransferFault::undecoded,
              Fault::Kind::corrupt,
              "decryption failed: why"},
          Row{"tftp://h/a",
              TransferFault::tftp_not_found,
              Fault::Kind::not_found,
              "file not found"},
          Row{"tftp://h/a", TransferFault::tftp, Fault::Kind::other, "tftp_get failed: why"},
          Row{"tftp://h/a", TransferFault::protocol, Fault::Kind::other, "tftp_get failed: why"},
          Row{"http://h/a", TransferFault::protocol, Fault::Kind::other, "http_get failed: why"},
          Row{"http://h/a", TransferFault::login, Fault::Kind::authentication, "auth failed"},
          Row{"http://h/a", TransferFault::not_stored, Fault::Kind::other, "not stored: why"}}) {
        SCOPED_TRACE(row.error);
        DrivenExchange driven(get(row.url));
        const Fault fault =
            driven.exchange.on(TransferFailed{driven.bench.transfer().transfer, row.fault, "why"});
        EXPECT_EQ(fault.kind, row.kind);
        EXPECT_EQ(fault.error, row.error);
        EXPECT_FALSE(driven.exchange.active());
    }
}

TEST(Exchange, NamesTheVerbThatFailed) {
    for (const auto& [method, to, error] :
         {std::tuple{Method::put, "http://h/a", "http_put failed: 500"},
          std::tuple{Method::post, "http://h/a", "http_post failed: 500"},
          std::tuple{Method::put, "tftp://h/a", "tftp_put failed: 500"}}) {
        Order order = get(to);
        order.method = method;
        EXPECT_EQ(DrivenExchange(order).error_of(500), error);
    }
}

TEST(Exchange, FollowsRedirectsWithTheSameMethodAndBody) {
    Order order = get("http://h/a/b");
    order.method = Method::post;
    order.body = "text";
    DrivenExchange driven(order);
    EXPECT_FALSE(driven.answer(302, {}, "c?x=1"));
    EXPECT_EQ(driven.bench.transfer().url, url("http://h/a/c?x=1"));
    EXPECT_EQ(driven.bench.transfer().method, Method::post);
    EXPECT_EQ(driven.bench.transfer().body, "text");
    EXPECT_FALSE(driven.answer(301, {}, "https://i/d"));
    EXPECT_EQ(driven.exchange.url(), url("https://i/d"));
}

// protocols.md F.4; the Cisco guides know of two (4.3).
TEST(Exchange, FollowsTheOtherRedirectsWhereTheMakerDoes) {
    for (const int status : {303, 307, 308}) {
        SCOPED_TRACE(status);
        DrivenExchange follows(get("http://h/a"));
        follows.bench.behaviour.follows_every_redirect = true;
        EXPECT_FALSE(follows.answer(status, {}, "/b"));
        EXPECT_EQ(follows.bench.transfer().url, url("http://h/b"));
        Order put = get("http://h/a");
        put.method = Method::put;
        DrivenExchange uploads(put);
        uploads.bench.behaviour.follows_every_redirect = true;
        EXPECT_EQ(uploads.error_of(status, "/b"), fmt::format("http_put failed: {}", status));
        EXPECT_EQ(DrivenExchange(get("http://h/a")).error_of(status, "/b"),
                  fmt::format("http_get failed: {}", status));
    }
    EXPECT_TRUE(flyingvoice_behaviour.follows_every_redirect);
    EXPECT_FALSE(cisco_behaviour.follows_every_redirect);
}

TEST(Exchange, StopsAfterTheMostRedirects) {
    DrivenExchange driven(get("http://h/a"));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(driven.answer(302, {}, "/a"));
    }
    EXPECT_EQ(driven.error_of(302, "/a"), "http_get failed: more than 5 redirects");
}

TEST(Exchange, RefusesRedirectsThatLeadNowhereOrLoseTls) {
    EXPECT_EQ(DrivenExchange(get("http://h/a")).error_of(302),
              "http_get failed: redirect without a usable Location");
    EXPECT_EQ(DrivenExchange(get("http://h/a")).error_of(302, "tftp://h/a"),
              "http_get failed: redirect without a usable Location");
    EXPECT_EQ(DrivenExchange(get("http://h/a")).error_of(302, "http://h/ b"),
              "http_get failed: redirect without a usable Location");
    EXPECT_EQ(DrivenExchange(get("https://h/a")).error_of(302, "http://h/a"),
              "http_get failed: redirect from https to http refused");
}

TEST(Exchange, AnswersAChallengeOnlyWithCredentialsAndTwiceAtMost) {
    EXPECT_EQ(DrivenExchange(get("http://h/a")).error_of(401), "auth failed");
    DrivenExchange driven(get_as_bob("http://h/a"));
    EXPECT_FALSE(driven.bench.transfer().authorization);
    for (const char* challenge : {"Digest nonce=1", "Digest nonce=2"}) {
        EXPECT_FALSE(driven.answer(401, {}, {}, challenge));
        ASSERT_TRUE(driven.bench.transfer().authorization);
        EXPECT_EQ(driven.bench.transfer().authorization->credentials.user, "bob");
        EXPECT_EQ(driven.bench.transfer().authorization->challenge, challenge);
    }
    EXPECT_EQ(driven.error_of(401), "auth failed");
}

TEST(Exchange, SaysWhetherAServerOrAProxyAsked) {
    for (const int status : {401, 407}) {
        DrivenExchange driven(get_as_bob("http://h/a"));
        EXPECT_FALSE(driven.answer(status, {}, {}, "Basic"));
        EXPECT_EQ(driven.bench.transfer().authorization->of_proxy, status == 407);
    }
}

TEST(Exchange, KeepsCredentialsFromOtherOrigins) {
    DrivenExchange same(get_as_bob("http://h/a"));
    EXPECT_FALSE(same.answer(302, {}, "/b"));
    EXPECT_FALSE(same.answer(401, {}, {}, "Basic"));
    EXPECT_TRUE(same.bench.transfer().authorization);
    for (const std::string other : {"http://i/b", "http://h:81/b", "https://h/b"}) {
        SCOPED_TRACE(other);
        DrivenExchange driven(get_as_bob("http://h/a"));
        EXPECT_FALSE(driven.answer(302, {}, other));
        EXPECT_EQ(driven.error_of(401), "auth failed");
    }
}

// 4.3: exact, or below it at a dot; case and a final dot do not matter.
TEST(Exchange, AsksServersOfTheListedDomainsOnly) {
    struct Row {
        std::string_view domains;
        std::string_view to;
        bool allowed;
    };

    for (const Row& row : {Row{"", "http://h/a", true},
                           Row{" , ", "http://h/a", true},
                           Row{"example.com", "https://example.com/a", true},
                           Row{"example.com", "https://prov.example.com/a", true},
                           Row{"Example.COM.", "https://PROV.example.com./a", true},
                           Row{"a.test, example.com", "tftp://example.com/a", true},
                           Row{"a.test,example.com", "http://b.test/a", false},
                           Row{"example.com", "https://badexample.com/a", false},
                           Row{"prov.example.com", "https://example.com/a", false},
                           Row{"example.com", "https://example.com.evil.test/a", false},
                           Row{"10.0.0.1", "tftp://10.0.0.1/a", true},
                           Row{"0.0.1", "tftp://10.0.0.1/a", false},
                           Row{"2001:db8::1", "http://[2001:db8::1]/a", true},
                           Row{"example.com", "http://10.0.0.1/a", false}}) {
        SCOPED_TRACE(fmt::format("{} in '{}'", row.to, row.domains));
        const DrivenExchange driven(get(row.to), row.domains);
        EXPECT_EQ(driven.refused.has_value(), !row.allowed);
        EXPECT_EQ(driven.exchange.active(), row.allowed);
        EXPECT_EQ(driven.bench.count<StartTransfer>(), row.allowed ? 1U : 0U);
        if (driven.refused) {
            EXPECT_EQ(driven.refused->error, "restricted domain");
            EXPECT_EQ(driven.refused->kind, Fault::Kind::other);
        }
    }
}

TEST(Exchange, FollowsNoRedirectOutOfTheListedDomains) {
    EXPECT_EQ(DrivenExchange(get("http://h/a"), "h").error_of(302, "http://i/a"),
              "restricted domain");
    DrivenExchange within(get("http://h/a"), "h");
    EXPECT_FALSE(within.answer(302, {}, "http://i.h/a"));
    EXPECT_EQ(within.exchange.url(), url("http://i.h/a"));
}

// 6.8: the name that a certificate must carry belongs to the server that SRV named.
TEST(Exchange, AnotherOriginHasACertificateOfItsOwn) {
    for (const auto& [location, name] :
         {std::pair{"/b", "example.com"}, std::pair{"https://other.test/b", ""}}) {
        Order order = get("https://h/a");
        order.certificate_name = "example.com";
        DrivenExchange driven(std::move(order));
        EXPECT_FALSE(driven.answer(302, {}, location));
        EXPECT_EQ(driven.bench.transfer().certificate_name, name);
    }
}

TEST(Exchange, EveryTransferHasAnIdOfItsOwnAndOldOnesAreStale) {
    DrivenExchange driven(get("http://h/a"));
    const TransferId first = driven.bench.transfer().transfer;
    EXPECT_TRUE(driven.exchange.owns(first));
    EXPECT_FALSE(driven.answer(302, {}, "/b"));
    const TransferId second = driven.bench.transfer().transfer;
    EXPECT_NE(first, second);
    EXPECT_FALSE(driven.exchange.owns(first));
    EXPECT_TRUE(driven.exchange.owns(second));
    ASSERT_TRUE(driven.answer(200));
    EXPECT_FALSE(driven.exchange.owns(second));
    EXPECT_FALSE(driven.exchange.owns(TransferId{}));
}

TEST(Exchange, AnyOf2xxIsGoodForAReport) {
    for (const int status : {200, 201, 202, 204, 299}) {
        Order order = get("http://h/a");
        order.method = Method::put;
        order.upload = true;
        DrivenExchange driven(order);
        const auto verdict = driven.answer(status);
        EXPECT_TRUE(verdict && *verdict) << status;
    }
}

TEST(Exchange, SendsTheUserAgentAndTheKey) {
    Order order = get("http://h/a");
    order.key = Secret("phrase");
    DrivenExchange driven(order);
    EXPECT_EQ(driven.bench.transfer().user_agent, "Cisco-CP-8841-3PCC/11.3.1 (000e08012345)");
    EXPECT_EQ(driven.bench.transfer().keys.key, Secret("phrase"));
    driven.bench.set("HTTP_User_Agent_Name", "acme $MA");
    EXPECT_FALSE(driven.answer(302, {}, "/b"));
    EXPECT_EQ(driven.bench.transfer().user_agent, "acme 000e08012345");
    EXPECT_EQ(driven.bench.transfer().keys.key, Secret("phrase"));
}

}  // namespace onhook::phone
