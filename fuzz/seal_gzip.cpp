// What inflates is bounded, and survives being packed again.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "seal/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::seal;
    constexpr std::size_t limit = 100'000;
    const auto body = onhook::as_text({data, size});
    const auto document = gunzip(body, limit);
    if (document) {
        CHECK(is_gzip(body));
        CHECK(document->size() <= limit);
        CHECK(gunzip(gzip(*document), limit).value_or("no") == *document);
    }
    return 0;
}
