// A phone's lines with sipp: NOTIFY to them, and sipp as their registrar.
#include <fmt/format.h>

#include "e2e/sip_peers.h"
#include "net/certificate.h"
#include "net/loop.h"
#include "support/dnsmasq.h"
#include "support/temporary_directory.h"
#include "support/udp.h"

namespace onhook::test {

namespace {

const std::string next_life = "starts: SIP Triggered";
const std::string resynced = "Successful resync";

// What a NOTIFY of each event makes the phone say (cisco-mpp.md 12).
struct NotifyRow {
    std::string event;
    std::string said;
};

const std::vector<NotifyRow> notify_rows = {{"resync", resynced},
                                            {"check-sync", resynced},
                                            {"restart_now", next_life},
                                            {"reboot_now", next_life},
                                            {"reboot", next_life},
                                            {"check-sync;reboot=true", next_life}};

}  // namespace

class Sip : public ::testing::Test {
  protected:
    [[nodiscard]] std::string in(const std::string& name) const { return directory_.file(name); }

    // A line that does not register, so that only what is sent to it happens.
    [[nodiscard]] Words quiet_line(const Words& more = {}) const {
        return line_options("127.0.0.1", Words{"Register_1_=No"} + more);
    }

    [[nodiscard]] Nginx::Tls certificate() const {
        const net::CertificateFiles files{in("sip.crt"), in("sip.key")};
        EXPECT_TRUE(net::make_self_signed(files, {{"localhost"}, net::Loop::wall_now()}));
        return {files.certificate_file, files.key_file};
    }

    TemporaryDirectory directory_;
};

TEST_F(Sip, EveryEventNeedsTheLinesCredentialsOverUdpAndTcp) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    SipPhone phone(in("phone"), quiet_line({"Profile_Rule=" + nginx.url("/a.xml")}));
    ASSERT_TRUE(phone.says(resynced)) << phone.output();
    for (const auto& [transport, option] : {std::pair("udp", "u1"), std::pair("tcp", "t1")}) {
        for (const NotifyRow& row : notify_rows) {
            SCOPED_TRACE(std::string(transport) + " " + row.event);
            const int before = phone.count(row.said);
            const Ran ran =
                sipp_calls(phone.port(transport),
                           {.scenario = "notify_digest", .event = row.event, .transport = option});
            EXPECT_EQ(ran.status, 0) << ran.output;
            EXPECT_TRUE(phone.says_more(row.said, before)) << phone.output();
        }
    }
    phone.stop();
}

TEST_F(Sip, ALineThatAsksNobodyObeysAtOnce) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    SipPhone phone(in("phone"),
                   quiet_line({"Profile_Rule=" + nginx.url("/a.xml"), "Auth_Resync-Reboot_1_=No"}));
    ASSERT_TRUE(phone.says(resynced)) << phone.output();
    for (const NotifyRow& row : notify_rows) {
        SCOPED_TRACE(row.event);
        const int before = phone.count(row.said);
        const Ran ran = sipp_calls(phone.port("udp"), {.scenario = "notify", .event = row.event});
        EXPECT_EQ(ran.status, 0) << ran.output;
        EXPECT_TRUE(phone.says_more(row.said, before)) << phone.output();
    }
    phone.stop();
}

TEST_F(Sip, NobodyElseIsObeyed) {
    SipPhone phone(in("phone"), quiet_line());
    const std::string port = phone.port("udp");
    const int lives = phone.count(" starts: ");
    for (const SippCall& call :
         {SippCall{.scenario = "notify_unauthorized", .event = "reboot_now"},
          SippCall{.scenario = "notify_wrong", .event = "reboot_now", .password = "guessed"},
          SippCall{.scenario = "notify_unknown", .event = "presence"},
          SippCall{.scenario = "notify_nobody", .event = "reboot_now", .user = "9999"}}) {
        SCOPED_TRACE(call.scenario);
        const Ran ran = sipp_calls(port, call);
        EXPECT_EQ(ran.status, 0) << ran.output;
    }
    EXPECT_EQ(phone.count(" starts: "), lives);
    phone.stop();
}

