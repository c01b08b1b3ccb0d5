#include "net/random.h"

#include <openssl/rand.h>

#include "base/text.h"

namespace onhook::net {

Result<std::string> random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
        return Failure{
            Error{std::make_error_code(std::errc::io_error), "the system gives no random numbers"}};
    }
    return bytes;
}

Result<Secret<std::string>> random_token() {
    constexpr std::size_t token_size = 32;
    return random_bytes(token_size).transform([](const std::string& bytes) {
        return Secret(to_hex(bytes));
    });
}

}  // namespace onhook::net
