#include "wire/httpauth/digest.h"

#include <array>
#include <initializer_list>
#include <memory>

#include <openssl/evp.h>

#include "base/check.h"
#include "base/text.h"

namespace onhook::wire::httpauth {

namespace {

constexpr std::array all_algorithms{
    Algorithm::md5, Algorithm::md5_sess, Algorithm::sha256, Algorithm::sha256_sess};

struct FreeDigest {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};

using Digest = std::unique_ptr<EVP_MD, FreeDigest>;

// Fetched once: a fetch takes longer than the hash.
const EVP_MD* evp_digest(Algorithm algorithm) {
    static const Digest md5(EVP_MD_fetch(nullptr, "MD5", nullptr));
    static const Digest sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    const EVP_MD* digest = is_md5(algorithm) ? md5.get() : sha256.get();
    CHECK(digest != nullptr);
    return digest;
}

// H(a:b:c) in hex.
std::string hash(Algorithm algorithm, std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) {
        size += part.size() + 1;
    }
    std::string joined;
    joined.reserve(size);  // never moved, so that no copy of a password is left behind
    std::string_view separator;
    for (const std::string_view part : parts) {
        joined += separator;
        joined += part;
        separator = ":";
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned length = 0;
    const int done = EVP_Digest(
        joined.data(), joined.size(), sum.data(), &length, evp_digest(algorithm), nullptr);
    detail::wipe(joined);
    CHECK(done == 1);
    return to_hex({reinterpret_cast<const char*>(sum.data()), length});
}

}  // namespace

std::string_view to_string(Algorithm algorithm) noexcept {
    switch (algorithm) {
        case Algorithm::md5:
            return "MD5";
        case Algorithm::md5_sess:
            return "MD5-sess";
        case Algorithm::sha256:
            return "SHA-256";
        case Algorithm::sha256_sess:
            return "SHA-256-sess";
    }
    return "";
}

std::optional<Algorithm> parse_algorithm(std::string_view name) noexcept {
    for (const Algorithm algorithm : all_algorithms) {
        if (equals_ignoring_case(name, to_string(algorithm))) {
            return algorithm;
        }
    }
    return std::nullopt;
}

Secret<std::string> digest_ha1(Algorithm algorithm,
                               const Account& account,
                               std::string_view realm) {
    return Secret<std::string>(
        hash(algorithm, {account.username, realm, account.password.reveal()}));
}

std::string digest_response(const DigestInput& input, const Secret<std::string>& ha1) {
    const std::string ha2 = hash(input.algorithm, {input.method, input.uri});
    if (input.client == nullptr) {
        CHECK(!is_session(input.algorithm));
        return hash(input.algorithm, {ha1.reveal(), input.nonce, ha2});
    }
    const ClientNonce& client = *input.client;
    const Secret<std::string> session(
        is_session(input.algorithm)
            ? hash(input.algorithm, {ha1.reveal(), input.nonce, client.cnonce})
            : ha1.reveal());
    return hash(input.algorithm,
                {session.reveal(), input.nonce, client.count, client.cnonce, "auth", ha2});
}

}  // namespace onhook::wire::httpauth
