#include "net/server_identity.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/printable.h"
#include "base/text.h"
#include "net/openssl.h"

namespace onhook::net {

namespace {

constexpr std::size_t most_shown_names = 3;
constexpr std::size_t longest_shown_name_part = 100;

// An IP address in its usual form; empty: it is none.
std::string address_text(std::string_view text) {
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    for (const int family : {AF_INET, AF_INET6}) {
        if (::inet_pton(family, std::string(text).c_str(), bytes.data()) == 1) {
            return ::inet_ntop(family, bytes.data(), out.data(), out.size());
        }
    }
    return {};
}

std::string address_text(const ASN1_OCTET_STRING* octets) {
    std::array<char, INET6_ADDRSTRLEN> out{};
    const int size = ASN1_STRING_length(octets);
    const int family = size == 4 ? AF_INET : size == 16 ? AF_INET6 : AF_UNSPEC;
    const bool is_address =
        family != AF_UNSPEC &&
        ::inet_ntop(family, ASN1_STRING_get0_data(octets), out.data(), out.size()) != nullptr;
    return is_address ? std::string(out.data()) : std::string();
}

std::string_view without_last_dot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

bool matches(std::string_view pattern, std::string_view host) {
    pattern = without_last_dot(pattern);
    if (!pattern.starts_with("*.")) {
        return !pattern.empty() && equals_ignoring_case(pattern, host);
    }
    const std::string_view parent = pattern.substr(1);  // .example.com
    const std::size_t label = host.find('.');
    return parent.find('.', 1) != std::string_view::npos &&
           parent.find('*') == std::string_view::npos && label != std::string_view::npos &&
           label > 0 && equals_ignoring_case(host.substr(label), parent);
}

struct Fault {
    int error;
    std::string_view what;  // {} is whose certificate
};

constexpr Fault chain_faults[] = {
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "nobody whom the phone trusts vouches for '{0}': its issuer '{1}' is neither installed nor "
     "sent; install that CA (--ca, Custom_CA_Rule), or let the server send its intermediate "
     "certificates"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
     "nobody whom the phone trusts vouches for '{0}': its issuer '{1}' is neither installed nor "
     "sent; install that CA (--ca, Custom_CA_Rule)"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "nobody whom the phone trusts vouches for '{0}', issued by '{1}'; install that CA (--ca, "
     "Custom_CA_Rule), or let the server send its intermediate certificates"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "the certificate of '{0}' is self-signed, and nobody installed it; install it (--ca, "
     "Custom_CA_Rule), or have it signed by a CA that the phone trusts"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "the CA '{0}' is not among those that the phone trusts; install it (--ca, Custom_CA_Rule)"},
    {X509_V_ERR_INVALID_PURPOSE,
     "the certificate of '{0}' is not for servers (extended key usage); issue one with serverAuth"},
    {X509_V_ERR_INVALID_CA,
     "'{0}' signed a certificate and is no CA (basicConstraints CA:TRUE); let a CA sign it"},
    {X509_V_ERR_KEYUSAGE_NO_CERTSIGN,
     "'{0}' signed a certificate, and its key usage does not allow that; let a CA sign it"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE,
     "the signature of the certificate of '{0}' is wrong: '{1}' did not make it, or it was "
     "changed"},
    {X509_V_ERR_EE_KEY_TOO_SMALL,
     "the key of '{0}' is too short to be safe; issue a certificate with EC P-256 or RSA 2048"},
    {X509_V_ERR_CA_KEY_TOO_SMALL,
     "the key of the CA '{0}' is too short to be safe; use a CA with EC P-256 or RSA 2048"},
    {X509_V_ERR_CA_MD_TOO_WEAK,
     "the certificate of '{0}' is signed with a digest that is not safe; sign it with SHA-256"},
    {X509_V_ERR_CERT_CHAIN_TOO_LONG, "the chain of certificates of the server is too long"},
};

struct Alert {
    int alert;
    std::string_view what;
};

constexpr Alert alerts_about_our_certificate[] = {
    {SSL_AD_CERTIFICATE_EXPIRED, "it expired or is not valid yet; issue a new one"},
    {SSL_AD_CERTIFICATE_REVOKED, "it was revoked; issue a new one"},
    {SSL_AD_UNKNOWN_CA,
     "the server does not trust the CA that issued it; give the server that CA's root"},
    {SSL_AD_UNSUPPORTED_CERTIFICATE, "it is not for clients; issue one with clientAuth"},
    {SSL_AD_BAD_CERTIFICATE, "something in it is wrong; the server's log may tell"},
    {SSL_AD_CERTIFICATE_UNKNOWN, "the server's log may tell why"},
    {SSL_AD_ACCESS_DENIED, "its owner may not come in"},
    {SSL_AD_DECRYPT_ERROR, "its key did not sign as it should"},
};

}  // namespace

