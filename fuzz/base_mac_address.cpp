#include "base/mac_address.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto mac = onhook::MacAddress::parse(text);
    if (!mac) {
        CHECK(mac.error().offset <= size);
        return 0;
    }
    for (const std::string& form :
         {mac->to_string(), mac->to_upper_string(), mac->to_colon_string()}) {
        CHECK(*onhook::MacAddress::parse(form) == *mac);
    }
    return 0;
}
