// What a phone remembers of upgrades that failed, and when it tries again (9).
#include <algorithm>
#include <limits>
#include <utility>

#include "phone/behaviour.h"
#include "phone/upgrade.h"
#include "profile/delays.h"

namespace onhook::phone {

// 5.2: the n-th failure in a row waits for item n; where the list says never, nothing is tried
// until the rule changes.
void Upgrade::arm_retry(Context& context) {
    const std::string_view list =
        context.value(context.dialect.parameter.upgrade_error_retry_delay);
    const std::size_t use = std::max<std::size_t>(context.memory.firmware->failures, 1) - 1;
    const auto delay = profile::delay_of(list, use, context.prng);
    retry_at_ = delay ? Moment(context.now + *delay) : std::nullopt;
    if (retry_at_) {
        context.observe(
            {.what = Observed::What::timer, .to = "upgrade_retry_wait", .due = retry_at_});
    }
}

// 9: where the rule led is not tried again by itself. Where a retry led, $UPGST may have chosen;
// the place that it stands in for stays the one.
void Upgrade::settle_rule(const Attempt& attempt, Context& context) {
    if (attempt.kind == Kind::first && !attempt.tried.empty() &&
        context.memory.firmware->tried != attempt.tried) {
        context.memory.firmware.own().tried = attempt.tried;
        context.save();
    }
}

void Upgrade::count_failure(Context& context) {
    std::uint8_t& failures = context.memory.firmware.own().failures;
    if (failures < std::numeric_limits<std::uint8_t>::max()) {
        ++failures;
    }
    arm_retry(context);
}

void Upgrade::forget_failures(Context& context) {
    retry_at_.reset();
    if (context.memory.firmware->failures != 0) {
        context.memory.firmware.own().failures = 0;
        context.save();
    }
}

}  // namespace onhook::phone
