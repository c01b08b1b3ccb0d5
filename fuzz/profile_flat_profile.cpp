#include "profile/flat_profile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    auto elements = onhook::profile::read_flat_profile(document);
    if (!elements) {
        CHECK(elements.error().line > 0 && !elements.error().message.empty());
        return 0;
    }
    auto again = onhook::profile::read_flat_profile(onhook::profile::write_flat_profile(*elements));
    CHECK(again.has_value() && again->size() == elements->size());
    for (std::size_t i = 0; i < again->size(); ++i) {
        (*again)[i].line = (*elements)[i].line;
        CHECK((*again)[i] == (*elements)[i]);
    }
    return 0;
}
