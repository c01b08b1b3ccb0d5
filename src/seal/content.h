#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "seal/error.h"
#include "seal/kdf.h"
#include "seal/plaintext.h"

namespace onhook::seal {

// What the header Content-Encoding said of a body.
enum class ContentEncoding : std::uint8_t { none, aes128gcm };

// What a phone holds when a body arrives. An empty key is none.
struct ContentKeys {
    std::optional<Secret<std::string>> key{};  // --key of the rule
    std::optional<Secret<std::string>> ikm{};  // IKM_HTTP_Encrypt_Content, characters as bytes
};

struct ContentPolicy {
    // cisco-mpp.md 1.10: a plain body is taken although the rule has a key.
    bool allow_plain_with_key = false;
    // The one `openssl enc` derivation to try; nothing: SHA-256, then MD5 (cisco-mpp.md 1.10).
    std::optional<Derivation> derivation{};
    Plaintext expected = Plaintext::profile;
    bool pbkdf2 = false;  // tried after these two; no Cisco phone knows it
    std::size_t output_limit = std::size_t{8} << 20U;  // 1.1: bytes after decompression
};

struct OpenedContent {
    std::string document;
    bool plain_despite_key = false;  // worth a warning: allow_plain_with_key let it pass
};

// A body becomes a document (cisco-mpp.md 1.12): aes128gcm when the header says so, whatever the
// rule says; else AES-256-CBC when the rule has a key; then gzip when the bytes say so. All of it
// or an error; error_text() of the problem is what the phone reports. Parsing comes after this.
[[nodiscard]] Result<OpenedContent, SealError> open_content(std::string body,
                                                            ContentEncoding encoding,
                                                            const ContentKeys& keys,
                                                            const ContentPolicy& policy);

}  // namespace onhook::seal
