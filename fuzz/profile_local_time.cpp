#include "base/bytes.h"
#include "base/check.h"
#include "profile/local_time.h"

// Whatever zone a text gives has a next three o'clock, and the clock had not come so far before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text = onhook::as_text({data, size});
    TimeZone zone = parse_posix_zone(text).value_or(
        read_zone_file(text).value_or(read_cisco_zone({text, "Yes", text})));
    const onhook::WallTime now{onhook::Seconds(1'700'000'000 + std::int64_t{86400} * (size % 512))};
    const auto next = next_daily(zone, now, std::chrono::hours(3));
    CHECK(next > now);
    CHECK(next - now <= std::chrono::hours(48));
    CHECK(local_time(zone, next) - local_time(zone, now) > onhook::Seconds(0));
    CHECK(!read_daily_time(text) || *read_daily_time(text) < std::chrono::hours(24));
    return 0;
}
