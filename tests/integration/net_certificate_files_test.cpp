// Certificates that are issued, and files of certificates that come from outside.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "support/tls_server.h"

namespace onhook::net {

namespace {

using support::Made;
using support::make;
using support::make_authority;
using support::order;

CertificateFiles named(const support::TemporaryDirectory& directory, const std::string& name) {
    return {directory / (name + ".crt"), directory / (name + ".key")};
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

}  // namespace

TEST(IssuedCertificates, SayWhatWasOrdered) {
    const support::TemporaryDirectory directory;
    const auto root = named(directory, "root");
    ASSERT_TRUE(make_root(root, order(CertificateUse::authority, "Root")));
    EXPECT_EQ(support::mode_of(root.key_file), 0600U);
    EXPECT_EQ(support::mode_of(root.certificate_file), 0644U);
    auto device = order(CertificateUse::client, "");
    device.subject = {{"OU", "CP-8841-3PCC"}, {"L", "88012BA01234"}, {"ST", "000e08abcdef"}};
    device.key = KeyKind::rsa_2048;
    const auto files = named(directory, "device");
    ASSERT_TRUE(issue(root, files, device));
    EXPECT_TRUE(check_pair(files));
    const auto facts =
        describe_certificates(*read_file(files.certificate_file, authority_file_limit));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->front().subject, "ST=000e08abcdef,L=88012BA01234,OU=CP-8841-3PCC");
    EXPECT_EQ(facts->front().issuer, "CN=Root");
    EXPECT_EQ(facts->front().use, "client");
    EXPECT_EQ(facts->front().key, "RSA 2048");
    EXPECT_EQ(facts->front().sha256.size(), 64U);
}

TEST(IssuedCertificates, NeverReplaceFilesAndNameWhatIsWrong) {
    const support::TemporaryDirectory directory;
    const auto root = named(directory, "root");
    const auto by_root = order(CertificateUse::server, "h", {"h"});
    EXPECT_FALSE(issue(root, named(directory, "a"), by_root));  // there is no CA yet
    ASSERT_TRUE(make_root(root, order(CertificateUse::authority, "Root")));
    const auto made = named(directory, "a");
    ASSERT_TRUE(issue(root, made, by_root));
    const std::string before = *read_file(made.key_file, authority_file_limit);

    const auto reason =
        [&](const CertificateFiles& by, const std::string& name, const CertificateOrder& wanted) {
            const auto issued = issue(by, named(directory, name), wanted);
            EXPECT_FALSE(issued);
            return issued ? std::string() : issued.error().detail;
        };
    EXPECT_NE(reason(root, "a", by_root).find("is not written over"), std::string::npos);
    EXPECT_EQ(*read_file(made.key_file, authority_file_limit), before);
    EXPECT_NE(reason(made, "b", by_root).find("is not that of a CA"), std::string::npos);
    auto late = by_root;
    late.until += std::chrono::days(1000);
    EXPECT_NE(reason(root, "b", late).find("choose an earlier end"), std::string::npos);
    auto reversed = by_root;
    std::swap(reversed.from, reversed.until);
    EXPECT_NE(reason(root, "b", reversed).find("end before it begins"), std::string::npos);
    const CertificateFiles mixed{root.certificate_file, made.key_file};
    EXPECT_NE(reason(mixed, "b", by_root).find("is not that of the certificate"),
              std::string::npos);
    EXPECT_FALSE(check_pair(mixed));
    EXPECT_FALSE(check_pair({root.certificate_file, root.certificate_file}));
}

TEST(AuthorityFiles, AreTakenWholeOrNotAtAll) {
    const Made one = make_authority("One");
    const Made two = make_authority("Two");
    const std::string chatter = "subject=CN = One\n";
    const auto read = read_authorities(chatter + one.pem() + "\n# and\n" + two.pem() + "behind");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->certificates, one.pem() + two.pem());
    EXPECT_EQ(read->first_name, "One");
    const auto again = read_authorities(read->certificates);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->certificates, read->certificates);

    auto nameless = order(CertificateUse::authority, "");
    nameless.subject = {{"O", "Onhook"}};
    EXPECT_EQ(read_authorities(make(nameless).pem())->first_name, "O=Onhook");
    nameless.subject = {{"CN", "two\nlines"}};
    EXPECT_EQ(read_authorities(make(nameless).pem())->first_name, "two?lines");
}

TEST(AuthorityFiles, AreRefusedWithAReason) {
    const support::TemporaryDirectory directory;
    const Made root = make_authority("Root");
    const Made server = make(order(CertificateUse::server, "prov.example"), &root);
    const std::string key =
        *read_file(root.files(directory / "root").key_file, authority_file_limit);
    std::string cut = root.pem();
    cut.resize(cut.size() / 2);
    std::string changed = root.pem();
    changed[100] = '!';

    struct Row {
        std::string_view name;
        std::string text;
        std::string_view why;
    };

    for (const Row& row : {
             Row{"empty", "", "no certificate in PEM"},
             Row{"a page", "<html>404</html>", "no certificate in PEM"},
             Row{"cut off", cut, "block 1 is damaged"},
             Row{"not base64", changed, "block 1 is damaged"},
             Row{"the second is cut off", root.pem() + cut, "block 2 is damaged"},
             Row{"a server's", root.pem() + server.pem(), "'prov.example' is not that of a CA"},
             Row{"a key", root.pem() + key, "private key"},
             Row{"other blocks",
                 "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n",
                 "is no certificate but 'X509 CRL'"},
             Row{"no certificate inside",
                 "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                 "certificate 1 cannot be read"},
             Row{"too many", repeated(root.pem(), 33), "more than 32"},
             Row{"too large", std::string(authority_file_limit + 1, '\n'), "larger than 65536"},
         }) {
        SCOPED_TRACE(row.name);
        const auto read = read_authorities(row.text);
        ASSERT_FALSE(read);
        EXPECT_NE(read.error().find(row.why), std::string::npos) << read.error();
        EXPECT_EQ(read.error().find("BEGIN PRIVATE"), std::string::npos);
    }
    EXPECT_TRUE(read_authorities(repeated(root.pem(), 32)));
}

// Whatever one byte becomes: an error, or certificates that read as themselves.
TEST(AuthorityFiles, EveryByteMayBeWrong) {
    const std::string good = make_authority("Root").pem();
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char wrong : {'A', '-', '\n', '\0', '\xFF'}) {
            std::string text = good;
            text[at] = wrong;
            const auto read = read_authorities(text);
            if (!read) {
                EXPECT_NE(read.error(), "");
                continue;
            }
            const auto again = read_authorities(read->certificates);
            ASSERT_TRUE(again) << at;
            EXPECT_EQ(again->certificates, read->certificates);
            EXPECT_NE(read->first_name, "");
        }
        (void)read_authorities(good.substr(0, at));
    }
}

}  // namespace onhook::net
