// Challenges and credentials that parse mean the same when printed again.
#include "base/bytes.h"
#include "base/check.h"
#include "wire/httpauth/authorization.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::wire::httpauth;
    const std::string_view text = onhook::as_text({data, size});
    if (const auto challenges = parse_challenges(text)) {
        for (const Challenge& challenge : *challenges) {
            CHECK(*parse_challenges(print(challenge)) == std::vector{challenge});
        }
    }
    if (const auto credentials = parse_authorization(text)) {
        CHECK(*parse_authorization(print(*credentials).reveal()) == *credentials);
    }
    return 0;
}
