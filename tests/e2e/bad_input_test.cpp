// Whatever a server sends or fails to send, the phone keeps what it has, says why, tells the
// syslog server, and tries again.
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/loop.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"
#include "support/udp.h"

namespace onhook::test {

namespace {

const std::string failed = "CP-8841-3PCC 00:0e:08:00:00:01 -- Resync failed: ";

std::string named(const std::string& name) {
    return profile_of("<Display_Name_1_>" + name + "</Display_Name_1_>");
}

}  // namespace

class BadInput : public ::testing::Test {
  protected:
    BadInput() { provider_.done({"device", "add", phone_mac}); }

    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // Retries every second and logs to the provider.
    [[nodiscard]] Words options(const Words& more = {}) const {
        return Words{"--set",
                     "Resync_Error_Retry_Delay=1",
                     "--set",
                     "Syslog_Server=127.0.0.1:" + provider_.port("syslog"),
                     "--set",
                     "Display_Name_1_=Old"} +
               more;
    }

    // The failure is said, said again by the retry, and in the provider's messages; the phone is
    // as it was.
    void expect_survived(RunningPhone& phone, const std::string& cause) {
        SCOPED_TRACE(cause);
        EXPECT_TRUE(phone.says(failed + cause)) << phone.output();
        EXPECT_TRUE(phone.says_again(failed + cause)) << phone.output();
        EXPECT_EQ(phone.value("Display_Name_1_"), "Old");
        EXPECT_TRUE(provider_.has_message(phone_mac, failed + cause));
    }

    void expect_survived(const std::string& rule, const std::string& cause, const Words& more) {
        RunningPhone phone(in("phone" + std::to_string(++phones_)), rule, options(more));
        expect_survived(phone, cause);
        phone.stop();
    }

    void TearDown() override { provider_.stop(); }

    TemporaryDirectory directory_;
    RunningServer provider_{directory_.file("provider")};
    int phones_ = 0;
};

TEST_F(BadInput, BrokenDocumentsChangeNothingAndAWholeOneEndsIt) {
    const Nginx nginx(in("nginx"));
    const std::string file = nginx.file("phone.xml");
    write_text(file, named("Old"));
    RunningPhone phone(in("phone"), nginx.url("/phone.xml"), options());
    ASSERT_TRUE(phone.says("Successful resync")) << phone.output();

    struct Row {
        std::string document;
        std::string cause;
    };

    const std::string new_name = "<Display_Name_1_>New</Display_Name_1_>";
    for (const Row& row : {
             Row{"<flat-profile>" + new_name + "<Display_Name_2_>x</flat-profile>",
                 "corrupt file: line 1, column "},
             Row{"<!DOCTYPE flat-profile [<!ENTITY e \"x\">]>" + named("New"),
                 "corrupt file: line 1, column "},
             Row{named("New") + std::string(std::size_t{8} << 20U, ' '),
                 "corrupt file: the answer is larger than 8388608 bytes"},
             Row{"", "corrupt file: line 1, column "},
             Row{"<html><body>Welcome to the portal</body></html>", "corrupt file: "},
             Row{std::string("\x1F\x8B\x08\0\0\0binary", 12), "corrupt file: "},
         }) {
        SCOPED_TRACE(row.document.substr(0, 60));
        // As a whole: the phone may be reading.
        write_text(file + ".new", row.document);
        std::filesystem::rename(file + ".new", file);
        ASSERT_EQ(phone.web("/admin/resync").status, 0);
        expect_survived(phone, row.cause);
    }
    write_text(file + ".new", named("New"));
    std::filesystem::rename(file + ".new", file);
    EXPECT_TRUE(phone.says_again("Successful resync")) << phone.output();
    EXPECT_EQ(phone.value("Display_Name_1_"), "New");
    phone.stop();
}

TEST_F(BadInput, AServerThatIsNotThereIsTriedAgain) {
    const std::string closed = free_port(SOCK_STREAM);
    expect_survived("http://127.0.0.1:" + closed + "/$MA.xml", "connect failed: ", {});
    expect_survived("http://no-such-host.invalid/$MA.xml", "dns failed: ", {});
}

TEST_F(BadInput, ACertificateForSomebodyElseIsRefused) {
    const net::CertificateFiles files{in("server.crt"), in("server.key")};
    ASSERT_TRUE(net::make_self_signed(files, {{"other.example.com"}, net::Loop::wall_now()}));
    const Nginx nginx(in("nginx"), {}, Nginx::Tls{files.certificate_file, files.key_file});
    write_text(nginx.file("phone.xml"), named("New"));
    // Another name, another root, another protocol.
    expect_survived(nginx.tls_url("/phone.xml"), "tls failed: ", {"--ca", files.certificate_file});
    expect_survived(nginx.tls_url("/phone.xml"), "tls failed: ", {"--ca", provider_.certificate()});
    std::string plain = nginx.url("/phone.xml");
    expect_survived(plain.insert(4, "s"), "tls failed: ", {"--ca", files.certificate_file});
}

TEST_F(BadInput, AnHttpTransferThatBreaksOffChangesNothing) {
    support::Socket listener(SOCK_STREAM);
    const std::string port = std::to_string(listener.bind_free_port());
    ASSERT_EQ(::listen(listener.number(), 8), 0);
    std::thread server([&listener] {
        for (int i = 0; i < 2; ++i) {
            support::Socket connection(std::in_place,
                                       ::accept(listener.number(), nullptr, nullptr));
            (void)connection.receive_until("\r\n\r\n");
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + named("New"));
        }
    });
    RunningPhone phone(in("phone"), "http://127.0.0.1:" + port + "/p.xml", options());
    expect_survived(phone, "connect failed: ");
    server.join();
    phone.stop();
}

// Takes half a minute: the phone asks and waits for 25 seconds before it gives the server up.
TEST_F(BadInput, ATftpTransferThatStopsInTheMiddleChangesNothing) {
    const support::UdpPeer server;
    RunningPhone phone(
        in("phone"), "tftp://127.0.0.1:" + std::to_string(server.port()) + "/p.xml", options());
    const auto request = server.receive();
    ASSERT_TRUE(request);
    EXPECT_TRUE(request->bytes.starts_with(std::string("\0\1p.xml\0octet\0", 14)));
    std::string block = named("New");
    block.resize(512, ' ');
    server.send(std::string("\0\3\0\1", 4) + block, request->from);
    const auto acknowledged = server.receive();
    ASSERT_TRUE(acknowledged);
    EXPECT_EQ(acknowledged->bytes, std::string("\0\4\0\1", 4));
    EXPECT_TRUE(phone.says(failed + "connect failed: ", std::chrono::seconds(45)))
        << phone.output();
    EXPECT_EQ(phone.value("Display_Name_1_"), "Old");
    // The retry is another read request.
    EXPECT_TRUE(becomes_true([&] {
        const auto next = server.receive();
        return next && next->bytes.starts_with(std::string("\0\1p.xml", 7));
    }));
    EXPECT_TRUE(provider_.has_message(phone_mac, failed + "connect failed: "));
    phone.stop();
}

}  // namespace onhook::test
