#include "profile/dialect.h"
#include "profile/macro_context.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const auto mac = *onhook::MacAddress::parse("000e08012345");
    static const Identity identity{mac, true, "8841", "SN", "sip88xx.11-3-1MPP-678", "1.0"};
    static const Values values(cisco_mpp_catalogue());
    const MacroContext macros(cisco_mpp(), identity, values);
    const Expansion expansion = expand(text, macros);
    CHECK(text.find('$') != std::string_view::npos || expansion.text == text);
    for (const SecretUse& use : expansion.secrets) {
        CHECK(expansion.text.at(use.offset) == '$');
        CHECK(use.offset + use.length <= expansion.text.size());
    }
    (void)reveal(expansion, 0, expansion.text.size(), macros);
    return 0;
}
