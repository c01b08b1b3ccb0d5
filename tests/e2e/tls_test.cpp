// Phones and nginx that know each other by certificates of `onhook ca`, as openssl sees them too.
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class TlsPhone : public ::testing::Test {
  protected:
    TlsPhone() {
        ca({"init", "--dir", dir_});
        ca({"issue", "device", "--dir", dir_, "--mac", phone_mac, "--serial", "88012BA01234"});
        ca({"issue", "server", "--dir", dir_, "localhost", "127.0.0.1"});
    }

    static Ran onhook(const Words& words) { return run(Words{onhook_program()} + words); }

    // A command of `onhook ca` that must succeed.
    static std::string ca(const Words& words) {
        const Ran ran = onhook(Words{"ca"} + words);
        EXPECT_EQ(ran.status, 0) << ran.output;
        return ran.output;
    }

    // One that must not: its sentence.
    static std::string refused(const Words& words) {
        const Ran ran = onhook(Words{"ca"} + words);
        EXPECT_EQ(ran.status, 2) << ran.output;
        EXPECT_TRUE(ran.output.starts_with("onhook: ")) << ran.output;
        return ran.output;
    }

    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    [[nodiscard]] std::string of_ca(const std::string& name) const { return dir_ + "/" + name; }

    [[nodiscard]] std::string device(const std::string& end) const {
        return of_ca("device-" + phone_mac + end);
    }

    [[nodiscard]] Words own_certificate() const {
        return {"--cert", device(".crt"), "--key", device(".key")};
    }

    [[nodiscard]] Words trusting() const { return {"--ca", of_ca("server-ca.crt")}; }

    [[nodiscard]] Nginx nginx(const std::string& rules = {}) const {
        return Nginx(in("nginx"),
                     rules,
                     Nginx::Tls{of_ca("server-localhost.crt"), of_ca("server-localhost.key")});
    }

    [[nodiscard]] std::string asks_for_certificates(const std::string& how) const {
        return fmt::format(
            "ssl_verify_client {}; ssl_client_certificate {};\n", how, of_ca("device-ca.crt"));
    }

    TemporaryDirectory directory_;
    std::string dir_ = directory_.file("ca");
};

TEST_F(TlsPhone, OpensslAgreesWithWhatIsIssued) {
    ca({"issue",
        "device",
        "--dir",
        dir_,
        "--dialect",
        "flyingvoice",
        "--mac",
        "00:21:f2:22:ae:f1",
        "--rsa"});
    ca({"issue",
        "server",
        "--dir",
        dir_,
        "prov.example.com",
        "*.example.com",
        "2001:db8::1",
        "--rsa",
        "--out",
        in("prov")});
    const auto verify =
        [](const std::string& root, const std::string& purpose, const std::string& file) {
            return run({"openssl",
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        purpose,
                        "-CAfile",
                        root,
                        file})
                .output;
        };
    EXPECT_EQ(verify(of_ca("device-ca.crt"), "sslclient", device(".crt")), device(".crt: OK\n"));
    EXPECT_EQ(verify(of_ca("server-ca.crt"), "sslserver", in("prov.crt")), in("prov.crt: OK\n"));
    EXPECT_NE(verify(of_ca("device-ca.crt"), "sslserver", device(".crt")), device(".crt: OK\n"));
    EXPECT_NE(verify(of_ca("server-ca.crt"), "sslclient", device(".crt")), device(".crt: OK\n"));
    const auto says = [](const std::string& file, const std::string& what) {
        const std::string text = run({"openssl", "x509", "-noout", "-text", "-in", file}).output;
        EXPECT_NE(text.find(what), std::string::npos) << what << " is not in\n" << text;
    };
    says(device(".crt"), "Subject: OU = CP-8841-3PCC, L = 88012BA01234, ST = " + phone_mac);
    says(device(".crt"), "TLS Web Client Authentication");
    says(device(".crt"), "prime256v1");
    says(of_ca("device-0021f222aef1.crt"), "Subject: CN = 0021f222aef1\n");
    says(of_ca("device-0021f222aef1.crt"), "Public-Key: (2048 bit)");
    says(in("prov.crt"),
         "DNS:prov.example.com, DNS:*.example.com, IP Address:2001:DB8:0:0:0:0:0:1");
    says(in("prov.crt"), "Digital Signature, Key Encipherment");
    says(of_ca("server-ca.crt"), "Certificate Sign, CRL Sign");
    const std::string shown = ca({"show", in("prov.crt")});
    EXPECT_NE(shown.find("prov.example.com, *.example.com, 2001:db8::1"), std::string::npos)
        << shown;
    EXPECT_EQ(ca({"root", "--dir", dir_, "server"}), read_text(of_ca("server-ca.crt")));
}

