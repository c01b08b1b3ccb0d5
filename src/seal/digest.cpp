#include "seal/digest.h"

#include <array>

#include <openssl/evp.h>

#include "base/check.h"
#include "base/text.h"

namespace onhook::seal {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    unsigned size = 0;
    const int done =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    CHECK(done == 1);
    CHECK(size == digest.size());
    return to_hex(std::string(digest.begin(), digest.end()));
}

}  // namespace onhook::seal
