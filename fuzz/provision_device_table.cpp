// The CSV of devices: whatever is accepted names each device once and within the limits.
#include <set>

#include "base/bytes.h"
#include "provision/device_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook;
    const auto table =
        provision::read_device_table(profile::cisco_mpp_catalogue(), as_text({data, size}));
    if (table) {
        std::set<MacAddress> seen;
        for (const auto& row : table->rows) {
            CHECK(seen.insert(row.device.mac).second);
            CHECK(provision::check_device(row.device).has_value());
        }
    }
    return 0;
}