TEST_F(TlsPhone, CertificatesOfOtherDaysCanBeMade) {
    ca({"issue",
        "server",
        "--dir",
        dir_,
        "old.example",
        "--from",
        "2020-01-01",
        "--until",
        "2021-02-28"});
    EXPECT_EQ(
        run({"openssl", "x509", "-noout", "-dates", "-in", of_ca("server-old.example.crt")}).output,
        "notBefore=Jan  1 00:00:00 2020 GMT\nnotAfter=Feb 28 00:00:00 2021 GMT\n");
}

TEST_F(TlsPhone, MistakesAreNamed) {
    const std::string key = read_text(device(".key"));
    EXPECT_NE(refused({"init", "--dir", dir_}).find("there is a CA in this directory"),
              std::string::npos);
    EXPECT_NE(
        refused({"issue", "device", "--dir", dir_, "--mac", phone_mac}).find("is not written over"),
        std::string::npos);
    EXPECT_EQ(read_text(device(".key")), key);
    for (const char* day : {"2027-02-30", "tomorrow", "2027-1-1", "-1-01-01-1"}) {
        EXPECT_NE(refused({"issue", "server", "--dir", dir_, "h", fmt::format("--until={}", day)})
                      .find("is no date like 2027-01-31"),
                  std::string::npos);
    }
    EXPECT_NE(refused({"issue", "server", "--dir", dir_, "h", "--until", "2999-01-01"})
                  .find("choose an earlier end"),
              std::string::npos);
    EXPECT_NE(refused({"issue", "server", "--dir", dir_, "../h"}).find("no name of a host"),
              std::string::npos);
    EXPECT_NE(refused({"issue", "server", "--dir", in("none"), "h"}).find("makes a CA"),
              std::string::npos);
    EXPECT_NE(refused({"show", device(".key")}).find("private key"), std::string::npos);
    const Ran mixed = onhook({"phone",
                              "--mac",
                              phone_mac,
                              "--state",
                              in("mixed"),
                              "--cert",
                              device(".crt"),
                              "--key",
                              of_ca("device-ca.key")});
    EXPECT_EQ(mixed.status, 2);
    EXPECT_NE(mixed.output.find("is not that of the certificate"), std::string::npos)
        << mixed.output;
}

// 11.1: nginx reads who the phone is out of its certificate.
TEST_F(TlsPhone, ShowsItsCertificateToWhoAsks) {
    const Nginx server =
        nginx(asks_for_certificates("on") +
              "location = /a.xml { return 200 '<flat-profile><GPP_A>$ssl_client_s_dn</GPP_A>"
              "</flat-profile>'; }\n");
    RunningPhone phone(in("phone"), server.tls_url("/a.xml"), trusting() + own_certificate());
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("GPP_A"), "ST=" + phone_mac + ",L=88012BA01234,OU=CP-8841-3PCC");
    EXPECT_NE(phone.web("/status.xml").output.find("<Client_Certificate>Installed<"),
              std::string::npos);
    phone.stop();
    RunningPhone bare(in("bare"), server.tls_url("/a.xml"), trusting());
    EXPECT_TRUE(bare.says("Resync failed: http_get failed: 400")) << bare.output();
    bare.stop();
}

// Vector 19.
TEST_F(TlsPhone, TheMacroTellsWhetherThereIsACertificate) {
    const Nginx server = nginx(asks_for_certificates("optional") +
                               "location = /config { return 200 '<flat-profile/>'; }\n");
    const std::string config = server.tls_url("/config?");
    const std::string rule =
        fmt::format("(\"$CCERT\" eq \"Installed\")? {0} | {0}cisco$MAU", config);
    for (const bool installed : {true, false, true}) {
        const std::string before = server.requests();
        RunningPhone phone(
            in("phone"), rule, trusting() + (installed ? own_certificate() : Words{}));
        EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
        phone.stop();
        EXPECT_EQ(
            server.requests()
                .substr(before.size())
                .rfind(installed ? "GET /config? 200" : "GET /config?cisco000E08000001 200", 0),
            0U)
            << server.requests();
    }
}

