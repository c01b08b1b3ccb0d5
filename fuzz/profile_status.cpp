#include "base/bytes.h"
#include "base/check.h"
#include "profile/status.h"

// What was read can be written, and reads back to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const auto status = read_status(onhook::as_text({data, size}));
    if (!status) {
        CHECK(!status.error().message.empty());
        return 0;
    }
    const auto written = write_status(*status);
    CHECK(is_status(written));
    const auto again = read_status(written);
    CHECK(again.has_value());
    CHECK(write_status(*again) == written);
    return 0;
}
