#include "profile/condition.h"
#include "profile/macro_context.h"
#include "profile/rule.h"
#include "profile/rule_check.h"

// A trigger, read with and without legacy forms: what is accepted without them means the same with
// them, and a static check finds fault with nothing that is accepted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto strict = judge_trigger(text, {});
    CHECK(strict || strict.error().offset <= text.size());
    const auto legacy = judge_trigger(text, {LegacyConditions::accepted, "sip88xx.11-3-1MPP-678"});
    CHECK(!strict || (legacy && *legacy == *strict));
    const bool plain = text.find_first_of("$\x01") == text.npos && size <= longest_rule;
    if (strict && plain) {
        for (const RuleRemark& remark : check_trigger(text)) {
            CHECK(remark.severity == RuleRemark::Severity::warning);
        }
    }
    if (const auto version = Version::parse(text)) {
        CHECK(*version->compare(*version) == std::weak_ordering::equivalent);
    }
    return 0;
}
