#pragma once

#include "net/certificate.h"
#include "net/openssl.h"

namespace onhook::net {

// Who signs: nothing is checked of it, nor of what it signs. For src/net and for tests, which need
// certificates that are wrong.
struct Signer {
    X509* certificate = nullptr;  // null: what is signed signs itself
    EVP_PKEY* key = nullptr;
};

// Null, and OpenSSL says why, when it cannot be done.
[[nodiscard]] Key make_key(KeyKind kind);
[[nodiscard]] Certificate make_certificate(const CertificateOrder& order,
                                           EVP_PKEY* key,
                                           const Signer& signer,
                                           const EVP_MD* digest = EVP_sha256());
// For these names, and its own root.
[[nodiscard]] Certificate make_self_signed_certificate(EVP_PKEY* key, const SelfSigned& wanted);

[[nodiscard]] std::string pem_of(X509* certificate);

}  // namespace onhook::net
