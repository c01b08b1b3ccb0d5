// Every datagram is a message, means the same when printed again, and makes one clean line.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/syslog/format.h"
#include "wire/syslog/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::syslog;
    const Message message = parse(onhook::as_text({data, std::min<std::size_t>(size, 8000)}));
    CHECK(parse(print(message)) == message);
    const std::string line = to_line(message);
    CHECK(std::none_of(line.begin(), line.end(), [](char c) { return c >= 0 && c < ' '; }));
    return 0;
}
