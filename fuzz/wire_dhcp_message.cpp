// Every datagram that decodes means the same after another trip, and its answer is text.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "base/printable.h"
#include "wire/dhcp/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::dhcp;
    const auto message = decode(onhook::as_text({data, size}));
    if (message) {
        const auto again = decode(encode(*message));
        CHECK(again.has_value());
        CHECK(*again == *message);
        for (const auto& [code, text] :
             read_answer(*message, {9, HeaderFields::last_fallback}).options) {
            CHECK(!text.empty() && onhook::printable(text) == text);
        }
    }
    return 0;
}
