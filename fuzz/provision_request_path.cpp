#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "provision/request_path.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto target = onhook::as_text({data, size});
    const auto request = onhook::provision::read_request_target(target);
    if (request) {
        const auto path = target.substr(0, target.find('?'));
        CHECK(path.find("/../") == path.npos);
        CHECK(!path.ends_with("/.."));
        CHECK(path.find_first_of("\\%") == path.npos);
        CHECK(request->model.size() <= 32);
        CHECK(request->serial.size() <= 32);
    }
    return 0;
}
