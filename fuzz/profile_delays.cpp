#include "profile/delays.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto delays = parse_delays(text);
    onhook::Prng prng(size);
    CHECK(delays ? delays->size() <= 64 : !delay_of(text, 0, prng));
    std::string printed;
    for (const Delay& delay : delays.value_or({})) {
        printed += (printed.empty() ? "" : ",") + std::to_string(delay.base.count()) + "+" +
                   std::to_string(delay.random.count());
    }
    CHECK(*parse_delays(printed) == delays.value_or({}));
    return 0;
}
