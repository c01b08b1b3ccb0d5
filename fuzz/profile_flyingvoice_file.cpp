#include <algorithm>

#include "profile/dialect.h"
#include "profile/flyingvoice_apply.h"
#include "profile/flyingvoice_writer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    static const Values factory(flyingvoice_catalogue());
    const auto applied = apply_flyingvoice(document, factory);
    if (!applied) {
        CHECK(applied.error().line > 0 && applied.error().column > 0);
        return 0;
    }
    if (applied->settings.empty()) {
        return 0;
    }
    Values values = factory;
    values.set_all(applied->settings);
    for (const std::string& text : {write_flyingvoice_n(values, SecretText::revealed),
                                    write_flyingvoice_y(values, SecretText::revealed)}) {
        const auto again = apply_flyingvoice(text, factory);
        CHECK(again && again->ignored.empty() && again->changes == applied->changes);
    }
    return 0;
}
