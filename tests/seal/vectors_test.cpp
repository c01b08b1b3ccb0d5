// The vectors of cisco-mpp.md section 16 that concern sealing, each named by its number.
#include <gtest/gtest.h>

#include "samples.h"
#include "seal/content.h"
#include "seal/gzip.h"

namespace onhook::seal {

namespace {

using support::from_hex;

const ContentKeys none_held;

}  // namespace

// The document of vector 31, packed; no name is ever asked for.
TEST(Section16, Vector39GzipIsAcceptedAndRawDeflateIsNot) {
    const std::string document = "<flat-profile><GPP_A> 12345678 </GPP_A></flat-profile>";
    const std::string packed = gzip(document);
    const auto opened = open_content(packed, ContentEncoding::none, none_held, ContentPolicy{});
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->document, document);

    // A raw stream is no gzip, so it goes on to the parser as it is, and that calls it corrupt.
    const std::string raw = packed.substr(10, packed.size() - 18);
    EXPECT_FALSE(is_gzip(raw));
    EXPECT_FALSE(is_gzip("\x78\x9c" + raw));
    EXPECT_FALSE(gunzip(raw, 1000));
    EXPECT_FALSE(gunzip("\x78\x9c" + raw, 1000));
}

TEST(Section16, Vector40KnownAnswersAndPrecedence) {
    const std::string md5 = from_hex(
        "53616c7465645f5f0001020304050607aaf2677c334d136943dffd1e61f358c9b3b440368d65a4253c6cf982db"
        "37"
        "40f70c731deaa7ecc37e27cb392a4a1870b2dbc1d470dce099e2a471db34b6b7b7e3");
    const std::string sha256 = from_hex(
        "53616c7465645f5f000102030405060751dc474c55ab0f87cefc15a359d2cd23ad2da9a3ad1b2635ab9054a8dc"
        "79"
        "fffc0a52e757e86705078e905176707ebb16522add705c1e47f27cdc923c029dc15b");
    const std::string gcm = from_hex(
        "000102030405060708090a0b0c0d0e0f0000100000badbc700364463ed6bd68684740587acaa93b570911e6ffd"
        "63"
        "68822fcec25cc6b2f29ceb056716d1aa995aba33aa17fe22ac5cf8fb3d5ed96c214e143745d948aa7cfec57a");
    const ContentKeys keys{.key = sample_phrase, .ikm = sample_ikm};
    for (const auto& [body, encoding] : {std::pair(md5, ContentEncoding::none),
                                         std::pair(sha256, ContentEncoding::none),
                                         std::pair(gcm, ContentEncoding::aes128gcm)}) {
        const auto opened = open_content(body, encoding, keys, ContentPolicy{});
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->document, sample_document);
    }
    // The header decides for RFC 8188 although the rule has a key that would open the body.
    EXPECT_FALSE(open_content(sha256, ContentEncoding::aes128gcm, keys, ContentPolicy{}));
}

}  // namespace onhook::seal