CertificateNames names_of(const X509* certificate) {
    CertificateNames names;
    names.common_name = common_name(certificate);
    const Names alternatives(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = alternatives ? sk_GENERAL_NAME_num(alternatives.get()) : 0;
    for (int i = 0; i < count; ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(alternatives.get(), i);
        if (name->type == GEN_DNS) {
            names.hosts.emplace_back(
                reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
        } else if (name->type == GEN_IPADD) {
            names.addresses.push_back(address_text(name->d.iPAddress));
        }
    }
    return names;
}

bool is_for(const CertificateNames& names, std::string_view server) {
    const std::string address = address_text(server);
    const bool has_alternatives = !names.hosts.empty() || !names.addresses.empty();
    if (!address.empty()) {
        return has_alternatives
                   ? std::find(names.addresses.begin(), names.addresses.end(), address) !=
                         names.addresses.end()
                   : address_text(names.common_name) == address;
    }
    const std::string_view host = without_last_dot(server);
    if (!has_alternatives) {
        return matches(names.common_name, host);
    }
    return std::any_of(names.hosts.begin(), names.hosts.end(), [host](const std::string& name) {
        return matches(name, host);
    });
}

std::string shown(const CertificateNames& names) {
    std::vector<std::string> all = names.hosts;
    all.insert(all.end(), names.addresses.begin(), names.addresses.end());
    if (all.empty()) {
        all.push_back(names.common_name);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), most_shown_names); ++i) {
        text += fmt::format(
            "{}'{}'", i == 0 ? "" : ", ", printable(shortened(all[i], longest_shown_name_part)));
    }
    return all.size() > most_shown_names
               ? fmt::format("{} and {} more", text, all.size() - most_shown_names)
               : text;
}

std::string chain_fault(int error, const X509* certificate) {
    const std::string who =
        certificate == nullptr ? "?" : shown_name(X509_get_subject_name(certificate));
    if (error == X509_V_ERR_CERT_HAS_EXPIRED && certificate != nullptr) {
        return fmt::format(
            "the certificate of '{}' expired on {} UTC; renew it, or correct the phone's clock",
            who,
            text_of(X509_get0_notAfter(certificate)));
    }
    if (error == X509_V_ERR_CERT_NOT_YET_VALID && certificate != nullptr) {
        return fmt::format(
            "the certificate of '{}' is valid from {} UTC on; correct the phone's clock, or wait",
            who,
            text_of(X509_get0_notBefore(certificate)));
    }
    for (const Fault& fault : chain_faults) {
        if (fault.error == error) {
            return fmt::format(
                fmt::runtime(fault.what),
                who,
                certificate == nullptr ? "?" : shown_name(X509_get_issuer_name(certificate)));
        }
    }
    return fmt::format("the certificate of '{}': {}", who, X509_verify_cert_error_string(error));
}

std::string alert_fault(int alert, OwnCertificate own) {
    if (own == OwnCertificate::asked_for_and_missing) {
        return "the server wants a certificate of the phone, which has none; start the phone with "
               "--cert and --key";
    }
    for (const Alert& known : alerts_about_our_certificate) {
        if (known.alert == alert && own == OwnCertificate::shown) {
            return fmt::format("the server refused the phone's certificate: {}", known.what);
        }
    }
    if (alert == SSL_AD_PROTOCOL_VERSION) {
        return "the server offers no TLS 1.2 and nothing newer; let it";
    }
    if (alert == SSL_AD_HANDSHAKE_FAILURE || alert == SSL_AD_INSUFFICIENT_SECURITY) {
        return "the server and the phone have no cipher suite in common; look at TLS_Cipher_List "
               "and at the server's settings";
    }
    return fmt::format("the server gave up: {}", SSL_alert_desc_string_long(alert));
}

}  // namespace onhook::net
