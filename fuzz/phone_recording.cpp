#include "base/bytes.h"
#include "base/check.h"
#include "phone/recording.h"
#include "phone/recording_mask.h"

// A recording replays or says why not, and replays to the same lines; whatever a profile holds, it
// can be masked, and what is wrong with it is wrong with the masked one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook;
    using namespace onhook::phone;
    const std::string text(as_text({data, size}));
    std::size_t printed = 0;
    const auto replayed =
        replay(text, [&printed](std::string_view line) { printed += line.size(); });
    if (!replayed) {
        CHECK(replayed.error().line > 0);
        CHECK(!replayed.error().what.empty());
    } else {
        std::size_t again = 0;
        CHECK(replay(text, [&again](std::string_view line) { again += line.size(); }).has_value());
        CHECK(again == printed);
    }
    const profile::Identity identity{*MacAddress::parse("000e08000001"), false, {}, {}, {}, {}};
    for (const profile::Dialect* dialect : {&profile::cisco_mpp(), &profile::flyingvoice()}) {
        RecordingMask mask(*dialect, identity);
        const Memory memory(profile::factory_values(*dialect, identity));
        const Event masked = mask.masked(ProfileSubmitted{{}, text}, memory, Purpose::profile);
        const std::string& document = std::get<ProfileSubmitted>(masked).document;
        CHECK(document.empty() == text.empty());
        const auto read = dialect->apply(text, memory.values, {});
        const auto again = dialect->apply(document, memory.values, {});
        CHECK(read.has_value() == again.has_value());
        if (!read) {
            CHECK(again.error().line == read.error().line);
            CHECK(again.error().column == read.error().column);
            CHECK(again.error().message == read.error().message);
        }
    }
    return 0;
}