// 11.2: the CA comes over plain HTTP with a rule, and the server that it vouches for after it.
TEST_F(TlsPhone, TheCustomCaOfARuleIsTrustedFromThenOn) {
    const Nginx server = nginx();
    write_text(server.file("ca.pem"), ca({"root", "--dir", dir_, "server"}));
    write_text(server.file("a.xml"),
               profile_of(fmt::format("<Custom_CA_Rule>{}</Custom_CA_Rule>"
                                      "<Profile_Rule>{}</Profile_Rule>",
                                      server.url("/ca.pem"),
                                      server.tls_url("/b.xml"))));
    write_text(server.file("b.xml"), profile_of("<GPP_A>over TLS</GPP_A>"));
    {
        RunningPhone phone(in("phone"), server.url("/a.xml"));
        EXPECT_TRUE(phone.says("custom CA 'Onhook lab server CA' installed")) << phone.output();
        EXPECT_TRUE(phone.says("Successful resync https://")) << phone.output();
        EXPECT_EQ(phone.value("GPP_A"), "over TLS");
        const std::string status = phone.web("/status.xml").output;
        EXPECT_NE(status.find("<Custom_CA_Provisioning_Status>Last provisioning succeeded on "),
                  std::string::npos)
            << status;
        EXPECT_NE(status.find("<Custom_CA_Info>Installed Onhook lab server CA<"), std::string::npos)
            << status;
        phone.stop();
    }
    // A power cut later the CA is still there, wherever its file went.
    std::filesystem::remove(server.file("ca.pem"));
    RunningPhone later(in("phone"), server.url("/a.xml"));
    EXPECT_TRUE(later.says("Successful resync https://")) << later.output();
    EXPECT_TRUE(later.says("failed: file not found")) << later.output();
    EXPECT_NE(later.web("/").output.find("Last provisioning failed on "), std::string::npos);
    later.stop();
}

// 10.1: once, by an administrator; the resync that failed for want of it is done again at once.
TEST_F(TlsPhone, UpdatecaInstallsACustomCa) {
    const Nginx server = nginx();
    write_text(server.file("ca.pem"), ca({"root", "--dir", dir_, "server"}));
    write_text(server.file("wrong.pem"), read_text(of_ca("server-localhost.crt")));
    write_text(server.file("a.xml"), profile_of("<GPP_A>over TLS</GPP_A>"));
    RunningPhone phone(in("phone"), server.tls_url("/a.xml"));
    EXPECT_TRUE(
        phone.says("Resync failed: tls failed: nobody whom the phone trusts vouches for "
                   "'localhost': its issuer 'Onhook lab server CA'"))
        << phone.output();
    EXPECT_NE(phone.web("/admin/updateca?" + server.url("/wrong.pem")).output.find("requested"),
              std::string::npos);
    EXPECT_TRUE(phone.says("failed: corrupt file: the certificate of 'localhost' is not that of"))
        << phone.output();
    EXPECT_NE(phone.web("/admin/updateca?" + server.url("/ca.pem")).output.find("requested"),
              std::string::npos);
    EXPECT_TRUE(phone.says("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("GPP_A"), "over TLS");
    phone.stop();
}

TEST_F(TlsPhone, TheProvisioningServerShowsTheCertificateThatItIsGiven) {
    Process server(
        RunningServer::command_for(in("data")) +
        Words{"--cert", of_ca("server-localhost.crt"), "--key", of_ca("server-localhost.key")});
    ASSERT_TRUE(server.wait_for("ready: ")) << server.output();
    const Json access = Json::parse(read_text(in("data") + "/admin.json"));
    const std::string url =
        fmt::format("https://localhost:{}/", access["ports"]["https"].get<int>());
    EXPECT_EQ(curl_status({"--cacert", of_ca("server-ca.crt"), url}), "404");
    EXPECT_FALSE(std::filesystem::exists(in("data") + "/tls"));
    expect_orderly_end(server);
}

}  // namespace onhook::test
