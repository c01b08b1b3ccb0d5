#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace onhook::seal {

// AES-CBC does not say whether the key was right: a wrong one passes the padding once in 256 times.
// So what comes out has to look like what was sealed before the key is believed.
enum class Plaintext : std::uint8_t {
    // What a phone takes (cisco-mpp.md 1.10): gzip, or after a byte order mark and white space a
    // `<`. Control characters, which no XML document has, speak against it.
    profile,
    // What people seal (protocols.md E.1): that, or printable UTF-8, or nothing at all.
    text
};

// A wrong key makes garbage of everything, so the beginning is as good a witness as the whole.
inline constexpr std::size_t judged_size = 1024;

// `head` is the first judged_size bytes of the plaintext, or all of it when `whole`.
struct PlaintextHead {
    std::string_view head;
    bool whole = false;
};

[[nodiscard]] bool looks_like(Plaintext expected, PlaintextHead plaintext) noexcept;

}  // namespace onhook::seal
