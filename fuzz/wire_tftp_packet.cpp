// Every datagram that decodes means the same after another trip over the wire.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/tftp/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::tftp;
    const auto packet = decode(onhook::as_text({data, size}));
    if (packet) {
        const auto again = decode(encode(*packet));
        CHECK(again.has_value());
        CHECK(*again == *packet);
    }
    return 0;
}
