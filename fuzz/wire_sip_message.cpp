// Every message that parses means the same when printed and parsed again, and so does its answer.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"
#include "wire/sip/message.h"
#include "wire/sip/responses.h"
#include "wire/sip/server_transactions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::sip;
    const auto message = parse(onhook::as_text({data, size}));
    if (message) {
        const auto again = parse(print(*message));
        CHECK(again.has_value());
        CHECK(*again == *message);
        if (message->request() != nullptr) {
            const Route from{.address = "2001:db8::1", .port = 5060};
            const Message answer = respond(*message, from, "t", Answer{});
            CHECK(*parse(print(answer)) == answer);
            CHECK(transaction_key(*again) == transaction_key(*message));
        }
    }
    return 0;
}
