// A body opens whole and piece by piece to the same, and what opened looks like a profile. The
// first byte of the input says after how many bytes it is split and which digest is tried.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "seal/openssl_enc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::seal;
    const onhook::Secret<std::string> phrase("SecretPhrase1234");
    const std::size_t control = size > 0 ? data[0] : 0;
    const auto body = onhook::as_text({data, size}).substr(size > 0 ? 1 : 0);
    const EncReading reading{control % 2 == 0 ? Derivation::sha256 : Derivation::md5,
                             control % 4 < 2 ? Plaintext::profile : Plaintext::text};
    EncOpener opener(phrase, reading);
    std::string out;
    auto state = opener.feed(body.substr(0, control * 8), out);
    state = state ? opener.feed(body.substr(std::min(body.size(), control * 8)), out) : state;
    state = state ? opener.finish(out) : state;
    const auto whole = open_openssl_enc(body, phrase, reading);
    CHECK(state.has_value() == whole.has_value());
    if (whole) {
        CHECK(out == *whole);
        CHECK(looks_like(reading.expected,
                         {whole->substr(0, judged_size), out.size() < judged_size}));
        const EncWriting writing{*reading.derivation, {}};
        CHECK(*open_openssl_enc(seal_openssl_enc(*whole, phrase, writing), phrase, reading) ==
              *whole);
    }
    return 0;
}
