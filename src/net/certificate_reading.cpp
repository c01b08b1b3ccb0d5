// Certificates that come from outside, and what they say.
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/printable.h"
#include "net/certificate.h"
#include "net/certificate_maker.h"
#include "net/server_identity.h"

namespace onhook::net {

namespace {

// One block of a PEM text.
struct PemBlock {
    std::string label;
    std::string bytes;
};

// The blocks in their order; text between them is for people. An error is a sentence.
Result<std::vector<PemBlock>, std::string> read_blocks(std::string_view pem, std::size_t most) {
    const Bytes text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    std::vector<PemBlock> blocks;
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    while (PEM_read_bio(text.get(), &label, &header, &bytes, &size) == 1) {
        blocks.push_back(
            {label,
             std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size))});
        OPENSSL_free(label);
        OPENSSL_free(header);
        OPENSSL_clear_free(bytes, static_cast<std::size_t>(size));
        if (blocks.size() > most) {
            return Failure{fmt::format("it holds more than {} certificates", most)};
        }
    }
    const unsigned long why = ERR_peek_last_error();
    const bool at_end = ERR_GET_REASON(why) == PEM_R_NO_START_LINE;
    const char* const reason = ERR_reason_error_string(why);
    const std::string sentence =
        fmt::format("block {} is damaged: {}", blocks.size() + 1, reason != nullptr ? reason : "");
    ERR_clear_error();
    if (!at_end) {
        return Failure{sentence};
    }
    return blocks;
}

Result<Certificate, std::string> certificate_in(const PemBlock& block, std::size_t number) {
    if (block.label.ends_with("PRIVATE KEY")) {
        return Failure{
            std::string("it holds a private key, which is for nobody but its owner; "
                        "make a new key, and give certificates only")};
    }
    if (block.label != PEM_STRING_X509 && block.label != PEM_STRING_X509_OLD) {
        return Failure{fmt::format(
            "block {} is no certificate but '{}'", number, printable(shortened(block.label, 40)))};
    }
    const auto* at = reinterpret_cast<const unsigned char*>(block.bytes.data());
    const auto* const end = at + block.bytes.size();
    Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(block.bytes.size())));
    ERR_clear_error();
    if (!certificate || at != end) {
        return Failure{fmt::format("certificate {} cannot be read", number)};
    }
    return certificate;
}

Result<std::vector<Certificate>, std::string> read_all(std::string_view pem, std::size_t most) {
    const auto blocks = read_blocks(pem, most);
    if (!blocks) {
        return Failure{blocks.error()};
    }
    std::vector<Certificate> all;
    for (const PemBlock& block : *blocks) {
        auto certificate = certificate_in(block, all.size() + 1);
        if (!certificate) {
            return Failure{std::move(certificate).error()};
        }
        all.push_back(*std::move(certificate));
    }
    if (all.empty()) {
        return Failure{
            std::string("it holds no certificate in PEM, which begins with "
                        "-----BEGIN CERTIFICATE-----")};
    }
    return all;
}

std::string key_of(const X509* certificate) {
    const EVP_PKEY* const key = X509_get0_pubkey(certificate);
    if (key == nullptr) {
        return "unknown";
    }
    std::array<char, 64> group{};
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1) {
        return fmt::format("EC {}", group.data());
    }
    const char* const name = EVP_PKEY_get0_type_name(key);
    return fmt::format("{} {}", name != nullptr ? name : "key", EVP_PKEY_get_bits(key));
}

std::string use_of(X509* certificate) {
    if (X509_check_ca(certificate) > 0) {
        return "CA";
    }
    std::vector<std::string_view> uses;
    if (X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) == 1) {
        uses.emplace_back("server");
    }
    if (X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) == 1) {
        uses.emplace_back("client");
    }
    return uses.empty() ? "neither server nor client" : fmt::format("{}", fmt::join(uses, ", "));
}

std::string whole_name(const X509_NAME* name) {
    const Bytes line(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(line.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    return printable(text_of(line.get()));
}

std::string digest_of(const X509* certificate) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
        return {};
    }
    return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

}  // namespace

Result<std::vector<CertificateFacts>> describe_certificates(std::string_view pem) {
    constexpr std::size_t most = 1000;
    const auto all = read_all(pem, most);
    if (!all) {
        return Failure{Error{std::make_error_code(std::errc::invalid_argument), all.error()}};
    }
    std::vector<CertificateFacts> facts;
    for (const Certificate& one : *all) {
        X509* const x509 = one.get();
        CertificateNames names = names_of(x509);
        names.hosts.insert(names.hosts.end(), names.addresses.begin(), names.addresses.end());
        for (std::string& name : names.hosts) {
            name = printable(name);
        }
        facts.push_back({.subject = whole_name(X509_get_subject_name(x509)),
                         .issuer = whole_name(X509_get_issuer_name(x509)),
                         .from = text_of(X509_get0_notBefore(x509)),
                         .until = text_of(X509_get0_notAfter(x509)),
                         .names = std::move(names.hosts),
                         .use = use_of(x509),
                         .key = key_of(x509),
                         .sha256 = digest_of(x509)});
    }
    return facts;
}

Result<AuthorityFile, std::string> read_authorities(std::string_view pem) {
    if (pem.size() > authority_file_limit) {
        return Failure{fmt::format("it is larger than {} bytes", authority_file_limit)};
    }
    const auto all = read_all(pem, most_authorities);
    if (!all) {
        return Failure{all.error()};
    }
    AuthorityFile file;
    for (const Certificate& one : *all) {
        // 1: it says that it is a CA's; 3: a root of the first version, which cannot say so.
        const int is_ca = X509_check_ca(one.get());
        if (is_ca != 1 && is_ca != 3) {
            return Failure{fmt::format(
                "the certificate of '{}' is not that of a CA (basicConstraints CA:TRUE)",
                shown_name(X509_get_subject_name(one.get())))};
        }
        file.certificates += pem_of(one.get());
    }
    file.first_name = shown_name(X509_get_subject_name(all->front().get()));
    return file;
}

}  // namespace onhook::net
