#include "base/bytes.h"
#include "base/check.h"
#include "phone/xml_object.h"

// An object is read or refused at a place within it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::phone;
    const auto urls = execute_items(onhook::as_text({data, size}));
    if (!urls) {
        CHECK(urls.error().offset <= size);
        CHECK(!urls.error().expected.empty());
        return 0;
    }
    for (const std::string& url : *urls) {
        const auto rule = resync_rule(url);
        CHECK(!rule || rule->size() <= url.size());
    }
    return 0;
}
