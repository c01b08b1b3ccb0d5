#include "seal/kdf.h"

#include <algorithm>
#include <limits>
#include <memory>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/check.h"

namespace onhook::seal {

namespace {

struct Free {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }

    void operator()(EVP_MAC* mac) const noexcept { EVP_MAC_free(mac); }

    void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

template <typename T>
T* present(const std::unique_ptr<T, Free>& fetched) {
    CHECK(fetched != nullptr);
    return fetched.get();
}

// Fetched once: a fetch takes longer than the hash.
const EVP_MD* md5_digest() {
    static const std::unique_ptr<EVP_MD, Free> digest(EVP_MD_fetch(nullptr, "MD5", nullptr));
    return present(digest);
}

const EVP_MD* sha256_digest() {
    static const std::unique_ptr<EVP_MD, Free> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    return present(digest);
}

EVP_MAC* hmac() {
    static const std::unique_ptr<EVP_MAC, Free> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    return present(mac);
}

// libcrypto counts in int.
int length_of(std::size_t size) {
    CHECK(size <= static_cast<std::size_t>(std::numeric_limits<int>::max()));
    return static_cast<int>(size);
}

// The first bytes of HKDF-Expand(PRK, info) (RFC 5869 2.3); both of RFC 8188's keys are shorter
// than one block.
template <std::size_t Size>
KeyBytes<Size> expand(const KeyBytes<32>& prk, std::string_view info) {
    static_assert(Size <= 32);
    const KeyBytes<32> block = hmac_sha256(prk.view(), info);
    KeyBytes<Size> key;
    std::copy_n(block.bytes.begin(), Size, key.bytes.begin());
    return key;
}

}  // namespace

template <std::size_t Size>
KeyBytes<Size>::~KeyBytes() {
    OPENSSL_cleanse(bytes.data(), bytes.size());
}

template struct KeyBytes<12>;
template struct KeyBytes<16>;
template struct KeyBytes<32>;
template struct KeyBytes<48>;

EncKey derive_enc_key(Derivation derivation,
                      const Secret<std::string>& phrase,
                      const EncSalt& salt) {
    EncKey made;
    if (derivation == Derivation::pbkdf2) {
        KeyBytes<48> both;
        pbkdf2_hmac_sha256(phrase, salt, Pbkdf2Cost{}, both.bytes);
        std::copy_n(both.bytes.begin(), 32, made.key.bytes.begin());
        std::copy_n(both.bytes.begin() + 32, 16, made.iv.bytes.begin());
        return made;
    }
    const std::string& text = phrase.reveal();
    CHECK(EVP_BytesToKey(EVP_aes_256_cbc(),  // for the lengths alone

                         derivation == Derivation::md5 ? md5_digest() : sha256_digest(),
                         salt.data(),
                         as_bytes(text).data(),
                         length_of(text.size()),
                         1,
                         made.key.bytes.data(),
                         made.iv.bytes.data()) == 32);
    return made;
}

ContentKey derive_content_key(const Secret<std::string>& ikm, const ContentSalt& salt) {
    using namespace std::string_view_literals;
    const KeyBytes<32> prk = hmac_sha256(salt, ikm.reveal());
    return ContentKey{expand<16>(prk, "Content-Encoding: aes128gcm\0\1"sv),
                      expand<12>(prk, "Content-Encoding: nonce\0\1"sv)};
}

KeyBytes<32> hmac_sha256(ByteView key, std::string_view data) {
    const std::unique_ptr<EVP_MAC_CTX, Free> context(EVP_MAC_CTX_new(hmac()));
    CHECK(context != nullptr);
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    CHECK(EVP_MAC_init(context.get(), key.data(), key.size(), parameters) == 1);
    CHECK(EVP_MAC_update(context.get(), as_bytes(data).data(), data.size()) == 1);
    KeyBytes<32> sum;
    std::size_t length = 0;
    CHECK(EVP_MAC_final(context.get(), sum.bytes.data(), &length, sum.bytes.size()) == 1);
    CHECK(length == sum.bytes.size());
    return sum;
}

void pbkdf2_hmac_sha256(const Secret<std::string>& phrase,
                        ByteView salt,
                        Pbkdf2Cost cost,
                        std::span<std::uint8_t> key) {
    const std::string& text = phrase.reveal();
    CHECK(PKCS5_PBKDF2_HMAC(text.data(),
                            length_of(text.size()),
                            salt.data(),
                            length_of(salt.size()),
                            cost.iterations,
                            sha256_digest(),
                            length_of(key.size()),
                            key.data()) == 1);
}

}  // namespace onhook::seal
