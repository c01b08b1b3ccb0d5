#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"

struct evp_cipher_ctx_st;  // libcrypto's, so that its headers stay out of ours

namespace onhook::seal {

enum class Algorithm : std::uint8_t { aes_256_cbc, aes_128_gcm };

enum class Direction : std::uint8_t { decrypt, encrypt };

inline constexpr std::size_t tag_size = 16;  // of AES-GCM

// One key in one direction. libcrypto wipes its copy of the key when this dies. Its functions fail
// only for our own bugs or for want of memory, so each failure is a CHECK, but for the one that is
// an answer: a tag that does not match.
class Cipher {
  public:
    Cipher(Algorithm algorithm, Direction direction, ByteView key);

    // Begins a message. Padding is always the caller's.
    void start(ByteView iv);
    // Appends as many bytes as come in; for a block cipher they are whole blocks.
    void update(std::string_view in, std::string& out);
    // GCM: ends a message that was encrypted and appends its tag.
    void finish_with_tag(std::string& out);
    // GCM: ends a message that was decrypted; whether `tag` is its tag.
    [[nodiscard]] bool tag_matches(ByteView tag);

  private:
    struct Free {
        void operator()(evp_cipher_ctx_st* context) const noexcept;
    };

    std::unique_ptr<evp_cipher_ctx_st, Free> context_;
};

}  // namespace onhook::seal