// 10.1, 12: Resync: in an XML object
TEST_F(Sip, AnXmlObjectResyncs) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    SipPhone phone(in("phone"), quiet_line({"Profile_Rule=" + nginx.url("/a.xml")}));
    ASSERT_TRUE(phone.says(resynced)) << phone.output();
    const int before = phone.count(resynced);
    const Ran ran =
        sipp_calls(phone.port("udp"), {.scenario = "notify_xml", .event = "XML-Service"});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_TRUE(phone.says_more(resynced, before)) << phone.output();
    phone.stop();
}

// Vector 72: NOTIFY `Event: report` without credentials is refused, with the line's credentials
// there is one upload and no retry.
TEST_F(Sip, Vector72AReportIsSentOnce) {
    const Nginx nginx(in("nginx"), "location /report { return 500; }");
    SipPhone phone(
        in("phone"),
        quiet_line({"Report_Rule=" + nginx.url("/report"), "Report_to_Server=On Local Change"}));
    const auto reports = [&] { return times_in(nginx.requests(), " /report 500"); };
    EXPECT_EQ(sipp_calls(phone.port("udp"), {.scenario = "notify_unauthorized", .event = "report"})
                  .status,
              0);
    EXPECT_EQ(reports(), 0);
    EXPECT_EQ(
        sipp_calls(phone.port("udp"), {.scenario = "notify_digest", .event = "report"}).status, 0);
    EXPECT_TRUE(becomes_true([&] { return reports() == 1; })) << phone.output();
    EXPECT_FALSE(becomes_true([&] { return reports() > 1; }, std::chrono::seconds(2)));
    phone.stop();
}

// RFC 3261 17.2.2: each copy gets the answer of the first, and there is one resync.
TEST_F(Sip, CopiesOfANotifyAreAnsweredAndNotObeyedAgain) {
    const Nginx nginx(in("nginx"));
    write_text(nginx.file("a.xml"), profile_of("<GPP_A>1</GPP_A>"));
    SipPhone phone(in("phone"),
                   quiet_line({"Profile_Rule=" + nginx.url("/a.xml"), "Auth_Resync-Reboot_1_=No"}));
    ASSERT_TRUE(phone.says(resynced)) << phone.output();
    const support::UdpPeer peer;
    const std::string notify = fmt::format(
        "NOTIFY sip:1001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{};branch=z9hG4bKsame\r\n"
        "From: <sip:pbx@127.0.0.1>;tag=a\r\nTo: <sip:1001@127.0.0.1>\r\nCall-ID: same\r\n"
        "CSeq: 1 NOTIFY\r\nEvent: resync\r\nContent-Length: 0\r\n\r\n",
        peer.port());
    const support::UdpEndpoint to("127.0.0.1",
                                  static_cast<std::uint16_t>(std::stoi(phone.port("udp"))));
    std::vector<std::string> answers;
    for (int i = 0; i < 3; ++i) {
        peer.send(notify, to);
        const auto answer = peer.receive();
        ASSERT_TRUE(answer);
        answers.push_back(answer->bytes);
    }
    EXPECT_TRUE(answers[0].starts_with("SIP/2.0 200 OK")) << answers[0];
    EXPECT_EQ(answers[1], answers[0]);
    EXPECT_EQ(answers[2], answers[0]);
    EXPECT_TRUE(phone.says_more(resynced, 1));
    EXPECT_FALSE(becomes_true([&] { return phone.count(resynced) > 2; }, std::chrono::seconds(1)));
    phone.stop();
}

TEST_F(Sip, NotifyOverTls) {
    const Nginx::Tls files = certificate();
    SipPhone phone(
        in("phone"),
        quiet_line() +
            Words{"--sip-tls-cert", files.certificate_file, "--sip-tls-key", files.key_file});
    ASSERT_TRUE(phone.says(";transport=tls")) << phone.output();
    const Tunnel tunnel = Tunnel::to_tls(phone.port("tls"));
    const Ran ran = sipp_calls(
        tunnel.port(), {.scenario = "notify_digest", .event = "restart_now", .transport = "t1"});
    EXPECT_EQ(ran.status, 0) << ran.output;
    EXPECT_TRUE(phone.says(next_life)) << phone.output();
    phone.stop();
}

