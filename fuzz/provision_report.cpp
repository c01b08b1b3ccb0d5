#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "provision/report.h"

// What was taken in can be kept: it reads back to itself, and no secret appears in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto& catalogue = onhook::profile::cisco_mpp_catalogue();
    const auto body = onhook::as_text({data, size});
    const auto report = onhook::provision::read_report(catalogue, body);
    if (report) {
        const auto kept = onhook::provision::report_document(*report);
        const auto again = onhook::provision::read_report(catalogue, kept);
        CHECK(again.has_value());
        CHECK(again->withheld == 0);
        CHECK(onhook::provision::report_document(*again) == kept);
    }
    return 0;
}
