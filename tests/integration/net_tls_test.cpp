// Certificates that are wrong in each possible way, with real handshakes: each fails as TLS, and
// says what is wrong and what to do.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "net/fetch.h"
#include "net/server_identity.h"
#include "support/fetching.h"
#include "support/tls_server.h"

namespace onhook::net {

namespace {

using support::Made;
using support::make;
using support::make_authority;
using support::OpensslServer;
using support::order;
using TlsKind = TransferFailure::Kind;
using Use = CertificateUse;

const std::vector<std::string> local = {"localhost", "127.0.0.1"};

Made server_of(const Made& by, const std::vector<std::string>& names = local) {
    return make(order(Use::server, names.empty() ? "localhost" : names.front(), names), &by);
}

void nothing_more(SSL_CTX* /*context*/) {}

}  // namespace

// cisco-mpp.md 11.2, the documents' three examples first.
TEST(ServerIdentity, IsWhatTheNamesSay) {
    struct Row {
        std::string_view common_name;
        std::vector<std::string> hosts;
        std::vector<std::string> addresses;
        std::string_view server;
        bool is_for;
    };

    const Made root = make_authority("Root");
    for (const Row& row : {
             Row{"sprov.callme.com", {}, {}, "sprov.callme.com", true},
             Row{"pv.telco.net/mailto:admin@telco.net", {}, {}, "pv.telco.net", true},
             Row{"prof.voice.com/info@voice.com", {}, {}, "prof.voice.com", true},
             Row{"prof.voice.com/info@voice.com", {}, {}, "voice.com", false},
             Row{"/prof.voice.com", {}, {}, "prof.voice.com", false},
             Row{"SPROV.callme.COM", {}, {}, "sprov.CALLME.com.", true},
             Row{"sprov.callme.com", {}, {}, "prov.callme.com", false},
             Row{"sprov.callme.com", {"other.example"}, {}, "sprov.callme.com", false},
             Row{"sprov.callme.com", {}, {"192.0.2.1"}, "sprov.callme.com", false},
             Row{"x", {"a.example", "b.example"}, {}, "b.example", true},
             Row{"x", {"*.example.com"}, {}, "a.example.com", true},
             Row{"x", {"*.example.com"}, {}, "a.b.example.com", false},
             Row{"x", {"*.example.com"}, {}, "example.com", false},
             Row{"x", {"*.com"}, {}, "example.com", false},
             Row{"x", {"a*.example.com"}, {}, "ab.example.com", false},
             Row{"x", {"*.*.example.com"}, {}, "a.b.example.com", false},
             Row{"x", {"*"}, {}, "localhost", false},
             Row{"*.example.com", {}, {}, "a.example.com", true},
             Row{"x", {}, {"192.0.2.1"}, "192.0.2.1", true},
             Row{"x", {}, {"192.0.2.1"}, "192.0.2.2", false},
             Row{"x", {"192.0.2.1"}, {}, "192.0.2.1", false},
             Row{"192.0.2.1", {}, {}, "192.0.2.1", true},
             Row{"x", {}, {"2001:db8::1"}, "2001:DB8:0:0::1", true},
             Row{"", {}, {}, "", false},
         }) {
        SCOPED_TRACE(fmt::format("{} / {}", row.common_name, row.server));
        CertificateNames names{row.hosts, row.addresses, std::string(row.common_name)};
        names.common_name = names.common_name.substr(0, names.common_name.find('/'));
        EXPECT_EQ(is_for(names, row.server), row.is_for);
        if (row.common_name.empty() || !row.hosts.empty()) {
            continue;
        }
        const Made made =
            make(order(Use::server, std::string(row.common_name), row.addresses), &root);
        EXPECT_EQ(is_for(names_of(made.certificate.get()), row.server), row.is_for);
    }
}

class TlsTest : public support::FetchingTest {
  protected:
    TlsTest() { trust_root(); }

    void trust_root(const CertificateFiles& own = {}) {
        EXPECT_TRUE(replace_file(directory_ / "root.crt", root_.pem()));
        trust({directory_ / "root.crt", own.certificate_file, own.key_file});
    }

    support::FetchOutcome get_from(const OpensslServer& server,
                                   TlsDemands demands = {},
                                   const std::string& host = "localhost") {
        return fetch({.id = {}, .url = support::url(server.url(host)), .tls = std::move(demands)});
    }

    static void expect_tls_failure(const support::FetchOutcome& outcome,
                                   std::string_view what,
                                   std::string_view remedy) {
        ASSERT_TRUE(outcome.failure);
        EXPECT_EQ(outcome.failure->kind, TlsKind::tls) << outcome.failure->reason;
        EXPECT_NE(outcome.failure->reason.find(what), std::string::npos) << outcome.failure->reason;
        EXPECT_NE(outcome.failure->reason.find(remedy), std::string::npos)
            << outcome.failure->reason;
    }

