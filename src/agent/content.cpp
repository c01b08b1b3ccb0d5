#include "agent/content.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "net/random.h"
#include "seal/aes128gcm.h"
#include "seal/content.h"
#include "seal/error.h"
#include "seal/openssl_enc.h"

namespace onhook::agent {

namespace {

constexpr std::string_view aes128gcm = "aes128gcm";
constexpr std::string_view sealed_magic = "Salted__";                 // of openssl enc
constexpr std::string_view sealed_type = "application/octet-stream";  // 8.3

// RFC 9110 8.4: codings stand in the order in which they were applied, so the last is the first to
// be undone. A server that compresses before it encrypts may say `gzip, aes128gcm`.
bool ends_in_aes128gcm(std::string_view encoding) {
    return equals_ignoring_case(trim(encoding.substr(encoding.rfind(',') + 1)), aes128gcm);
}

// An empty key is none, as for what is opened: everybody has it.
bool held(const std::optional<Secret<std::string>>& key) { return key && !key->empty(); }

// Without random numbers there is no TLS either: nothing can go on.
template <typename Salt>
Salt random_salt() {
    Salt salt{};
    const auto bytes = net::random_bytes(salt.size());
    CHECK(bytes.has_value());
    std::copy(bytes->begin(), bytes->end(), salt.begin());
    return salt;
}

}  // namespace

SealedBody seal_upload(const phone::StartTransfer& order, const ContentPolicy& policy) {
    if (held(order.keys.key)) {
        return {seal::seal_openssl_enc(order.body,
                                       *order.keys.key,
                                       {policy.report_derivation, random_salt<seal::EncSalt>()}),
                std::string(sealed_type),
                {}};
    }
    if (held(order.keys.ikm)) {
        return {seal::seal_aes128gcm(order.body,
                                     *order.keys.ikm,
                                     seal::ContentHeader{.salt = random_salt<seal::ContentSalt>()}),
                std::string(sealed_type),
                {{"Content-Encoding", std::string(aes128gcm)}}};
    }
    return {order.body.str(), order.content_type.str(), {}};
}

Result<OpenedBody, ContentFault> open_download(std::string body,
                                               std::string_view encoding,
                                               const phone::ContentKeys& keys,
                                               const ContentPolicy& policy) {
    seal::ContentPolicy how{.allow_plain_with_key = policy.allow_plain_with_key,
                            .derivation = {},
                            .expected = seal::Plaintext::profile};
    seal::ContentKeys held_keys{keys.key, keys.ikm};
    if (keys.of_text) {  // flyingvoice.md D25
        how.expected = seal::Plaintext::text;
        how.pbkdf2 = true;
        if (!body.starts_with(sealed_magic)) {
            held_keys.key.reset();
        }
    }
    auto content = seal::open_content(std::move(body),
                                      ends_in_aes128gcm(encoding) ? seal::ContentEncoding::aes128gcm
                                                                  : seal::ContentEncoding::none,
                                      held_keys,
                                      how);
    if (!content) {
        const bool wrong_key = seal::error_text(content.error().problem) ==
                               seal::error_text(seal::Problem::decryption_failed);
        return Failure{ContentFault{
            wrong_key ? phone::TransferFault::undecoded : phone::TransferFault::corrupt,
            std::move(content).error().detail}};
    }
    return OpenedBody{std::move(content->document), content->plain_despite_key};
}

}  // namespace onhook::agent
