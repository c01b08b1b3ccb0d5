#include "seal/cipher.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "base/check.h"

namespace onhook::seal {

namespace {

// A piece stays in the first cache while the string grows over it and the cipher writes it again.
constexpr std::size_t cipher_piece_size = std::size_t{16} * 1024;

struct FreeFetched {
    void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
};

using Fetched = std::unique_ptr<EVP_CIPHER, FreeFetched>;

// Fetched once: a fetch takes longer than a short document.
const EVP_CIPHER* fetched(Algorithm algorithm) {
    static const Fetched cbc(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
    static const Fetched gcm(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr));
    const EVP_CIPHER* cipher = algorithm == Algorithm::aes_256_cbc ? cbc.get() : gcm.get();
    CHECK(cipher != nullptr);
    return cipher;
}

const unsigned char* unsigned_bytes(std::string_view text) noexcept {
    return as_bytes(text).data();
}

unsigned char* room_at(std::string& text, std::size_t at) noexcept {
    return reinterpret_cast<unsigned char*>(text.data()) + at;
}

}  // namespace

Cipher::Cipher(Algorithm algorithm, Direction direction, ByteView key)
    : context_(EVP_CIPHER_CTX_new()) {
    CHECK(context_ != nullptr);
    const EVP_CIPHER* cipher = fetched(algorithm);
    CHECK(key.size() == static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher)));
    const int encrypt = direction == Direction::encrypt ? 1 : 0;
    CHECK(EVP_CipherInit_ex2(context_.get(), cipher, key.data(), nullptr, encrypt, nullptr) == 1);
    CHECK(EVP_CIPHER_CTX_set_padding(context_.get(), 0) == 1);
}

void Cipher::Free::operator()(evp_cipher_ctx_st* context) const noexcept {
    EVP_CIPHER_CTX_free(context);
}

void Cipher::start(ByteView iv) {
    CHECK(iv.size() == static_cast<std::size_t>(EVP_CIPHER_CTX_get_iv_length(context_.get())));
    CHECK(EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv.data(), -1, nullptr) == 1);
}

void Cipher::update(std::string_view in, std::string& out) {
    while (!in.empty()) {
        const std::string_view piece = in.substr(0, cipher_piece_size);
        const std::size_t before = out.size();
        out.resize(before + piece.size());
        int written = 0;
        CHECK(EVP_CipherUpdate(context_.get(),
                               room_at(out, before),
                               &written,
                               unsigned_bytes(piece),
                               static_cast<int>(piece.size())) == 1);
        CHECK(static_cast<std::size_t>(written) == piece.size());
        in.remove_prefix(piece.size());
    }
}

void Cipher::finish_with_tag(std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + tag_size);
    int written = 0;
    CHECK(EVP_CipherFinal_ex(context_.get(), room_at(out, before), &written) == 1);
    CHECK(written == 0);
    CHECK(EVP_CIPHER_CTX_ctrl(context_.get(),
                              EVP_CTRL_AEAD_GET_TAG,
                              static_cast<int>(tag_size),
                              room_at(out, before)) == 1);
}

bool Cipher::tag_matches(ByteView tag) {
    CHECK(tag.size() == tag_size);
    std::array<unsigned char, tag_size> expected{};
    std::copy(tag.begin(), tag.end(), expected.begin());
    CHECK(EVP_CIPHER_CTX_ctrl(
              context_.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), expected.data()) ==
          1);
    std::array<unsigned char, tag_size> nothing{};
    int written = 0;
    return EVP_CipherFinal_ex(context_.get(), nothing.data(), &written) == 1;
}

}  // namespace onhook::seal
