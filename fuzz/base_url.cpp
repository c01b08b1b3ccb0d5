#include "base/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto url = onhook::Url::parse(text);
    // As a Location header of a server that we asked.
    const auto resolved = onhook::Url::parse("https://h/a/b?c")->resolve(text);
    for (const auto& one : {url, resolved}) {
        CHECK(!one || *onhook::Url::parse(one->to_string()) == *one);
        CHECK(!one || one->target().starts_with('/'));
    }
    CHECK(url || url.error().offset <= size);
    return 0;
}
