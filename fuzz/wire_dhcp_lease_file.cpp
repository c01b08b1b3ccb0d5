// A lease file of any kind is a server's message, no lease, or an error inside the file.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/dhcp/lease_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::dhcp;
    const auto text = onhook::as_text({data, size});
    const onhook::WallTime now{std::chrono::seconds(1795262400)};
    for (const auto& lease : {read_dhclient_leases(text, "eth0", now),
                              read_networkd_lease(text, now, now),
                              read_dhcpcd_lease(text, now, now)}) {
        CHECK(lease ? !*lease || (*lease)->operation == Operation::reply
                    : lease.error().offset <= text.size());
    }
    return 0;
}
