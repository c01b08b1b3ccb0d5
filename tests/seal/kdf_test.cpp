#include "seal/kdf.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "samples.h"

namespace onhook::seal {

namespace {

std::string hex(ByteView bytes) { return to_hex(as_text(bytes)); }

}  // namespace

// cisco-mpp.md 1.10: phrase SecretPhrase1234, salt 0001020304050607.
TEST(Kdf, KnownAnswersOfBothDigests) {
    const auto salt = counting_salt<EncSalt>();
    const EncKey md5 = derive_enc_key(Derivation::md5, sample_phrase, salt);
    EXPECT_EQ(hex(md5.key.view()),
              "02b4b43c835f3890ee33c79b9d9a37a9fbeccdca2e31e9b4eae21d95ddcb9d53");
    EXPECT_EQ(hex(md5.iv.view()), "977a51bb32dc5589b8b46bbe180efff4");
    const EncKey sha256 = derive_enc_key(Derivation::sha256, sample_phrase, salt);
    EXPECT_EQ(hex(sha256.key.view()),
              "ca4e0bcd28d5d24f5a5ac1373c8741f4612989e3168d2ed1a571bf55c44a323f");
    EXPECT_EQ(hex(sha256.iv.view()), "c3aaefe455b11c918539161c79a4e9ad");
}

TEST(Kdf, J21KeyAndNonceOfRfc8188Section31) {
    const Secret<std::string> ikm(support::from_hex("caa76567eb587a67e88129afed6b393d"));
    const auto salt = salt_of<ContentSalt>("23506cc6d16db65bf7bbf3a8f78c679b");
    EXPECT_EQ(hex(hmac_sha256(salt, ikm.reveal()).view()),
              "cf2787e6986c22c814c9de28892108cb7e71fa0222e1a33bcb484217c9b09fd8");
    const ContentKey key = derive_content_key(ikm, salt);
    EXPECT_EQ(hex(key.key.view()), "ff09e2cad07ea1fb1c643878b5b4a31f");
    EXPECT_EQ(hex(key.nonce.view()), "05cb3c82421128b23c19e23c");
}

TEST(Kdf, J22KeyAndNonceOfRfc8188Section32) {
    const Secret<std::string> ikm(support::from_hex("04edd954fc549672ce45b5463296d3d5"));
    const ContentKey key =
        derive_content_key(ikm, salt_of<ContentSalt>("b8d0a45a2358cca4e704df638b7faa58"));
    EXPECT_EQ(hex(key.key.view()), "bbf7843938e3556515ac7f36a50370a7");
    EXPECT_EQ(hex(key.nonce.view()), "56aca51b5addb7e989acd80f");
}

TEST(Kdf, J25BytesToKeyWithMd5) {
    const EncKey key =
        derive_enc_key(Derivation::md5, Secret("test123"), salt_of<EncSalt>("a1b2c3d4e5f60718"));
    EXPECT_EQ(hex(key.key.view()),
              "81e8c38506780a2a79122c66718bb33070deadb4f0da12f343e0ae1d245c3b52");
    EXPECT_EQ(hex(key.iv.view()), "6cfd7acec8e7fb552f3dd2783071e7d8");
}

TEST(Kdf, J26BytesToKeyWithSha256) {
    const EncKey key =
        derive_enc_key(Derivation::sha256, Secret("test123"), salt_of<EncSalt>("a1b2c3d4e5f60718"));
    EXPECT_EQ(hex(key.key.view()),
              "fcf8edbc52b3d5e5e3f95efb8448252e75830504c1461fd448c54a327b797c40");
    EXPECT_EQ(hex(key.iv.view()), "4ef7b2c5c8f24fe9d19c853ffe85d627");
}

TEST(Kdf, J29KeyOfPbkdf2) {
    const EncKey key =
        derive_enc_key(Derivation::pbkdf2, sample_phrase, salt_of<EncSalt>("0102030405060708"));
    EXPECT_EQ(hex(key.key.view()),
              "9b859f61ceb6678a27343e42d3b5203ac3ac6777eca3539b5eabe3206497d0c9");
    EXPECT_EQ(hex(key.iv.view()), "aa665036c5a53022896584a29860b087");
}

TEST(Kdf, J30HkdfExtract) {
    const std::string salt = support::from_hex("000102030405060708090a0b0c");
    EXPECT_EQ(hex(hmac_sha256(as_bytes(salt), std::string(22, '\x0b')).view()),
              "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
}

TEST(Kdf, J31Pbkdf2) {
    std::array<std::uint8_t, 64> key{};
    pbkdf2_hmac_sha256(Secret("passwd"), as_bytes("salt"), {.iterations = 1}, key);
    EXPECT_EQ(hex(key),
              "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
              "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

TEST(Kdf, AnEmptyPhraseIsAPhrase) {
    const auto salt = counting_salt<EncSalt>();
    EXPECT_NE(hex(derive_enc_key(Derivation::sha256, Secret(""), salt).key.view()),
              hex(derive_enc_key(Derivation::md5, Secret(""), salt).key.view()));
}

TEST(Kdf, KeysAreWipedWhenTheyDie) {
    alignas(KeyBytes<32>) std::array<std::uint8_t, sizeof(KeyBytes<32>)> place{};
    auto* key = new (place.data()) KeyBytes<32>();
    key->bytes.fill(0xAA);
    ASSERT_EQ(place.front(), 0xAA);
    key->~KeyBytes<32>();
    EXPECT_EQ(hex(place), std::string(64, '0'));
}

}  // namespace onhook::seal