    support::TemporaryDirectory directory_;
    Made root_ = make_authority("Test root");
};

TEST_F(TlsTest, WrongCertificatesOfServersAreNamed) {
    const Made other_root = make_authority("Other root");
    const Made intermediate = make_authority("Intermediate", &root_);
    const Made no_authority = make(order(Use::server, "no authority"), &root_);
    auto expired = order(Use::server, "localhost", local);
    expired.until = expired.from + std::chrono::hours(1);
    auto early = order(Use::server, "localhost", local);
    early.from = early.until - std::chrono::days(1);
    const auto local_server = [this](Key key, const EVP_MD* digest) {
        return make(order(Use::server, "localhost", local), &root_, std::move(key), digest);
    };

    struct Row {
        std::string_view name;
        Made server;
        std::string_view what;
        std::string_view remedy;
    };

    for (const Row& row : {
             Row{"expired", make(expired, &root_), "'localhost' expired on 20", "renew it"},
             Row{"not yet valid", make(early, &root_), "'localhost' is valid from 20", "clock"},
             Row{"wrong name",
                 make(order(Use::server, "other.example"), &root_),
                 "is for 'other.example' and not for 'localhost'",
                 "issue one for that name"},
             Row{"wrong alternative name, right common name",
                 make(order(Use::server, "localhost", {"other.example"}), &root_),
                 "is for 'other.example' and not for 'localhost'",
                 "write the certificate's name in the URL"},
             Row{"unknown CA",
                 server_of(other_root),
                 "its issuer 'Other root' is neither installed nor sent",
                 "Custom_CA_Rule"},
             Row{"self-signed",
                 make(order(Use::server, "localhost", local)),
                 "'localhost' is self-signed",
                 "--ca"},
             Row{"a client's",
                 make(order(Use::client, "localhost", local), &root_),
                 "is not for servers",
                 "serverAuth"},
             Row{"intermediate missing",
                 server_of(intermediate),
                 "its issuer 'Intermediate' is neither installed nor sent",
                 "let the server send its intermediate"},
             Row{"short key",
                 local_server(Key(EVP_RSA_gen(1024)), EVP_sha256()),
                 "the key of 'localhost' is too short",
                 "RSA 2048"},
             Row{"weak digest",
                 local_server(make_key(KeyKind::ec_p256), EVP_sha1()),
                 "digest that is not safe",
                 "SHA-256"},
         }) {
        SCOPED_TRACE(row.name);
        const OpensslServer server(row.server, &nothing_more);
        expect_tls_failure(get_from(server), row.what, row.remedy);
    }
    // The chain that the server sends counts too.
    const Made under_none = server_of(no_authority);
    const OpensslServer wrong_chain(under_none, [&](SSL_CTX* context) {
        SSL_CTX_add1_chain_cert(context, no_authority.certificate.get());
    });
    expect_tls_failure(get_from(wrong_chain), "'no authority' signed a certificate", "let a CA");
    const Made under_other = server_of(other_root);
    const OpensslServer sent_root(under_other, [&](SSL_CTX* context) {
        SSL_CTX_add1_chain_cert(context, other_root.certificate.get());
    });
    expect_tls_failure(
        get_from(sent_root), "the CA 'Other root' is not among those", "Custom_CA_Rule");
    const Made under_intermediate = server_of(intermediate);
    const OpensslServer whole_chain(under_intermediate, [&](SSL_CTX* context) {
        SSL_CTX_add1_chain_cert(context, intermediate.certificate.get());
    });
    EXPECT_TRUE(get_from(whole_chain).answer);
}

TEST_F(TlsTest, ServersWithRightCertificatesAreTrusted) {
    for (const Made& right :
         {server_of(root_),
          make(order(Use::server, "localhost"), &root_),
          make(order(Use::server, "localhost/mailto:admin@example.com"), &root_),
          make(order(Use::server, "x", local), &root_, make_key(KeyKind::rsa_2048))}) {
        const OpensslServer server(right, &nothing_more);
        const auto outcome = get_from(server);
        ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
        EXPECT_EQ(outcome.answer->body, "nobody");
    }
    const OpensslServer by_address(server_of(root_), &nothing_more);
    EXPECT_TRUE(get_from(by_address, {}, "127.0.0.1").answer);
}

// The custom CA of one transfer is no root of the next.
TEST_F(TlsTest, MoreRootsCountForTheirTransferOnly) {
    const Made custom = make_authority("Custom");
    const OpensslServer server(server_of(custom), &nothing_more);
    const OpensslServer of_root(server_of(root_), &nothing_more);
    EXPECT_TRUE(get_from(server).failure);
    EXPECT_TRUE(get_from(of_root).answer);
    const auto with = get_from(server, {.more_roots = root_.pem() + custom.pem()});
    EXPECT_TRUE(with.answer) << with.failure->reason;
    EXPECT_TRUE(get_from(server).failure);
    EXPECT_TRUE(get_from(of_root, {.more_roots = custom.pem()}).answer);
    // Beside the system's roots too.
    trust({});
    EXPECT_TRUE(get_from(server, {.more_roots = custom.pem()}).answer);
    EXPECT_TRUE(get_from(server).failure);
}

// flyingvoice.md 8.2: each check by itself.
TEST_F(TlsTest, ChecksMayBeSwitchedOff) {
    const Made other_root = make_authority("Other root");
    const OpensslServer untrusted(server_of(other_root), &nothing_more);
    const OpensslServer misnamed(make(order(Use::server, "x"), &root_), &nothing_more);
    const OpensslServer both(make(order(Use::server, "x"), &other_root), &nothing_more);
    for (const bool trusted : {true, false}) {
        for (const bool named : {true, false}) {
            const TlsDemands demands{.trusted_roots = trusted, .right_name = named};
            EXPECT_EQ(get_from(untrusted, demands).answer.has_value(), !trusted);
            EXPECT_EQ(get_from(misnamed, demands).answer.has_value(), !named);
            EXPECT_EQ(get_from(both, demands).answer.has_value(), !trusted && !named);
        }
    }
}

TEST_F(TlsTest, OldProtocolsAndStrangeCiphersAreNamed) {
    const Made right = server_of(root_);
    const OpensslServer old(right, [](SSL_CTX* context) {
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    });
    expect_tls_failure(get_from(old), "no TLS 1.2", "let it");
    const OpensslServer tls12(
        right, [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
    EXPECT_TRUE(get_from(tls12).answer);
    EXPECT_TRUE(get_from(tls12, {.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"}).answer);
    expect_tls_failure(get_from(tls12, {.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"}),
                       "no cipher suite in common",
                       "TLS_Cipher_List");
    for (const std::string& wrong : {std::string("no such cipher"), std::string(60'000, 'x')}) {
        expect_tls_failure(
            get_from(tls12, {.ciphers = wrong}), "names no cipher", "leave it empty");
    }
    // What an administrator asks for: a phone of the time of RSA 1024.
    const Made weak = make(order(Use::server, "localhost", local), &root_, Key(EVP_RSA_gen(1024)));
    const OpensslServer weak_server(weak, &nothing_more);
    EXPECT_TRUE(get_from(weak_server, {.ciphers = "DEFAULT@SECLEVEL=0"}).answer);
}

// Of TLS 1.2 and 1.3, which tells after the handshake.
TEST_F(TlsTest, TheCertificateOfThePhoneIsShownAndRefusalsAreNamed) {
    const Made device_root = make_authority("Device root");
    const Made other_root = make_authority("Other root");
    auto expired = order(Use::client, "phone");
    expired.until = expired.from + std::chrono::hours(1);

    struct Row {
        std::string_view name;
        CertificateFiles own;
        std::string_view what;  // empty: the server takes it
        std::string_view remedy;
    };

    const auto files = [&](const std::string& name, const Made& made) {
        return made.files(directory_ / name);
    };
    const std::vector<Row> rows = {
        {"right", files("right", make(order(Use::client, "phone"), &device_root)), "", ""},
        {"absent", {}, "the server wants a certificate of the phone", "--cert and --key"},
        {"expired", files("expired", make(expired, &device_root)), "refused", "issue a new one"},
        {"of another CA",
         files("other", make(order(Use::client, "phone"), &other_root)),
         "refused",
         "does not trust the CA"},
        {"a server's",
         files("server", make(order(Use::server, "phone"), &device_root)),
         "refused",
         "clientAuth"},
    };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const OpensslServer server(server_of(root_), [&](SSL_CTX* context) {
            SSL_CTX_set_max_proto_version(context, version);
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context), device_root.certificate.get());
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        });
        for (const Row& row : rows) {
            SCOPED_TRACE(fmt::format("{} {}", row.name, version));
            trust_root(row.own);
            const auto outcome = get_from(server);
            if (row.what.empty()) {
                ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
                EXPECT_EQ(outcome.answer->body, "phone");
            } else {
                expect_tls_failure(outcome, row.what, row.remedy);
            }
        }
    }
}

}  // namespace onhook::net