// 12: foreign hosts get no answer at all.
TEST_F(Sip, ForeignHostsMayBeShutOut) {
    SippServer registrar("registrar", 2);
    SipPhone phone(in("phone"),
                   line_options("127.0.0.1:" + registrar.port(), {"Block_Nonproxy_SIP=Yes"}));
    ASSERT_TRUE(phone.says("line 1 is registered")) << phone.output();
    const support::UdpPeer stranger("127.0.0.2");
    stranger.send(
        "OPTIONS sip:1001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bKo"
        "\r\nFrom: <sip:x@h>;tag=a\r\nTo: <sip:1001@h>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS"
        "\r\nContent-Length: 0\r\n\r\n",
        {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(phone.port("udp")))});
    EXPECT_TRUE(phone.says("OPTIONS of 127.0.0.2 dropped: Block_Nonproxy_SIP is Yes"))
        << phone.output();
    EXPECT_FALSE(stranger.receive(std::chrono::milliseconds(200)));
    phone.stop();
    registrar.expect_done();  // the farewell is the second
}

// 2.3, 10.2: 401, 200; and the phone's pages say so. Then it takes itself back.
TEST_F(Sip, ALineRegistersAndSaysGoodbye) {
    for (const char* transport : {"u1", "t1"}) {
        SCOPED_TRACE(transport);
        SippServer registrar("registrar", 2, "600", transport);
        SipPhone phone(in(std::string("phone-") + transport),
                       line_options("127.0.0.1:" + registrar.port(),
                                    {std::string("SIP_Transport_1_=") +
                                     (transport[0] == 'u' ? "UDP" : "TCP")}));
        ASSERT_TRUE(phone.says("line 1 is registered with 127.0.0.1:" + registrar.port()))
            << phone.output();
        EXPECT_NE(phone.web("/status.xml")
                      .output.find("<Registration_State_1>Registered</Registration_State_1>"),
                  std::string::npos);
        phone.stop();
        registrar.expect_done();
    }
}

TEST_F(Sip, ALineRegistersOverTls) {
    const Nginx::Tls files = certificate();
    SippServer registrar("registrar", 2, "600", "t1");
    const Tunnel tunnel = Tunnel::from_tls(registrar.port(), files);
    SipPhone phone(in("phone"),
                   line_options("localhost:" + tunnel.port(), {"SIP_Transport_1_=TLS"}) +
                       Words{"--ca", files.certificate_file});
    EXPECT_TRUE(phone.says("line 1 is registered with")) << phone.output();
    phone.stop();
    registrar.expect_done();
}

TEST_F(Sip, AServerMayRefuse) {
    SippServer registrar("registrar_refuses");
    SipPhone phone(in("phone"), line_options("127.0.0.1:" + registrar.port()));
    EXPECT_TRUE(phone.says("line 1 could not be registered: 403 Forbidden")) << phone.output();
    EXPECT_NE(phone.web("/status.xml").output.find("<Registration_State_1>Not Registered<"),
              std::string::npos);
    registrar.expect_done();
    phone.stop();
}

TEST_F(Sip, AWrongPasswordIsRefused) {
    SippServer registrar("registrar");
    SipPhone phone(in("phone"),
                   line_options("127.0.0.1:" + registrar.port(), {"Password_1_=other"}));
    EXPECT_TRUE(phone.says("line 1 could not be registered: 403 Forbidden")) << phone.output();
    registrar.expect_done();
    phone.stop();
}

TEST_F(Sip, AServerMayWantLongerIntervals) {
    SippServer registrar("registrar_brief");
    SipPhone phone(in("phone"),
                   line_options("127.0.0.1:" + registrar.port(), {"Register_Expires_1_=60"}));
    EXPECT_TRUE(phone.says("for 600 s")) << phone.output();
    registrar.expect_done();
    phone.stop();
}

TEST_F(Sip, AServerThatKeepsSilentIsFollowedByTheNext) {
    const support::UdpPeer silent;
    SippServer registrar("registrar", 2);
    SipPhone phone(
        in("phone"),
        line_options(fmt::format("127.0.0.1:{}", silent.port()),
                     {"Alternate_Proxy_1_=127.0.0.1:" + registrar.port(), "SIP_T1=0.03"}));
    EXPECT_TRUE(phone.says("line 1 is registered with 127.0.0.1:" + registrar.port()))
        << phone.output();
    int copies = 0;
    while (silent.receive(std::chrono::milliseconds(1))) {
        ++copies;
    }
    EXPECT_GT(copies, 2);
    phone.stop();
    registrar.expect_done();
}

