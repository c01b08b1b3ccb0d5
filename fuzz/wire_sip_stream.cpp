// How a stream is split does not matter: in pieces as the first byte says, or whole.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/sip/stream.h"

using namespace onhook::wire::sip;

static std::vector<std::optional<Message>> messages_of(std::string_view bytes, std::size_t piece) {
    MessageStream stream;
    std::vector<std::optional<Message>> messages;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        stream.feed(bytes.substr(at, piece));
        auto taken = stream.take();
        for (; taken && *taken; taken = stream.take()) {
            messages.push_back(**std::move(taken));
        }
        if (!taken) {
            messages.push_back(std::nullopt);
            break;
        }
    }
    return messages;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::size_t piece = size > 0 ? data[0] % 64 + 1U : 1;
    const auto bytes = onhook::as_text({data, size}).substr(std::min<std::size_t>(size, 1));
    CHECK(messages_of(bytes, piece) == messages_of(bytes, bytes.size() + 1));
    return 0;
}
