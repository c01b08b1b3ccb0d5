#include "net/certificate_maker.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace onhook::net {

namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr std::size_t longest_common_name = 64;  // RFC 5280, appendix A.1: ub-common-name

bool add_extension(X509* certificate, X509* issuer, int which, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
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
    if (texts.empty()) {
        return true;
    }
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

bool set_time(ASN1_TIME* time, WallTime at) {
    return ASN1_TIME_set(time, std::chrono::system_clock::to_time_t(at)) != nullptr;
}

bool set_subject(X509* certificate, const std::vector<SubjectPart>& parts) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    return std::all_of(parts.begin(), parts.end(), [subject](const SubjectPart& part) {
        return X509_NAME_add_entry_by_txt(subject,
                                          part.field.c_str(),
                                          MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char*>(part.value.data()),
                                          static_cast<int>(part.value.size()),
                                          -1,
                                          0) == 1;
    });
}

// All but what the usage decides.
Certificate unsigned_certificate(const CertificateOrder& order, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    X509* const x509 = certificate.get();
    const bool made = x509 != nullptr && X509_set_version(x509, X509_VERSION_3) == 1 &&
                      set_serial(x509) && set_time(X509_getm_notBefore(x509), order.from) &&
                      set_time(X509_getm_notAfter(x509), order.until) &&
                      set_subject(x509, order.subject) && X509_set_pubkey(x509, key) == 1;
    return made ? std::move(certificate) : nullptr;
}

// RFC 5280 4.2.1: what its use asks for. An RSA key may also carry the secret of an old handshake.
bool add_usage(X509* certificate, X509* issuer, CertificateUse use, bool rsa) {
    if (use == CertificateUse::authority) {
        return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
               add_extension(certificate, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    const bool server = use == CertificateUse::server;
    return add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(
               certificate,
               issuer,
               NID_key_usage,
               rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature") &&
           add_extension(
               certificate, issuer, NID_ext_key_usage, server ? "serverAuth" : "clientAuth");
}

}  // namespace

Key make_key(KeyKind kind) {
    return Key(kind == KeyKind::ec_p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048));
}

Certificate make_certificate(const CertificateOrder& order,
                             EVP_PKEY* key,
                             const Signer& signer,
                             const EVP_MD* digest) {
    Certificate certificate = unsigned_certificate(order, key);
    X509* const x509 = certificate.get();
    const bool own = signer.certificate == nullptr;
    X509* const issuer = own ? x509 : signer.certificate;
    const bool made = x509 != nullptr &&
                      X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1 &&
                      add_usage(x509, issuer, order.use, EVP_PKEY_is_a(key, "RSA") == 1) &&
                      add_extension(x509, issuer, NID_subject_key_identifier, "hash") &&
                      (own || add_extension(x509, issuer, NID_authority_key_identifier, "keyid")) &&
                      add_alternative_names(x509, order.names) &&
                      X509_sign(x509, own ? key : signer.key, digest) > 0;
    return made ? std::move(certificate) : nullptr;
}

Certificate make_self_signed_certificate(EVP_PKEY* key, const SelfSigned& wanted) {
    const std::string& name = wanted.names.front();
    Certificate certificate = unsigned_certificate(
        {.subject = {{"CN", name.size() <= longest_common_name ? name : "Onhook"}},
         .from = wanted.now - std::chrono::days(1),
         .until = wanted.now + wanted.lifetime},
        key);
    X509* const x509 = certificate.get();
    const bool made =
        x509 != nullptr && X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1 &&
        add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE") &&
        add_extension(x509, x509, NID_key_usage, "critical,digitalSignature,keyCertSign") &&
        add_extension(x509, x509, NID_ext_key_usage, "serverAuth") &&
        add_extension(x509, x509, NID_subject_key_identifier, "hash") &&
        add_alternative_names(x509, wanted.names) && X509_sign(x509, key, EVP_sha256()) > 0;
    return made ? std::move(certificate) : nullptr;
}

std::string pem_of(X509* certificate) {
    const Bytes text(BIO_new(BIO_s_mem()));
    return PEM_write_bio_X509(text.get(), certificate) == 1 ? text_of(text.get()) : std::string();
}

}  // namespace onhook::net
