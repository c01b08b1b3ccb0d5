#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "net/certificate.h"
#include "net/durable_file.h"
#include "net/loop.h"
#include "net/openssl.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

Bytes bytes_of(const std::string& path) {
    const std::string bytes = read_file(path, 1U << 16U).value_or("");
    Bytes memory(BIO_new(BIO_s_mem()));
    BIO_write(memory.get(), bytes.data(), static_cast<int>(bytes.size()));
    return memory;
}

Certificate read_certificate(const CertificateFiles& files) {
    const Bytes memory = bytes_of(files.certificate_file);
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

Key read_key(const CertificateFiles& files) {
    const Bytes memory = bytes_of(files.key_file);
    return Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

}  // namespace

TEST(SelfSigned, IsForItsNamesAndSignedByItself) {
    const support::TemporaryDirectory directory;
    const CertificateFiles files{directory / "c.pem", directory / "k.pem"};
    const WallTime now = Loop::wall_now();
    ASSERT_TRUE(
        make_self_signed(files, {{"prov.example", "a,DNS:evil.example", "192.0.2.1"}, now}));
    EXPECT_EQ(support::mode_of(files.certificate_file), 0644U);
    EXPECT_EQ(support::mode_of(files.key_file), 0600U);
    const Certificate certificate = read_certificate(files);
    ASSERT_TRUE(certificate);
    X509* const x509 = certificate.get();
    EXPECT_EQ(X509_check_host(x509, "prov.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(x509, "192.0.2.1", 0), 1);
    EXPECT_EQ(X509_check_host(x509, "evil.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(x509, "192.0.2.2", 0), 0);
    EXPECT_EQ(X509_check_ca(x509), 1);
    EXPECT_EQ(X509_check_purpose(x509, X509_PURPOSE_SSL_SERVER, 0), 1);
    EXPECT_EQ(X509_check_purpose(x509, X509_PURPOSE_SSL_CLIENT, 0), 0);
    EXPECT_EQ(X509_verify(x509, read_key(files).get()), 1);
    const auto days = [now](const ASN1_TIME* time) {
        const std::time_t from = std::chrono::system_clock::to_time_t(now);
        std::tm wall{};
        EXPECT_EQ(ASN1_TIME_to_tm(time, &wall), 1);
        return std::chrono::round<std::chrono::days>(std::chrono::seconds(::timegm(&wall) - from))
            .count();
    };
    EXPECT_EQ(days(X509_get0_notBefore(x509)), -1);
    EXPECT_EQ(days(X509_get0_notAfter(x509)), 3650);
}

TEST(SelfSigned, ReplacesKeyAndCertificateTogether) {
    const support::TemporaryDirectory directory;
    const CertificateFiles files{directory / "c.pem", directory / "k.pem"};
    const SelfSigned wanted{{"h"}, Loop::wall_now()};
    ASSERT_TRUE(make_self_signed(files, wanted));
    const Certificate first = read_certificate(files);
    ASSERT_TRUE(make_self_signed(files, wanted));
    const Certificate second = read_certificate(files);
    EXPECT_EQ(X509_check_private_key(second.get(), read_key(files).get()), 1);
    EXPECT_NE(
        ASN1_INTEGER_cmp(X509_get0_serialNumber(first.get()), X509_get0_serialNumber(second.get())),
        0);
}

TEST(SelfSigned, LeavesNoCertificateWithoutItsKey) {
    const support::TemporaryDirectory directory;
    const CertificateFiles files{directory / "c.pem", directory / "k.pem"};
    ASSERT_TRUE(make_self_signed(files, {{"h"}, Loop::wall_now()}));
    ASSERT_EQ(::mkdir((files.key_file + ".new").c_str(), 0700), 0);
    EXPECT_FALSE(make_self_signed(files, {{"h"}, Loop::wall_now()}));
    EXPECT_FALSE(read_certificate(files));
    EXPECT_FALSE(make_self_signed(files, {{}, Loop::wall_now()}));
}

}  // namespace onhook::net
