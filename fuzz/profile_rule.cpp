#include "profile/macro_context.h"
#include "profile/mask.h"
#include "profile/rule.h"
#include "profile/rule_check.h"

namespace {

using namespace onhook::profile;

void check_request(const RuleRequest& request) {
    if (request.url) {
        const auto again = onhook::Url::parse(request.url->to_string());
        CHECK(again && *again == *request.url);
    } else {
        CHECK(request.activation_code || request.path.starts_with('/'));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const auto mac = *onhook::MacAddress::parse("000e08012345");
    static const Identity identity{mac, true, "8841", "SN", "sip88xx.11-3-1MPP-678", "1.0"};
    static const Values values(cisco_mpp_catalogue());
    const MacroContext macros(cisco_mpp(), identity, values);
    for (const RuleKind kind : {RuleKind::profile, RuleKind::upgrade}) {
        std::vector<Considered> why;
        const auto decision = decide_rule(kind, text, macros, &why);
        CHECK(decision || decision.error().offset <= longest_expanded_rule);
        if (decision && *decision) {
            CHECK(!why.empty() && why.back().alternative == (*decision)->alternative);
            if ((*decision)->request) {
                check_request(*(*decision)->request);
            }
        }
    }
    const auto reports = decide_report_rule(text, macros);
    CHECK(!reports || reports->requests.size() <= 2);
    for (const RuleRemark& remark : check_rule(RuleKind::profile, text)) {
        CHECK(remark.offset <= text.size());
    }
    (void)masked_rule(text, &values.catalogue());
    return 0;
}
