#include "seal/content.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "seal/aes128gcm.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"

namespace onhook::seal {

namespace {

std::string enc(std::string_view document) {
    return seal_openssl_enc(
        document, sample_phrase, {.derivation = Derivation::md5, .salt = counting_salt<EncSalt>()});
}

std::string gcm(std::string_view document) {
    return seal_aes128gcm(document, sample_ikm, {.salt = counting_salt<ContentSalt>()});
}

constexpr auto none = ContentEncoding::none;
constexpr auto aes128gcm = ContentEncoding::aes128gcm;

// What a phone holds: neither, the rule's key, the IKM, both.
const ContentKeys no_keys;
const ContentKeys rule_key{.key = sample_phrase, .ikm = std::nullopt};
const ContentKeys phone_ikm{.key = std::nullopt, .ikm = sample_ikm};
const ContentKeys both_keys{.key = sample_phrase, .ikm = sample_ikm};
const ContentKeys blank_keys{.key = Secret(""), .ikm = Secret("")};

}  // namespace

// Every body x keys x header of 1.12 in one table; an empty `why` means that it opens.
TEST(Content, EachCombinationIsDecided) {
    struct Row {
        std::string_view what;
        std::string body;
        ContentEncoding encoding;
        const ContentKeys& keys;
        std::optional<Problem> why;
    };

    const std::string& plain = sample_document;
    for (const Row& row : {
             Row{"plain", plain, none, no_keys, {}},
             Row{"plain, IKM set", plain, none, phone_ikm, {}},
             Row{"plain, rule key", plain, none, rule_key, Problem::not_sealed},
             Row{"plain, both", plain, none, both_keys, Problem::not_sealed},
             Row{"plain, blank keys", plain, none, blank_keys, {}},
             Row{"gzip", gzip(plain), none, no_keys, {}},
             Row{"gzip, rule key", gzip(plain), none, rule_key, Problem::not_sealed},
             Row{"CBC", enc(plain), none, rule_key, {}},
             Row{"CBC, both", enc(plain), none, both_keys, {}},
             Row{"CBC of gzip", enc(gzip(plain)), none, rule_key, {}},
             Row{"CBC, no key", enc(plain), none, no_keys, Problem::key_missing},
             Row{"CBC, IKM alone", enc(plain), none, phone_ikm, Problem::key_missing},
             Row{"CBC, blank keys", enc(plain), none, blank_keys, Problem::key_missing},
             Row{"RFC 8188", gcm(plain), aes128gcm, phone_ikm, {}},
             Row{"RFC 8188 of gzip", gcm(gzip(plain)), aes128gcm, phone_ikm, {}},
             Row{"RFC 8188 and rule key: the header wins", gcm(plain), aes128gcm, both_keys, {}},
             Row{"RFC 8188, no IKM", gcm(plain), aes128gcm, no_keys, Problem::key_missing},
             Row{"RFC 8188, rule key alone", gcm(plain), aes128gcm, rule_key, Problem::key_missing},
             Row{"RFC 8188, blank IKM", gcm(plain), aes128gcm, blank_keys, Problem::key_missing},
             Row{"RFC 8188 without header, rule key",
                 gcm(plain),
                 none,
                 rule_key,
                 Problem::not_sealed},
             Row{"header, body is plain", plain, aes128gcm, both_keys, Problem::cut_short},
             Row{"header, body is CBC",
                 enc(plain),
                 aes128gcm,
                 both_keys,
                 Problem::record_too_short},
             Row{"CBC cut short", enc(plain).substr(0, 50), none, rule_key, Problem::cut_short},
             Row{"gzip cut short", gzip(plain).substr(0, 20), none, no_keys, Problem::cut_short},
             Row{"CBC of gzip cut short",
                 enc(gzip(plain).substr(0, 20)),
                 none,
                 rule_key,
                 Problem::cut_short},
         }) {
        SCOPED_TRACE(row.what);
        const auto opened = open_content(row.body, row.encoding, row.keys, ContentPolicy{});
        if (row.why) {
            ASSERT_FALSE(opened);
            EXPECT_EQ(opened.error().problem, *row.why) << opened.error().detail;
        } else {
            ASSERT_TRUE(opened) << opened.error().detail;
            EXPECT_EQ(opened->document, plain);
            EXPECT_FALSE(opened->plain_despite_key);
        }
    }
}

TEST(Content, WrongKeysAreDecryptionFailures) {
    const ContentKeys wrong{.key = Secret("wrong"), .ikm = Secret("wrong")};
    for (const auto& [body, encoding] :
         {std::pair(enc(sample_document), none), std::pair(gcm(sample_document), aes128gcm)}) {
        const auto opened = open_content(body, encoding, wrong, ContentPolicy{});
        ASSERT_FALSE(opened);
        EXPECT_EQ(error_text(opened.error().problem), "decryption failed");
    }
}

// 1.10: off by default; on, it takes profiles and gzip, with a warning.
TEST(Content, PolicyMayTakePlainBodiesDespiteAKey) {
    const ContentPolicy allowing{.allow_plain_with_key = true};
    for (const std::string& body : {sample_document, gzip(sample_document)}) {
        const auto opened = open_content(body, none, rule_key, allowing);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->document, sample_document);
        EXPECT_TRUE(opened->plain_despite_key);
    }
    EXPECT_FALSE(open_content("not a profile", none, rule_key, allowing));
    const auto sealed = open_content(enc(sample_document), none, rule_key, allowing);
    ASSERT_TRUE(sealed);
    EXPECT_FALSE(sealed->plain_despite_key);
}

TEST(Content, PolicyMayNameTheDerivation) {
    const ContentPolicy sha256{.derivation = Derivation::sha256};
    EXPECT_FALSE(open_content(enc(sample_document), none, rule_key, sha256));
    const ContentPolicy md5{.derivation = Derivation::md5};
    EXPECT_TRUE(open_content(enc(sample_document), none, rule_key, md5));
}

// cisco-mpp.md 1.10: SHA-256, then MD5, no PBKDF2.
TEST(Content, Pbkdf2IsForWhoeverAsksForIt) {
    const std::string sealed =
        seal_openssl_enc(sample_document,
                         sample_phrase,
                         {.derivation = Derivation::pbkdf2, .salt = counting_salt<EncSalt>()});
    const auto opened = open_content(sealed, none, rule_key, ContentPolicy{});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().problem, Problem::decryption_failed);
    EXPECT_TRUE(open_content(sealed, none, rule_key, {.pbkdf2 = true}));
}

TEST(Content, TheLimitHoldsForEveryWayIn) {
    const std::string large = profile_of_size(1001);
    const ContentPolicy policy{.output_limit = 1000};
    for (const auto& [body, encoding] : {std::pair(large, none),
                                         std::pair(gzip(large), none),
                                         std::pair(gcm(large), aes128gcm),
                                         std::pair(gcm(gzip(large)), aes128gcm)}) {
        const auto opened = open_content(body, encoding, phone_ikm, policy);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().problem, Problem::too_large);
        EXPECT_TRUE(open_content(body, encoding, phone_ikm, {.output_limit = 1001}));
    }
}

}  // namespace onhook::seal
