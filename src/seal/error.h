#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace onhook::seal {

// Why a document does not open.
enum class Problem : std::uint8_t {
    not_this_format,    // it does not begin as the format does
    cut_short,          // more bytes had to follow
    damaged,            // the key is right, or there is none, and the bytes are not
    trailing_bytes,     // something follows the end
    too_large,          // it is, or becomes, larger than the reader allows
    decryption_failed,  // a wrong key above all; the format cannot tell that from damage
    // RFC 8188 2 (protocols.md E.2)
    record_size_too_small,  // rs < 18
    record_too_short,       // the last record has no room for a tag and a delimiter
    no_delimiter,           // a record of zeros
    wrong_delimiter,        // neither 01 nor 02
    last_record_early,      // 02 before the last record
    last_record_missing,    // 01 in the last record, or no record at all
    // What the content and the keys at hand do not agree about (cisco-mpp.md 1.10, 1.11)
    key_missing,
    not_sealed
};

struct SealError {
    Problem problem = Problem::damaged;
    std::string detail;  // a sentence for people: cause and remedy; never a key

    friend bool operator==(const SealError&, const SealError&) = default;
};

// The two words a phone reports in $ERR (cisco-mpp.md 1.10): "decryption failed" when it is the
// key, "corrupt file" otherwise.
[[nodiscard]] std::string_view error_text(Problem problem) noexcept;

[[nodiscard]] inline Failure<SealError> failed(Problem problem, std::string detail) {
    return Failure{SealError{problem, std::move(detail)}};
}

}  // namespace onhook::seal
