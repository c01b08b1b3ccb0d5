#include "profile/catalogue.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const auto catalogue = Catalogue::parse({reinterpret_cast<const char*>(data), size});
    if (!catalogue) {
        CHECK(!catalogue.error().message.empty());
        return 0;
    }
    for (std::size_t i = 0; i < catalogue->size(); ++i) {
        const ParameterId id{static_cast<std::uint16_t>(i)};
        CHECK(catalogue->find((*catalogue)[id].name) == id);
    }
    return 0;
}
