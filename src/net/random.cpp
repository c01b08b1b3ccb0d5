#include "net/random.h"

#include <array>

#include <openssl/rand.h>

#include "base/text.h"

namespace onhook::net {

Result<Secret<std::string>> random_token() {
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return Failure{Error{std::make_error_code(std::errc::io_error),
                             "the system gives no random numbers for a token"}};
    }
    return Secret(to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

}  // namespace onhook::net
