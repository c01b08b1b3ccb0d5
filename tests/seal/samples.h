#pragma once

// Documents, keys and salts that the tests of src/seal share.
#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "seal/kdf.h"
#include "support/hex.h"

namespace onhook::seal {

inline const Secret<std::string> sample_phrase("SecretPhrase1234");
inline const Secret<std::string> sample_ikm("abcdefghijklmnop");
inline const std::string sample_document = "<flat-profile><GPP_A>12345678</GPP_A></flat-profile>";

template <typename Salt>
[[nodiscard]] Salt counting_salt() {
    Salt salt{};
    std::iota(salt.begin(), salt.end(), std::uint8_t{0});
    return salt;
}

template <typename Salt>
[[nodiscard]] Salt salt_of(std::string_view hex) {
    const std::string bytes = support::from_hex(hex);
    Salt salt{};
    std::copy(bytes.begin(), bytes.end(), salt.begin());
    return salt;
}

// A text of that many characters that looks like a profile and does not repeat itself.
[[nodiscard]] inline std::string profile_of_size(std::size_t size) {
    std::string text = "<flat-profile>";
    for (std::size_t i = 0; text.size() < size; ++i) {
        text += "<GPP_A>" + std::to_string(i * 7919) + "</GPP_A>\n";
    }
    text.resize(size);
    return text;
}

[[nodiscard]] inline std::string changed(std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
    return bytes;
}

}  // namespace onhook::seal
