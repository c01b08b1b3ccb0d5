#include "seal/openssl_enc.h"

#include <fmt/format.h>

#include "base/text.h"
#include "samples.h"
#include "seal/gzip.h"
#include "support/properties.h"

namespace onhook::seal {

namespace {

using support::from_hex;

constexpr EncReading any_profile{};
constexpr EncReading any_text{.derivation = std::nullopt, .expected = Plaintext::text};

EncWriting writing(Derivation derivation) {
    return {.derivation = derivation, .salt = counting_salt<EncSalt>()};
}

std::string opened_enc(std::string_view body, const EncReading& reading = any_profile) {
    return open_openssl_enc(body, sample_phrase, reading).value_or("does not open");
}

Problem enc_problem(std::string_view body,
                    const Secret<std::string>& phrase = sample_phrase,
                    const EncReading& reading = any_profile) {
    const auto result = open_openssl_enc(body, phrase, reading);
    EXPECT_FALSE(result);
    return result ? Problem::not_sealed : result.error().problem;
}

constexpr std::string_view j27 =
    "53616c7465645f5f010203040506070876942351f39181e7d570baed56a761e08bed25e8616e01a512883ba92c27"
    "9bbc3523db5b4b532ceb875aa55f5c80f1b5";
constexpr std::string_view j28 =
    "53616c7465645f5f0102030405060708bf34660cdef11fc0791614ce1d28a661c1ef838a49247961f6751ecc973b"
    "7646402154df8d0450811c42bc1b88f7caaa";
constexpr std::string_view j29 =
    "53616c7465645f5f0102030405060708328b06bba9ab7caf7e2f0d8d5bc23402305161199965f441da34cfe6bb2f"
    "34d65b59f00c638de7c48435911f7b192e99";

void expect_known_answer(std::string_view hex, Derivation derivation) {
    const std::string document = "<flat-profile><A>1</A></flat-profile>\n";
    EXPECT_EQ(opened_enc(from_hex(hex)), document);
    EXPECT_EQ(opened_enc(from_hex(hex), {.derivation = derivation}), document);
    EXPECT_EQ(to_hex(seal_openssl_enc(
                  document,
                  sample_phrase,
                  {.derivation = derivation, .salt = salt_of<EncSalt>("0102030405060708")})),
              hex);
    for (const Derivation other : {Derivation::sha256, Derivation::md5, Derivation::pbkdf2}) {
        if (other != derivation) {
            EXPECT_EQ(enc_problem(from_hex(hex), sample_phrase, {.derivation = other}),
                      Problem::decryption_failed);
        }
    }
}

}  // namespace

// cisco-mpp.md 1.10
TEST(OpensslEnc, KnownAnswersOfBothDigests) {
    const std::string head = "53616c7465645f5f0001020304050607";
    EXPECT_EQ(
        to_hex(seal_openssl_enc(sample_document, sample_phrase, writing(Derivation::md5))),
        head +
            "aaf2677c334d136943dffd1e61f358c9b3b440368d65a4253c6cf982db3740f70c731deaa7ecc37e27cb39"
            "2a4a1870b2dbc1d470dce099e2a471db34b6b7b7e3");
    EXPECT_EQ(
        to_hex(seal_openssl_enc(sample_document, sample_phrase, writing(Derivation::sha256))),
        head +
            "51dc474c55ab0f87cefc15a359d2cd23ad2da9a3ad1b2635ab9054a8dc79fffc0a52e757e86705078e9051"
            "76707ebb16522add705c1e47f27cdc923c029dc15b");
}

TEST(OpensslEnc, J27Md5File) { expect_known_answer(j27, Derivation::md5); }

TEST(OpensslEnc, J28Sha256File) { expect_known_answer(j28, Derivation::sha256); }

TEST(OpensslEnc, J29Pbkdf2File) { expect_known_answer(j29, Derivation::pbkdf2); }

TEST(OpensslEnc, OpensEverySizeOfEveryDerivation) {
    for (const Derivation derivation : {Derivation::sha256, Derivation::md5, Derivation::pbkdf2}) {
        for (const std::size_t size :
             {1U, 15U, 16U, 17U, 1007U, 1008U, 1023U, 1024U, 1025U, 1039U, 1040U, 1041U, 50000U}) {
            SCOPED_TRACE(size);
            const std::string document = profile_of_size(size);
            const std::string sealed =
                seal_openssl_enc(document, sample_phrase, writing(derivation));
            EXPECT_EQ(sealed.size(), 16 + (size / 16 + 1) * 16);
            EXPECT_EQ(opened_enc(sealed), document);
        }
    }
}

TEST(OpensslEnc, OpensGzipAndText) {
    const std::string packed = gzip(profile_of_size(9000));
    EXPECT_EQ(opened_enc(seal_openssl_enc(packed, sample_phrase, writing(Derivation::md5))),
              packed);
    for (const std::string_view text : {"", "#!version:1.0.0.1\n", "P47 = sip.example.com\r\n"}) {
        const std::string sealed = seal_openssl_enc(text, sample_phrase, writing(Derivation::md5));
        EXPECT_EQ(opened_enc(sealed, any_text), text);
        EXPECT_EQ(enc_problem(sealed), Problem::decryption_failed) << "a phone takes profiles";
    }
}

TEST(OpensslEnc, RefusesWhatIsNotWhole) {
    const std::string sealed =
        seal_openssl_enc(profile_of_size(3000), sample_phrase, writing(Derivation::sha256));
    const std::string bits = from_hex(j28);

    struct Row {
        std::string_view what;
        std::string body;
        Problem problem;
    };

    for (const Row& row :
         {Row{"nothing", "", Problem::not_this_format},
          Row{"part of the magic", "Salted_", Problem::not_this_format},
          Row{"plain", profile_of_size(3000), Problem::not_this_format},
          Row{"Base64 of -a", "U2FsdGVkX18AAQIDBAUGBw==", Problem::not_this_format},
          Row{"no salt", "Salted__", Problem::cut_short},
          Row{"header alone", sealed.substr(0, 16), Problem::cut_short},
          Row{"inside a block", bits.substr(0, 40), Problem::cut_short},
          Row{"one byte short", sealed.substr(0, sealed.size() - 1), Problem::cut_short},
          Row{"one byte more", sealed + "x", Problem::cut_short},
          Row{"a block less", sealed.substr(0, sealed.size() - 16), Problem::cut_short},
          Row{"damaged end", changed(sealed, sealed.size() - 1), Problem::cut_short},
          Row{"a short file, a block less",
              bits.substr(0, bits.size() - 16),
              Problem::decryption_failed},
          Row{"damaged salt", changed(sealed, 10), Problem::decryption_failed}}) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(enc_problem(row.body), row.problem);
    }
}

