#include "profile/macro_context.h"
#include "profile/rule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const auto mac = *onhook::MacAddress::parse("000e08012345");
    static const Identity identity{mac, "8841", "SN", "sip88xx.11-3-1MPP-678", "1.0", true};
    static const Values values(cisco_mpp_catalogue());
    const MacroContext macros(cisco_mpp(), identity, values);
    const auto request = read_profile_rule(text, macros);
    CHECK(request || request.error().offset <= longest_expanded_rule);
    if (request && *request) {
        CHECK((*request)->url ? onhook::Url::parse((*request)->url->to_string()).has_value()
                              : (*request)->path.starts_with('/'));
    }
    (void)read_report_rule(text, macros);
    return 0;
}
