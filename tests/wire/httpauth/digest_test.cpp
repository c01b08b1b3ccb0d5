#include "wire/httpauth/digest.h"

#include <gtest/gtest.h>

namespace onhook::wire::httpauth {

TEST(Digest, HasTheResponsesOfTheVectors) {
    struct Row {
        std::string_view vector;
        Algorithm algorithm;
        std::string_view user, password, realm, nonce, method, uri;
        std::string_view cnonce;  // empty: without qop
        std::string_view ha1;     // empty: not given
        std::string_view response;
    };

    constexpr std::string_view nonce_7616 = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    constexpr std::string_view cnonce_7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    for (const Row& row : {Row{"J-17",
                               Algorithm::md5,
                               "1001",
                               "s3cret",
                               "PolycomSPIP",
                               "5f1e9c",
                               "NOTIFY",
                               "sip:1001@10.0.0.21:5060",
                               "0a1b2c",
                               "30a667533aedac1626c6ea3af924875e",
                               "523466bdca22ce648daadf2bb8ffeef0"},
                           Row{"J-18",
                               Algorithm::md5,
                               "1000",
                               "1234",
                               "PolycomSPIP",
                               "abc123",
                               "NOTIFY",
                               "sip:1000@10.0.0.5:5060",
                               "",
                               "c15d36833103d371b73e42a721252866",
                               "31a19c5498c919c70a2a7ec8ed8b7fc1"},
                           Row{"J-19 MD5",
                               Algorithm::md5,
                               "Mufasa",
                               "Circle of Life",
                               "http-auth@example.org",
                               nonce_7616,
                               "GET",
                               "/dir/index.html",
                               cnonce_7616,
                               "",
                               "8ca523f5e9506fed4657c9700eebdbec"},
                           Row{"J-19 SHA-256",
                               Algorithm::sha256,
                               "Mufasa",
                               "Circle of Life",
                               "http-auth@example.org",
                               nonce_7616,
                               "GET",
                               "/dir/index.html",
                               cnonce_7616,
                               "",
                               "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
                           Row{"J-20",
                               Algorithm::md5,
                               "Mufasa",
                               "Circle Of Life",
                               "testrealm@host.com",
                               "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                               "GET",
                               "/dir/index.html",
                               "0a4f113b",
                               "939e7578ed9e3c518a452acee763bce9",
                               "6629fae49393a05397450978507c4ef1"},
                           Row{"F-27 of flyingvoice.md",
                               Algorithm::md5,
                               "FVSN0001",
                               "FVSN0001",
                               "prov",
                               "nonce0001",
                               "GET",
                               "/prov/0021f222aef1.cfg",
                               "cn01",
                               "",
                               "03433818ba8afc44ca43dafe2e422c3a"}}) {
        SCOPED_TRACE(row.vector);
        const Account account{std::string(row.user),
                              Secret<std::string>(std::string(row.password))};
        const auto ha1 = digest_ha1(row.algorithm, account, row.realm);
        if (!row.ha1.empty()) {
            EXPECT_EQ(ha1.reveal(), row.ha1);
        }
        const ClientNonce client{std::string(row.cnonce)};
        const DigestInput input{.algorithm = row.algorithm,
                                .nonce = row.nonce,
                                .method = row.method,
                                .uri = row.uri,
                                .client = row.cnonce.empty() ? nullptr : &client};
        EXPECT_EQ(digest_response(input, ha1), row.response);
    }
}

TEST(Digest, SessionAlgorithmsMixTheNoncesIntoTheKey) {
    const Account account{"user", Secret<std::string>("secret")};
    const ClientNonce client{"c"};
    for (const auto& [plain, session] : {std::pair(Algorithm::md5, Algorithm::md5_sess),
                                         std::pair(Algorithm::sha256, Algorithm::sha256_sess)}) {
        const auto ha1 = digest_ha1(plain, account, "realm");
        EXPECT_EQ(digest_ha1(session, account, "realm"), ha1);
        // By definition HA1 of the session is H(HA1:nonce:cnonce), which is the HA1 of an account
        // of these names.
        const Account renamed{ha1.reveal(), Secret<std::string>("c")};
        const DigestInput as_session{
            .algorithm = session, .nonce = "n", .method = "GET", .uri = "/", .client = &client};
        const DigestInput as_plain{
            .algorithm = plain, .nonce = "n", .method = "GET", .uri = "/", .client = &client};
        EXPECT_EQ(digest_response(as_session, ha1),
                  digest_response(as_plain, digest_ha1(plain, renamed, "n")));
    }
}

TEST(Digest, KnowsItsAlgorithmsByNameInAnyCase) {
    EXPECT_EQ(parse_algorithm("md5"), Algorithm::md5);
    EXPECT_EQ(parse_algorithm("SHA-256"), Algorithm::sha256);
    EXPECT_EQ(parse_algorithm("MD5-SESS"), Algorithm::md5_sess);
    EXPECT_EQ(parse_algorithm("SHA-512-256"), std::nullopt);
    EXPECT_EQ(parse_algorithm(""), std::nullopt);
}

}  // namespace onhook::wire::httpauth
