#include "profile/flyingvoice_rule.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const Identity phone{
        *onhook::MacAddress::parse("0021f222aef1"), false, "FIP13G", "FV/SN 1", "0.6.24", "1.0"};
    const FlyingvoiceMacros macros(phone);
    // Once and with the same outcome: without a dollar, nothing is left to expand.
    const FlyingvoiceExpansion expansion = expand_flyingvoice(text, macros);
    if (text.find('$') == std::string_view::npos) {
        CHECK(expansion.text == text);
    }
    const auto plan = plan_flyingvoice(text, "$(MA)", macros);
    CHECK(plan || !plan.error().message.empty());
    if (plan && *plan) {
        CHECK((*plan)->requests.size() == 1 || (*plan)->requests.size() == 4);
        for (const FlyingvoiceRequest& request : (*plan)->requests) {
            const std::string url = request.url.to_string();
            CHECK(onhook::Url::parse(url, onhook::Schemes::with_ftp).has_value());
        }
    }
    return 0;
}
