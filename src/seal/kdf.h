#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

// From a phrase or keying material to the keys of a document.

namespace onhook::seal {

// Bytes of a key: wiped when they die.
template <std::size_t Size>
struct KeyBytes {
    std::array<std::uint8_t, Size> bytes{};

    KeyBytes() = default;
    KeyBytes(const KeyBytes&) = default;
    KeyBytes& operator=(const KeyBytes&) = default;
    ~KeyBytes();

    [[nodiscard]] ByteView view() const noexcept { return bytes; }
};

extern template struct KeyBytes<12>;
extern template struct KeyBytes<16>;
extern template struct KeyBytes<32>;
extern template struct KeyBytes<48>;

// How `openssl enc` makes key and IV of a phrase (protocols.md E.1): EVP_BytesToKey with one
// iteration of a digest (SHA-256 since OpenSSL 1.1.0, MD5 before), or -pbkdf2: PBKDF2-HMAC-SHA-256
// with 10000 iterations.
enum class Derivation : std::uint8_t { sha256, md5, pbkdf2 };

using EncSalt = std::array<std::uint8_t, 8>;

struct EncKey {
    KeyBytes<32> key;
    KeyBytes<16> iv;
};

[[nodiscard]] EncKey derive_enc_key(Derivation derivation,
                                    const Secret<std::string>& phrase,
                                    const EncSalt& salt);

using ContentSalt = std::array<std::uint8_t, 16>;

// RFC 8188 2.2 and 2.3: the content encryption key, and the nonce of the first record.
struct ContentKey {
    KeyBytes<16> key;
    KeyBytes<12> nonce;
};

[[nodiscard]] ContentKey derive_content_key(const Secret<std::string>& ikm,
                                            const ContentSalt& salt);

// RFC 2104. HKDF's first step (RFC 5869 2.2) is this with the salt as the key.
[[nodiscard]] KeyBytes<32> hmac_sha256(ByteView key, std::string_view data);

struct Pbkdf2Cost {
    int iterations = 10000;
};

// RFC 8018 5.2 with HMAC-SHA-256; fills `key`.
void pbkdf2_hmac_sha256(const Secret<std::string>& phrase,
                        ByteView salt,
                        Pbkdf2Cost cost,
                        std::span<std::uint8_t> key);

}  // namespace onhook::seal
