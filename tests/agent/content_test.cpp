#include "agent/content.h"

#include <gtest/gtest.h>

#include "seal/aes128gcm.h"
#include "seal/content.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"

namespace onhook::agent {

namespace {

const std::string document = "<flat-profile><GPP_A>1</GPP_A></flat-profile>";
const Secret<std::string> phrase("SecretPhrase1234");
const Secret<std::string> ikm("abcdefghijklmnop");

phone::StartTransfer report(phone::ContentKeys keys) {
    const auto url = Url::parse("http://h/report");
    CHECK(url.has_value());
    phone::StartTransfer order{{}, phone::Method::put, *url, {}, {}, {}, {}, {}, true};
    order.body = document;
    order.content_type = "application/xml";
    order.keys = std::move(keys);
    return order;
}

}  // namespace

// cisco-mpp.md 1.11: --key wins over IKM; 8.3: what is sealed is application/octet-stream.
TEST(Content, UploadsAreSealedWithTheirKey) {
    for (const auto& [name, derivation] :
         {std::pair("sha256", seal::Derivation::sha256), std::pair("md5", seal::Derivation::md5)}) {
        SCOPED_TRACE(name);
        const SealedBody sealed =
            seal_upload(report({phrase, ikm}), {.report_derivation = derivation});
        EXPECT_EQ(sealed.content_type, "application/octet-stream");
        EXPECT_TRUE(sealed.headers.empty());
        const auto opened = seal::open_openssl_enc(sealed.body, phrase, {.derivation = derivation});
        ASSERT_TRUE(opened);
        EXPECT_EQ(*opened, document);
    }
    const SealedBody sealed = seal_upload(report({{}, ikm}), {});
    EXPECT_EQ(sealed.content_type, "application/octet-stream");
    ASSERT_EQ(sealed.headers.size(), 1U);
    EXPECT_EQ(sealed.headers.front().name, "Content-Encoding");
    EXPECT_EQ(sealed.headers.front().value, "aes128gcm");
    EXPECT_EQ(seal::open_aes128gcm(sealed.body, ikm).value_or(""), document);
}

TEST(Content, AnEmptyKeyIsNone) {
    const Secret<std::string> empty("");
    const SealedBody plain = seal_upload(report({empty, empty}), {});
    EXPECT_EQ(plain.body, document);
    EXPECT_EQ(plain.content_type, "application/xml");
    EXPECT_TRUE(plain.headers.empty());
    EXPECT_EQ(seal_upload(report({empty, ikm}), {}).headers.size(), 1U);
}

// RFC 9110 8.4: the last coding is the outermost.
TEST(Content, TheLastContentCodingSaysWhoDecrypts) {
    const std::string sealed = seal::seal_aes128gcm(seal::gzip(document), ikm, {});
    for (const std::string_view encoding :
         {"aes128gcm", " AES128GCM ", "gzip, aes128gcm", "gzip,aes128gcm"}) {
        SCOPED_TRACE(encoding);
        const auto opened = open_download(sealed, encoding, {phrase, ikm}, {});
        ASSERT_TRUE(opened) << opened.error().reason;
        EXPECT_EQ(opened->body, document);
    }
    for (const std::string_view encoding : {"", "gzip", "aes128gcm, gzip", "aes128gcmx"}) {
        SCOPED_TRACE(encoding);
        EXPECT_FALSE(open_download(sealed, encoding, {phrase, ikm}, {}));
    }
    // 1.9: a label gzip changes nothing, the bytes decide.
    EXPECT_EQ(open_download(seal::gzip(document), "gzip", {}, {})->body, document);
    EXPECT_EQ(open_download(document, "gzip", {}, {})->body, document);
}

// flyingvoice.md D25: the key is for a file that is sealed, by any derivation; any other is taken
// as it came.
TEST(Content, ATextFileMayBeSealed) {
    const std::string text = "DBID_SIP_ACCOUNT = 100\n";
    const phone::ContentKeys right{phrase, {}, true};
    EXPECT_EQ(open_download(text, "", right, {})->body, text);
    EXPECT_EQ(open_download(text, "", {{}, {}, true}, {})->body, text);
    EXPECT_EQ(open_download("", "", right, {})->body, "");
    for (const auto derivation :
         {seal::Derivation::sha256, seal::Derivation::md5, seal::Derivation::pbkdf2}) {
        const std::string sealed = seal::seal_openssl_enc(text, phrase, {.derivation = derivation});
        EXPECT_EQ(open_download(sealed, "", right, {})->body, text);
        const auto wrong = open_download(sealed, "", {ikm, {}, true}, {});
        ASSERT_FALSE(wrong);
        EXPECT_EQ(wrong.error().fault, phone::TransferFault::undecoded);
        // Without a key it is a file like any other, which no parser takes.
        const auto unopened = open_download(sealed, "", {{}, {}, true}, {});
        EXPECT_TRUE(!unopened || unopened->body == sealed);
    }
}

// cisco-mpp.md 1.10.
TEST(Content, FaultsTellAWrongKeyFromACorruptFile) {
    struct Row {
        std::string_view what;
        std::string body;
        phone::ContentKeys keys;
        phone::TransferFault fault;
    };

    const std::string sealed = seal::seal_openssl_enc(document, phrase, {});
    const std::string pbkdf2 =
        seal::seal_openssl_enc(document, phrase, {.derivation = seal::Derivation::pbkdf2});
    const phone::ContentKeys right{phrase, {}};
    for (const Row& row :
         {Row{"wrong key", sealed, {ikm, {}}, phone::TransferFault::undecoded},
          Row{"PBKDF2, which no phone reads", pbkdf2, right, phone::TransferFault::undecoded},
          Row{"no key", sealed, {}, phone::TransferFault::corrupt},
          Row{"not sealed", document, right, phone::TransferFault::corrupt},
          Row{"nothing at all", "", right, phone::TransferFault::corrupt}}) {
        SCOPED_TRACE(row.what);
        const auto opened = open_download(row.body, "", row.keys, {});
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().fault, row.fault);
        EXPECT_EQ(opened.error().reason.find(phrase.reveal()), std::string::npos);
    }
}

}  // namespace onhook::agent
