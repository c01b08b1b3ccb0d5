#include "seal/content.h"

#include <utility>

#include <fmt/format.h>

#include "seal/aes128gcm.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"

namespace onhook::seal {

namespace {

const Secret<std::string>* held(const std::optional<Secret<std::string>>& key) {
    return key && !key->empty() ? &*key : nullptr;
}

bool looks_plain(std::string_view body, const ContentPolicy& policy) {
    return looks_like(policy.expected,
                      {.head = body.substr(0, judged_size), .whole = body.size() <= judged_size});
}

// Steps 1 and 2 of 1.12: who is asked to decrypt.
Result<OpenedContent, SealError> decrypt(std::string body,
                                         ContentEncoding encoding,
                                         const ContentKeys& keys,
                                         const ContentPolicy& policy) {
    const auto opened = [](std::string document) { return OpenedContent{std::move(document)}; };
    if (encoding == ContentEncoding::aes128gcm) {
        const Secret<std::string>* ikm = held(keys.ikm);
        if (ikm == nullptr) {
            return failed(Problem::key_missing,
                          "the server encrypted the body (Content-Encoding: aes128gcm), and "
                          "IKM_HTTP_Encrypt_Content is empty; set it, or have it sent plain");
        }
        return open_aes128gcm(body, *ikm).transform(opened);
    }
    const Secret<std::string>* key = held(keys.key);
    if (is_openssl_enc(body)) {
        if (key == nullptr) {
            return failed(Problem::key_missing,
                          "the body is encrypted (Salted__), and the rule has no key; write "
                          "[--key ...] before its URL");
        }
        const EncReading reading{policy.derivation, policy.expected, policy.pbkdf2};
        return open_openssl_enc(body, *key, reading).transform(opened);
    }
    if (key == nullptr) {
        return opened(std::move(body));
    }
    if (policy.allow_plain_with_key && looks_plain(body, policy)) {
        return OpenedContent{.document = std::move(body), .plain_despite_key = true};
    }
    return failed(Problem::not_sealed,
                  "the rule has a --key, and the body is not encrypted (no Salted__); seal the "
                  "file, or take --key out of the rule");
}

}  // namespace

Result<OpenedContent, SealError> open_content(std::string body,
                                              ContentEncoding encoding,
                                              const ContentKeys& keys,
                                              const ContentPolicy& policy) {
    auto content = decrypt(std::move(body), encoding, keys, policy);
    if (!content) {
        return content;
    }
    if (is_gzip(content->document)) {
        auto inflated = gunzip(content->document, policy.output_limit);
        if (!inflated) {
            return Failure{std::move(inflated).error()};
        }
        content->document = std::move(*inflated);
    } else if (content->document.size() > policy.output_limit) {
        return failed(Problem::too_large,
                      fmt::format("the document has more than the {} bytes that are allowed",
                                  policy.output_limit));
    }
    return content;
}

}  // namespace onhook::seal