TEST(OpensslEnc, ErrorsSayCauseAndRemedy) {
    const auto wrong = open_openssl_enc(from_hex(j28), Secret("Tr0mbone"), any_profile);
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().detail.find("decryption failed: the key is wrong"), std::string::npos);
    EXPECT_EQ(wrong.error().detail.find("Tr0mbone"), std::string::npos) << "never the key";
}

// 2,000 wrong keys: about eight of each derivation pass the padding.
TEST(OpensslEnc, AWrongKeyNeverOpens) {
    const std::string small = from_hex(j28);
    const std::string large =
        seal_openssl_enc(profile_of_size(4000), sample_phrase, writing(Derivation::sha256));
    for (int i = 0; i < 2000; ++i) {
        const Secret<std::string> phrase(fmt::format("wrong {}", i));
        for (const Derivation derivation : {Derivation::sha256, Derivation::md5}) {
            for (const Plaintext expected : {Plaintext::profile, Plaintext::text}) {
                const EncReading reading{.derivation = derivation, .expected = expected};
                ASSERT_EQ(enc_problem(small, phrase, reading), Problem::decryption_failed);
                ASSERT_EQ(enc_problem(large, phrase, reading), Problem::decryption_failed);
            }
        }
    }
}

RC_GTEST_PROP(OpensslEnc, EveryTextSurvives, (const std::string& phrase)) {
    const auto salt = *rc::gen::arbitrary<EncSalt>();
    const auto derivation = *rc::gen::element(Derivation::sha256, Derivation::md5);
    const std::string document = "<" + *rc::gen::string<std::string>();
    RC_PRE(looks_like(Plaintext::profile, {document, true}));
    const Secret<std::string> key(phrase);
    const std::string sealed = seal_openssl_enc(document, key, {derivation, salt});
    RC_ASSERT(open_openssl_enc(sealed, key, any_profile).value_or("no") == document);
}

}  // namespace onhook::seal
