#include "net/certificate.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/secret.h"
#include "net/durable_file.h"

namespace onhook::net {

namespace {

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr std::size_t longest_common_name = 64;  // RFC 5280, appendix A.1: ub-common-name

Failure<Error> crypto_failure(const char* what) {
    const unsigned long code = ERR_get_error();
    const char* reason = ERR_reason_error_string(code);
    return Failure{Error{std::make_error_code(std::errc::io_error),
                         fmt::format("{}: {}", what, reason != nullptr ? reason : "no reason")}};
}

bool add_extension(X509* certificate, int which, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, which, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_name(GENERAL_NAMES* names, const std::string& text) {
    GENERAL_NAME* const name = GENERAL_NAME_new();
    if (name == nullptr || sk_GENERAL_NAME_push(names, name) == 0) {
        GENERAL_NAME_free(name);
        return false;
    }
    if (Octets address{a2i_IPADDRESS(text.c_str())}) {
        GENERAL_NAME_set0_value(name, GEN_IPADD, address.release());
        return true;
    }
    ASN1_IA5STRING* const host = ASN1_IA5STRING_new();
    if (host == nullptr) {
        return false;
    }
    GENERAL_NAME_set0_value(name, GEN_DNS, host);
    return ASN1_STRING_set(host, text.data(), static_cast<int>(text.size())) == 1;
}

// Built value by value, not from a line of OpenSSL's configuration language: a name with a comma
// in it could otherwise add more names.
bool add_alternative_names(X509* certificate, const std::vector<std::string>& texts) {
    const Names names(GENERAL_NAMES_new());
    return names &&
           std::all_of(texts.begin(),
                       texts.end(),
                       [&names](const std::string& text) { return add_name(names.get(), text); }) &&
           X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) == 1;
}

bool set_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return false;
    }
    bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3FU) | 0x40U);  // positive, always 16 bytes
    const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate));
}

bool set_times(X509* certificate, const SelfSigned& wanted) {
    const std::time_t now = std::chrono::system_clock::to_time_t(wanted.now);
    const int days = static_cast<int>(wanted.lifetime.count());
    return ASN1_TIME_adj(X509_getm_notBefore(certificate), now, -1, 0) != nullptr &&
           ASN1_TIME_adj(X509_getm_notAfter(certificate), now, days, 0) != nullptr;
}

bool set_subject(X509* certificate, const std::string& name) {
    const std::string common = name.size() <= longest_common_name ? name : "Onhook";
    X509_NAME* const subject = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(subject,
                                      "CN",
                                      MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(common.data()),
                                      static_cast<int>(common.size()),
                                      -1,
                                      0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1;
}

Certificate make_certificate(EVP_PKEY* key, const SelfSigned& wanted) {
    Certificate certificate(X509_new());
    X509* const x509 = certificate.get();
    const bool made = x509 != nullptr && X509_set_version(x509, X509_VERSION_3) == 1 &&
                      set_serial(x509) && set_times(x509, wanted) &&
                      set_subject(x509, wanted.names.front()) && X509_set_pubkey(x509, key) == 1 &&
                      add_extension(x509, NID_basic_constraints, "critical,CA:TRUE") &&
                      add_extension(x509, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
                      add_extension(x509, NID_ext_key_usage, "serverAuth") &&
                      add_extension(x509, NID_subject_key_identifier, "hash") &&
                      add_alternative_names(x509, wanted.names) &&
                      X509_sign(x509, key, EVP_sha256()) > 0;
    return made ? std::move(certificate) : nullptr;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Status<> make_self_signed(const CertificateFiles& files, const SelfSigned& wanted) {
    if (wanted.names.empty()) {
        return Failure{Error{std::make_error_code(std::errc::invalid_argument),
                             "a certificate needs at least one name or address"}};
    }
    const Key key(EVP_EC_gen("P-256"));
    if (!key) {
        return crypto_failure("cannot make a key");
    }
    const Certificate certificate = make_certificate(key.get(), wanted);
    if (!certificate) {
        return crypto_failure("cannot make a certificate");
    }
    const Memory key_text(BIO_new(BIO_s_secmem()));
    const Memory certificate_text(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_PKCS8PrivateKey(
            key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1 ||
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) != 1) {
        return crypto_failure("cannot write a certificate");
    }
    // The old certificate goes first and the new one comes last, so that at no moment a
    // certificate stands beside a key that is not its own.
    if (::unlink(files.certificate_file.c_str()) != 0 && errno != ENOENT) {
        return Failure{
            errno_error(errno, fmt::format("cannot replace '{}'", files.certificate_file))};
    }
    const Secret<std::string> secret(text_of(key_text.get()));
    if (auto written = replace_file(files.key_file, secret.reveal(), 0600); !written) {
        return written;
    }
    return replace_file(files.certificate_file, text_of(certificate_text.get()), 0644);
}

}  // namespace onhook::net
