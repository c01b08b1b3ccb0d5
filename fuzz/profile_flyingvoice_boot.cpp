#include "profile/flyingvoice_boot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    const auto includes = read_boot_file(document);
    if (!includes) {
        CHECK(includes.error().line > 0 && includes.error().column > 0);
        return 0;
    }
    CHECK(!includes->empty() && includes->size() <= most_includes);
    const auto again = read_boot_file(write_boot_file(*includes));
    CHECK(again && again->size() == includes->size());
    for (std::size_t i = 0; i < again->size(); ++i) {
        CHECK((*again)[i].file == (*includes)[i].file);
        CHECK((*again)[i].models == (*includes)[i].models);
    }
    return 0;
}
