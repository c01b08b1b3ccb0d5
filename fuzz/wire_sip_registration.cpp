// Whatever a registrar answers, a registration keeps its invariants and can be ended.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/sip/registration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::sip;
    const auto message = parse(onhook::as_text({data, size}));
    if (message && message->response() != nullptr) {
        Registration machine({.domain = "h", .user = "u", .password = {}}, {"127.0.0.1", 1}, {}, 1);
        const auto now = onhook::TimePoint();
        (void)machine.step(registration::Started{}, now);
        (void)machine.step(registration::TargetsFound{{1}, {{.address = "127.0.0.2"}}}, now);
        for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
            (void)machine.step(registration::Answered{{attempt}, *message}, now);
        }
        (void)machine.step(registration::StopRequested{}, now);
        (void)machine.step(registration::DeadlineReached{}, now + onhook::Seconds(3));
        CHECK(machine.state() == Registration::State::ended);
    }
    return 0;
}
