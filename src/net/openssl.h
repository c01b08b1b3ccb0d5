#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/result.h"

// OpenSSL's objects with an owner. For src/net only.
namespace onhook::net {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using Bytes = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// "what: why", with the last reason that OpenSSL gave; its queue of reasons is empty afterwards.
[[nodiscard]] Failure<Error> crypto_failure(std::string_view what);

// What was written into it.
[[nodiscard]] std::string text_of(BIO* bytes);

// A time in UTC, "2026-11-21 23:59"; empty where it is none.
[[nodiscard]] std::string text_of(const ASN1_TIME* time);

// The last, which is the most specific, common name up to its first "/" (cisco-mpp.md 11.2), in
// UTF-8; empty: there is none, or it has a NUL in it.
[[nodiscard]] std::string common_name(const X509* certificate);

// Of whose certificate it is, for people: the common name, or else all of the subject.
[[nodiscard]] std::string shown_name(const X509_NAME* name);

}  // namespace onhook::net