// RFC 3263: the second record's server, since the first one's keeps silent; and localhost has an
// address of IPv6 too, which a socket for IPv4 cannot reach.
TEST_F(Sip, ServersComeFromSrvRecords) {
    const support::UdpPeer silent;
    SippServer registrar("registrar", 2);
    const Dnsmasq dns({fmt::format("_sip._udp.example.test,localhost,{},10,0", silent.port()),
                       "_sip._udp.example.test,localhost," + registrar.port() + ",20,0"});
    SipPhone phone(in("phone"),
                   line_options("example.test", {"Use_DNS_SRV_1_=Yes", "SIP_T1=0.03"}) +
                       Words{"--dns", dns.address()});
    EXPECT_TRUE(phone.says("line 1 is registered with 127.0.0.1:" + registrar.port()))
        << phone.output();
    EXPECT_TRUE(silent.receive(std::chrono::milliseconds(1)));
    phone.stop();
    registrar.expect_done();
}

// Three times within the lifetimes of what the server grants.
TEST_F(Sip, ARegistrationIsRefreshedBeforeItEnds) {
    SippServer registrar("registrar", 3, "3");
    SipPhone phone(in("phone"), line_options("127.0.0.1:" + registrar.port()));
    registrar.expect_done();
    EXPECT_EQ(phone.count("lost its registration"), 0) << phone.output();
    // Nobody is there any more.
    EXPECT_TRUE(phone.says("line 1 lost its registration")) << phone.output();
    EXPECT_NE(phone.web("/status.xml").output.find("<Registration_State_1>Not Registered<"),
              std::string::npos);
    phone.stop();
}

// A warm restart interrupts nothing; a reboot takes the registration back and registers anew.
TEST_F(Sip, ARestartKeepsTheRegistrationAndARebootDoesNot) {
    SippServer registrar("registrar", 4);
    SipPhone phone(in("phone"), line_options("127.0.0.1:" + registrar.port()));
    ASSERT_TRUE(phone.says("line 1 is registered")) << phone.output();
    const auto notify = [&](const std::string& event) {
        const int before = phone.count(next_life);
        EXPECT_EQ(
            sipp_calls(phone.port("udp"), {.scenario = "notify_digest", .event = event}).status, 0);
        EXPECT_TRUE(phone.says_more(next_life, before)) << phone.output();
    };
    notify("restart_now");
    EXPECT_EQ(phone.count("line 1 is registered"), 1);
    notify("reboot_now");
    EXPECT_TRUE(phone.says_more("line 1 is registered", 1)) << phone.output();
    phone.stop();
    registrar.expect_done();
}

// flyingvoice.md 7.3, D17, F-13: the registrar's own NOTIFY needs no password, another's does.
TEST_F(Sip, AFlyingvoicePhoneTrustsItsRegistrar) {
    SippServer registrar("registrar", 2);
    const Nginx nginx(in("nginx"));
    Words options{"--dialect", "flyingvoice"};
    for (const std::string& setting : {"account.1.user_name=" + sip_user,
                                       "account.1.password=" + sip_password,
                                       std::string("account.1.sip_server.1.address=127.0.0.1"),
                                       "account.1.sip_server.1.port=" + registrar.port(),
                                       std::string("DBID_PRV_SIPPNP_ENABLED=0"),
                                       std::string("DBID_RANDOM_DELAY=0"),
                                       std::string("DBID_RESYNC_FROM_SIP=0"),
                                       "DBID_PROFILE_RULE=" + nginx.url("/")}) {
        options = options + Words{"--set", setting};
    }
    SipPhone phone(in("phone"), options);
    ASSERT_TRUE(phone.says("line 1 is registered")) << phone.output();
    ASSERT_TRUE(becomes_true([&] { return times_in(nginx.requests(), "GET ") > 0; }));
    EXPECT_EQ(
        sipp_calls(phone.port("udp"),
                   {.scenario = "notify_unauthorized", .event = "check-sync", .from = "127.0.0.2"})
            .status,
        0);
    const int asked = times_in(nginx.requests(), "GET ");
    EXPECT_EQ(sipp_calls(phone.port("udp"), {.scenario = "notify", .event = "check-sync"}).status,
              0);
    EXPECT_TRUE(becomes_true([&] { return times_in(nginx.requests(), "GET ") > asked; }))
        << phone.output();
    phone.stop();
    registrar.expect_done();
}

}  // namespace onhook::test
