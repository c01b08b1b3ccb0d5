// Every body opens whole and piece by piece to the same. What the fuzzer cannot guess are tags, so
// its bytes are also a document and the way in which it is sealed and damaged.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "seal/aes128gcm.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::seal;
    const onhook::Secret<std::string> ikm("abcdefghijklmnop");
    const auto body = onhook::as_text({data, size});
    const std::size_t split = size > 0 ? data[0] : 0;
    Aes128gcmOpener opener(ikm);
    std::string out;
    auto state = opener.feed(body.substr(0, split), out);
    state = state ? opener.feed(body.substr(std::min(size, split)), out) : state;
    state = state ? opener.finish(out) : state;
    const auto whole = open_aes128gcm(body, ikm);
    CHECK(state.has_value() == whole.has_value());
    CHECK(!whole || *whole == out);
    const ContentHeader header{{}, smallest_record + static_cast<std::uint32_t>(split), {}};
    std::string sealed = seal_aes128gcm(body, ikm, header);
    CHECK(*open_aes128gcm(sealed, ikm) == body);
    const std::size_t at = 21 + split * 31 % (sealed.size() - 21);
    CHECK(!open_aes128gcm(std::string_view(sealed).substr(0, at), ikm));
    sealed[at] = static_cast<char>(sealed[at] ^ 1);
    CHECK(!open_aes128gcm(sealed, ikm));
    return 0;
}
