#pragma once

// Certificates of every kind, wrong ones too, and a TLS server that shows them, as OpenSSL lets it.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "net/certificate_maker.h"
#include "net/durable_file.h"
#include "net/loop.h"
#include "support/loopback.h"

namespace onhook::support {

// A certificate and its key, which others may share.
struct Made {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;

    [[nodiscard]] net::Signer signer() const { return {certificate.get(), key.get()}; }

    [[nodiscard]] std::string pem() const { return net::pem_of(certificate.get()); }

    // Both in files: NAME.crt and NAME.key.
    [[nodiscard]] net::CertificateFiles files(const std::string& name) const {
        net::Bytes text(BIO_new(BIO_s_mem()));
        EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(
                      text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr),
                  1);
        EXPECT_TRUE(net::replace_file(name + ".key", net::text_of(text.get())));
        EXPECT_TRUE(net::replace_file(name + ".crt", pem()));
        return {name + ".crt", name + ".key"};
    }
};

// From a day ago, for ten days, unless it says otherwise; of others than CAs a day less, so that
// they end before who signed them.
inline net::CertificateOrder order(net::CertificateUse use,
                                   std::string common_name,
                                   std::vector<std::string> names = {}) {
    const WallTime now = net::Loop::wall_now();
    return {.use = use,
            .subject = {{"CN", std::move(common_name)}},
            .names = std::move(names),
            .from = now - std::chrono::days(1),
            .until = now + std::chrono::days(use == net::CertificateUse::authority ? 10 : 9)};
}

// Signed by `by`, or by itself.
inline Made make(const net::CertificateOrder& wanted,
                 const Made* by = nullptr,
                 net::Key key = net::make_key(net::KeyKind::ec_p256),
                 const EVP_MD* digest = EVP_sha256()) {
    auto certificate = net::make_certificate(
        wanted, key.get(), by == nullptr ? net::Signer{} : by->signer(), digest);
    EXPECT_TRUE(certificate);
    return {std::move(certificate), std::move(key)};
}

inline Made make_authority(const std::string& name, const Made* by = nullptr) {
    return make(order(net::CertificateUse::authority, name), by);
}

// Answers each request with 200 and the subject of the certificate that the client showed.
class OpensslServer {
  public:
    using Setup = std::function<void(SSL_CTX*)>;

    OpensslServer(const Made& own, const Setup& setup) : listener_(SOCK_STREAM) {
        context_.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_set_security_level(context_.get(), 0);
        EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), own.certificate.get()), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), own.key.get()), 1);
        setup(context_.get());
        port_ = listener_.bind_free_port();
        ::listen(listener_.number(), 10);
        thread_ = std::thread([this] {
            while (serve_one()) {
            }
        });
    }

    ~OpensslServer() {
        ::shutdown(listener_.number(), SHUT_RDWR);
        thread_.join();
    }

    [[nodiscard]] std::string url(const std::string& host) const {
        return fmt::format("https://{}:{}/a.xml", host, port_);
    }

  private:
    bool serve_one() {
        const Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
        if (client.number() < 0) {
            return false;
        }
        const timeval patience{10, 0};
        ::setsockopt(client.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        const std::unique_ptr<SSL, net::Freed<SSL_free>> ssl(SSL_new(context_.get()));
        SSL_set_fd(ssl.get(), client.number());
        char request[4096];
        if (SSL_accept(ssl.get()) == 1 && SSL_read(ssl.get(), request, sizeof request) > 0) {
            const net::Certificate shown(SSL_get1_peer_certificate(ssl.get()));
            const std::string body =
                shown ? net::shown_name(X509_get_subject_name(shown.get())) : "nobody";
            const std::string answer =
                fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
            SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
            SSL_shutdown(ssl.get());
        }
        ERR_clear_error();
        return true;
    }

    Socket listener_;
    std::uint16_t port_ = 0;
    std::unique_ptr<SSL_CTX, net::Freed<SSL_CTX_free>> context_;
    std::thread thread_;
};

}  // namespace onhook::support
