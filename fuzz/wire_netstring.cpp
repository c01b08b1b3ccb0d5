// A stream gives the same payloads whole and byte by byte, and they print as they were read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/netstring/netstring.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace netstring = onhook::wire::netstring;
    const std::string_view text = onhook::as_text({data, size});
    const auto whole = netstring::Reader(1000).feed(text);
    if (!whole) {
        return 0;
    }
    netstring::Reader reader(1000);
    std::string all;
    for (const char c : text) {
        const auto some = reader.feed({&c, 1});
        CHECK(some.has_value());
        for (const std::string& payload : *some) {
            all += netstring::print(payload);
        }
    }
    std::string printed;
    for (const std::string& payload : *whole) {
        printed += netstring::print(payload);
    }
    CHECK(all == printed);
    return 0;
}
