#include "net/certificate.h"

#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <unistd.h>

#include "base/secret.h"
#include "net/certificate_maker.h"
#include "net/durable_file.h"

namespace onhook::net {

namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20U;

Failure<Error> invalid(std::string why) {
    return Failure{Error{std::make_error_code(std::errc::invalid_argument), std::move(why)}};
}

// While there is a certificate, the key beside it fits: the key comes first.
Status<> write_pair(const CertificateFiles& files, EVP_PKEY* key, X509* certificate) {
    const Bytes text(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_PKCS8PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
        1) {
        return crypto_failure("cannot write a key");
    }
    const Secret<std::string> secret(text_of(text.get()));
    if (auto written = replace_file(files.key_file, secret.reveal(), 0600); !written) {
        return written;
    }
    return replace_file(files.certificate_file, pem_of(certificate), 0644);
}

// Nothing that somebody has already is written over.
Status<> check_free(const CertificateFiles& files) {
    for (const std::string& file : {files.certificate_file, files.key_file}) {
        if (::access(file.c_str(), F_OK) == 0) {
            return Failure{Error{std::make_error_code(std::errc::file_exists),
                                 fmt::format("'{}' exists and is not written over; move it away "
                                             "or choose another name",
                                             file)}};
        }
    }
    return Done{};
}

Status<> check_order(const CertificateOrder& order) {
    return order.from < order.until
               ? Status<>(Done{})
               : invalid("the certificate would end before it begins; choose a later end");
}

Bytes bytes_of(std::string_view text) {
    return Bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// The answer to a question for a passphrase: there is nobody to ask.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

Result<Certificate> read_certificate(const std::string& file) {
    const auto text = read_file(file, file_limit);
    if (!text) {
        return Failure{text.error()};
    }
    Certificate certificate(PEM_read_bio_X509(bytes_of(*text).get(), nullptr, nullptr, nullptr));
    if (!certificate) {
        return crypto_failure(fmt::format("'{}' holds no certificate in PEM", file));
    }
    return certificate;
}

Result<Key> read_key(const std::string& file) {
    auto text = read_file(file, file_limit);
    if (!text) {
        return Failure{std::move(text).error()};
    }
    const Secret<std::string> secret(*std::move(text));
    Key key(
        PEM_read_bio_PrivateKey(bytes_of(secret.reveal()).get(), nullptr, &no_passphrase, nullptr));
    if (!key) {
        return crypto_failure(fmt::format("'{}' holds no key in PEM without a passphrase", file));
    }
    return key;
}

std::optional<WallTime> time_of(const ASN1_TIME* time) {
    std::tm calendar{};
    if (ASN1_TIME_to_tm(time, &calendar) != 1) {
        return std::nullopt;
    }
    return WallTime(Seconds(::timegm(&calendar)));
}

struct Pair {
    Certificate certificate;
    Key key;
};

Result<Pair> read_pair(const CertificateFiles& files) {
    auto certificate = read_certificate(files.certificate_file);
    if (!certificate) {
        return Failure{std::move(certificate).error()};
    }
    auto key = read_key(files.key_file);
    if (!key) {
        return Failure{std::move(key).error()};
    }
    if (X509_check_private_key(certificate->get(), key->get()) != 1) {
        ERR_clear_error();
        return invalid(fmt::format("the key in '{}' is not that of the certificate in '{}'",
                                   files.key_file,
                                   files.certificate_file));
    }
    return Pair{*std::move(certificate), *std::move(key)};
}

}  // namespace

Status<> make_self_signed(const CertificateFiles& files, const SelfSigned& wanted) {
    if (wanted.names.empty()) {
        return invalid("a certificate needs at least one name or address");
    }
    const Key key = make_key(KeyKind::ec_p256);
    const Certificate certificate = key ? make_self_signed_certificate(key.get(), wanted) : nullptr;
    if (!certificate) {
        return crypto_failure("cannot make a certificate");
    }
    // The old certificate goes first and the new one comes last, so that at no moment a
    // certificate stands beside a key that is not its own.
    if (::unlink(files.certificate_file.c_str()) != 0 && errno != ENOENT) {
        return Failure{
            errno_error(errno, fmt::format("cannot replace '{}'", files.certificate_file))};
    }
    return write_pair(files, key.get(), certificate.get());
}

Status<> make_root(const CertificateFiles& files, const CertificateOrder& order) {
    for (const auto& checked : {check_order(order), check_free(files)}) {
        if (!checked) {
            return checked;
        }
    }
    const Key key = make_key(order.key);
    const Certificate certificate = key ? make_certificate(order, key.get(), {}) : nullptr;
    if (!certificate) {
        return crypto_failure("cannot make a certificate");
    }
    return write_pair(files, key.get(), certificate.get());
}

Status<> issue(const CertificateFiles& issuer,
               const CertificateFiles& files,
               const CertificateOrder& order) {
    for (const auto& checked : {check_order(order), check_free(files)}) {
        if (!checked) {
            return checked;
        }
    }
    const auto signer = read_pair(issuer);
    if (!signer) {
        return Failure{signer.error()};
    }
    X509* const by = signer->certificate.get();
    const auto end = time_of(X509_get0_notAfter(by));
    if (X509_check_ca(by) != 1) {
        return invalid(
            fmt::format("the certificate in '{}' is not that of a CA", issuer.certificate_file));
    }
    if (!end || order.until > *end) {
        return invalid(
            fmt::format("the CA in '{}' ends on {}; choose an earlier end, or make a "
                        "new CA",
                        issuer.certificate_file,
                        text_of(X509_get0_notAfter(by))));
    }
    const Key key = make_key(order.key);
    const Certificate certificate =
        key ? make_certificate(order, key.get(), {by, signer->key.get()}) : nullptr;
    if (!certificate) {
        return crypto_failure("cannot make a certificate");
    }
    return write_pair(files, key.get(), certificate.get());
}

Result<WallTime> end_of(const std::string& certificate_file) {
    const auto certificate = read_certificate(certificate_file);
    if (!certificate) {
        return Failure{certificate.error()};
    }
    const auto end = time_of(X509_get0_notAfter(certificate->get()));
    return end ? Result<WallTime>(*end)
               : invalid(fmt::format("the certificate in '{}' has no end", certificate_file));
}

Status<> check_pair(const CertificateFiles& files) {
    return read_pair(files).transform([](const Pair& /*pair*/) { return Done{}; });
}

}  // namespace onhook::net
