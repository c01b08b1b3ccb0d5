#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/sip_endpoint.h"
#include "support/loopback.h"
#include "support/udp.h"
#include "wire/sip/responses.h"

namespace onhook::net {
namespace {

using support::connected_to;
using support::LoopThread;
using support::Socket;
using support::UdpEndpoint;
using support::UdpPeer;
using wire::sip::Route;
using wire::sip::Transport;

std::string sip_notify(std::string_view call, std::string_view body = {}) {
    return fmt::format(
        "NOTIFY sip:1001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK{}\r\n"
        "From: <sip:a@b>;tag=1\r\nTo: <sip:1001@127.0.0.1>\r\nCall-ID: {}\r\nCSeq: 1 NOTIFY\r\n"
        "Event: resync\r\nContent-Length: {}\r\n\r\n{}",
        call,
        call,
        body.size(),
        body);
}

// What an endpoint told, for a thread that waits for it.
class SipDiary {
  public:
    [[nodiscard]] SipEvents events() {
        return {.arrived = [this](SipArrival one) { put(arrivals_, std::move(one)); },
                .refused = [this](SipRefusal one) { put(refusals_, std::move(one)); },
                .lost = [this](SipLoss one) { put(losses_, std::move(one)); }};
    }

    std::vector<SipArrival> arrivals(std::size_t count) { return wait_for(arrivals_, count); }

    std::vector<SipRefusal> refusals(std::size_t count) { return wait_for(refusals_, count); }

    std::vector<SipLoss> losses(std::size_t count) { return wait_for(losses_, count); }

  private:
    template <typename T>
    void put(std::vector<T>& list, T one) {
        const std::lock_guard lock(mutex_);
        list.push_back(std::move(one));
        changed_.notify_all();
    }

    template <typename T>
    std::vector<T> wait_for(const std::vector<T>& list, std::size_t count) {
        std::unique_lock lock(mutex_);
        EXPECT_TRUE(changed_.wait_for(lock, 10s, [&] { return list.size() >= count; }));
        EXPECT_EQ(list.size(), count);
        return list;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<SipArrival> arrivals_;
    std::vector<SipRefusal> refusals_;
    std::vector<SipLoss> losses_;
};

class SipEndpointTest : public ::testing::Test {
  protected:
    LoopThread::Held<SipEndpoint> open(SipListen settings, SipDiary& diary) {
        return thread_.held(thread_.on_loop([&] {
            auto endpoint = SipEndpoint::open(thread_.loop(), settings, diary.events());
            EXPECT_TRUE(endpoint) << (endpoint ? "" : endpoint.error().detail);
            return *std::move(endpoint);
        }));
    }

    void listen(SipLimits limits = {}) {
        endpoint_ = open({.udp_port = 0, .tcp_port = 0, .limits = limits}, diary_);
        udp_port_ = port(*endpoint_, Transport::udp);
        tcp_port_ = port(*endpoint_, Transport::tcp);
    }

    std::uint16_t port(SipEndpoint& endpoint, Transport transport) {
        return thread_.on_loop([&] { return endpoint.port(transport); });
    }

    void send(SipEndpoint& endpoint,
              const Route& to,
              const std::string& bytes,
              const std::string& server_name = {}) {
        thread_.on_loop([&] {
            endpoint.send(to, bytes, server_name);
            return 0;
        });
    }

    [[nodiscard]] std::size_t connections() {
        return thread_.on_loop([this] { return endpoint_->open_connections(); });
    }

    bool has_connections(std::size_t count) {
        for (int i = 0; i < 500 && connections() != count; ++i) {
            std::this_thread::sleep_for(10ms);
        }
        return connections() == count;
    }

    SipDiary diary_;
    LoopThread thread_;
    LoopThread::Held<SipEndpoint> endpoint_;
    std::uint16_t udp_port_ = 0;
    std::uint16_t tcp_port_ = 0;
};

TEST_F(SipEndpointTest, AnswersADatagram) {
    listen();
    const UdpPeer peer;
    peer.send(sip_notify("1"), UdpEndpoint("127.0.0.1", udp_port_));
    const SipArrival arrival = diary_.arrivals(1).at(0);
    EXPECT_EQ(arrival.message.call_id, wire::sip::CallId("1"));
    EXPECT_EQ(arrival.from,
              (Route{.address = "127.0.0.1", .port = peer.port(), .local_address = "127.0.0.1"}));
    EXPECT_FALSE(arrival.to_many);
    send(*endpoint_, arrival.from, "answer");
    const auto answer = peer.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->bytes, "answer");
    EXPECT_EQ(answer->from.port(), udp_port_);
}

// On a machine with many addresses the answer comes from the one that was written to.
TEST_F(SipEndpointTest, AnswersFromTheAddressThatWasWrittenTo) {
    for (const char* everywhere : {"0.0.0.0", "::"}) {
        SCOPED_TRACE(everywhere);
        SipDiary diary;
        const auto endpoint = open({.address = everywhere, .udp_port = 0}, diary);
        const std::uint16_t udp_port = port(*endpoint, Transport::udp);
        const UdpPeer peer;
        peer.send(sip_notify("1"), UdpEndpoint("127.0.0.7", udp_port));
        const SipArrival arrival = diary.arrivals(1).at(0);
        EXPECT_EQ(arrival.from.local_address, "127.0.0.7");
        send(*endpoint, arrival.from, "answer");
        const auto answer = peer.receive();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->from.address(), "127.0.0.7");
    }
}

TEST_F(SipEndpointTest, SpeaksIpv6) {
    SipDiary diary;
    const auto endpoint = open({.address = "::1", .udp_port = 0, .tcp_port = 0}, diary);
    const UdpPeer peer("::1");
    peer.send(sip_notify("1"), UdpEndpoint("::1", port(*endpoint, Transport::udp)));
    const SipArrival arrival = diary.arrivals(1).at(0);
    EXPECT_EQ(arrival.from.address, "::1");
    send(*endpoint, arrival.from, "answer");
    EXPECT_EQ(peer.receive()->bytes, "answer");
    const Route tcp{
        .transport = Transport::tcp, .address = "::1", .port = port(*endpoint, Transport::tcp)};
    send(*endpoint, tcp, sip_notify("2"));  // to itself
    EXPECT_EQ(diary.arrivals(2).at(1).from.transport, Transport::tcp);
}

TEST_F(SipEndpointTest, DropsPingsAndTellsOfDatagramsThatAreNoMessages) {
    listen();
    const UdpPeer peer;
    const UdpEndpoint to("127.0.0.1", udp_port_);
    peer.send("", to);
    peer.send("\r\n\r\n", to);
    peer.send("GET / HTTP/1.1\r\n\r\n", to);
    peer.send(sip_notify("cut", "body").substr(0, 150), to);
    peer.send(std::string(65'000, 'x'), to);
    peer.send(sip_notify("good"), to);
    EXPECT_EQ(diary_.arrivals(1).at(0).message.call_id, wire::sip::CallId("good"));
    for (const SipRefusal& refusal : diary_.refusals(3)) {
        EXPECT_EQ(refusal.from.port, peer.port());
        EXPECT_TRUE(refusal.why.starts_with("no SIP message: expected ")) << refusal.why;
    }
}

TEST_F(SipEndpointTest, AnswersOnTheConnectionOfTheRequest) {
    listen();
    Socket peer = connected_to(tcp_port_);
    peer.send("\r\n\r\n" + sip_notify("1", "body") + sip_notify("2"));
    const auto arrivals = diary_.arrivals(2);
    EXPECT_EQ(arrivals[0].message.body, "body");
    EXPECT_EQ(arrivals[1].message.call_id, wire::sip::CallId("2"));
    EXPECT_EQ(arrivals[0].from.transport, Transport::tcp);
    EXPECT_NE(arrivals[0].from.connection, 0U);
    EXPECT_EQ(arrivals[0].from, arrivals[1].from);
    send(*endpoint_, arrivals[0].from, "answer 1.");
    send(*endpoint_, arrivals[0].from, "answer 2.");
    EXPECT_EQ(peer.receive_until(".", 2), "answer 1.answer 2.");
}

TEST_F(SipEndpointTest, AnAnswerToAClosedConnectionIsLost) {
    listen();
    Route from;
    {
        Socket peer = connected_to(tcp_port_);
        peer.send(sip_notify("1"));
        from = diary_.arrivals(1).at(0).from;
    }
    EXPECT_TRUE(has_connections(0));
    send(*endpoint_, from, "answer");
    const SipLoss loss = diary_.losses(1).at(0);
    EXPECT_EQ(loss.to, from);
    EXPECT_EQ(loss.why, "the connection is closed");
}

TEST_F(SipEndpointTest, TakesAMessageByteByByte) {
    listen();
    Socket peer = connected_to(tcp_port_);
    for (const char c : sip_notify("1", "body")) {
        ASSERT_TRUE(peer.send({&c, 1}));
    }
    EXPECT_EQ(diary_.arrivals(1).at(0).message.body, "body");
}

// However often something comes, the time of a message runs from its first byte.
TEST_F(SipEndpointTest, ClosesSlowDrips) {
    listen({.message_timeout = 300ms});
    Socket peer = connected_to(tcp_port_);
    peer.send(sip_notify("1"));
    const auto begin = Loop::now();
    bool open = true;
    for (int i = 0; i < 500 && open; ++i) {
        open = peer.send("N");
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_FALSE(open);
    EXPECT_LT(Loop::now() - begin, 5s);
    EXPECT_EQ(diary_.refusals(1).at(0).why, "a message took too long");
    EXPECT_EQ(diary_.arrivals(1).size(), 1U);
}

TEST_F(SipEndpointTest, ClosesIdleConnectionsWithoutAWord) {
    listen({.idle_timeout = 100ms});
    Socket peer = connected_to(tcp_port_);
    EXPECT_EQ(peer.receive_all(), "");
    EXPECT_TRUE(has_connections(0));
    EXPECT_TRUE(diary_.refusals(0).empty());
}

TEST_F(SipEndpointTest, ClosesConnectionsThatSayNoSip) {
    listen();
    const std::string large = "NOTIFY sip:1@h SIP/2.0\r\nX: " + std::string(70'000, 'x');
    const std::string long_body =
        sip_notify("1").replace(sip_notify("1").find("Length: 0"), 9, "Length: 65536");
    std::size_t refused = 0;
    for (const std::string& bytes : {"garbage\r\n\r\n" + sip_notify("1"), large, long_body}) {
        Socket peer = connected_to(tcp_port_);
        peer.send(bytes);
        EXPECT_EQ(peer.receive_all(), "");
        diary_.refusals(++refused);
    }
    EXPECT_TRUE(diary_.arrivals(0).empty());
    EXPECT_TRUE(has_connections(0));
}

TEST_F(SipEndpointTest, AFloodOfConnectionsFindsALimit) {
    listen({.connections_per_address = 4});
    std::vector<Socket> flood;
    for (int i = 0; i < 50; ++i) {
        flood.push_back(connected_to(tcp_port_));
    }
    EXPECT_EQ(flood.back().receive_all(), "");  // closed at once
    EXPECT_TRUE(has_connections(4));
    flood.front().send(sip_notify("1"));
    EXPECT_EQ(diary_.arrivals(1).size(), 1U);
    flood.clear();
    EXPECT_TRUE(has_connections(0));
    Socket peer = connected_to(tcp_port_);
    peer.send(sip_notify("2"));
    EXPECT_EQ(diary_.arrivals(2).size(), 2U);
}

TEST_F(SipEndpointTest, APeerThatDoesNotReadIsGivenUp) {
    listen({.queue = 100'000});
    Socket peer = connected_to(tcp_port_);
    peer.send(sip_notify("1"));
    const Route from = diary_.arrivals(1).at(0).from;
    for (int i = 0; i < 1000 && connections() == 1; ++i) {
        send(*endpoint_, from, std::string(50'000, 'x'));
    }
    EXPECT_TRUE(has_connections(0));
    EXPECT_EQ(diary_.refusals(1).at(0).why, "it does not take what is sent to it");
}

TEST_F(SipEndpointTest, RequestsToOnePlaceShareAConnection) {
    listen();
    SipDiary diary;
    const auto phone = open({}, diary);
    const Route to{.transport = Transport::tcp, .address = "127.0.0.1", .port = tcp_port_};
    send(*phone, to, sip_notify("1"));
    send(*phone, to, sip_notify("2"));
    const auto arrivals = diary_.arrivals(2);
    EXPECT_EQ(arrivals[0].from, arrivals[1].from);
    EXPECT_EQ(connections(), 1U);
    // The answer comes back on it.
    const auto answer = wire::sip::respond(arrivals[0].message, arrivals[0].from, "t", {});
    send(*endpoint_, arrivals[0].from, wire::sip::print(answer));
    EXPECT_EQ(diary.arrivals(1).at(0).message, answer);
    // What was sent to it and is not answered will not be, and the next request gets another.
    endpoint_.reset();
    EXPECT_EQ(diary.losses(1).at(0).to, to);
    send(*phone, to, sip_notify("3"));
    EXPECT_EQ(diary.losses(2).at(1).to, to);
}

class SipEndpointTlsTest : public SipEndpointTest {
  protected:
    void SetUp() override {
        files_ = {directory_ / "cert.pem", directory_ / "key.pem"};
        ASSERT_TRUE(make_self_signed(files_, {{"pbx.example", "127.0.0.1"}, Loop::wall_now()}));
        endpoint_ = open({.tls_port = 0,
                          .tls = TlsServer{files_.certificate_file, files_.key_file},
                          .limits = {.connect_timeout = 300ms}},
                         diary_);
        to_ = {.transport = Transport::tls,
               .address = "127.0.0.1",
               .port = port(*endpoint_, Transport::tls)};
    }

    support::TemporaryDirectory directory_;
    CertificateFiles files_;
    Route to_;
};

TEST_F(SipEndpointTlsTest, CarriesMessagesBothWays) {
    for (const char* name : {"", "pbx.example"}) {
        SCOPED_TRACE(name);
        SipDiary diary;
        const auto phone = open({.trust = {files_.certificate_file}}, diary);
        send(*phone, to_, sip_notify("1"), name);
        const SipArrival arrival = diary_.arrivals(*name == '\0' ? 1 : 2).back();
        EXPECT_EQ(arrival.from.transport, Transport::tls);
        const auto answer = wire::sip::respond(arrival.message, arrival.from, "t", {});
        send(*endpoint_, arrival.from, wire::sip::print(answer));
        EXPECT_EQ(diary.arrivals(1).at(0).message, answer);
    }
}

TEST_F(SipEndpointTlsTest, TellsOfServersThatAreNotWhoTheyMustBe) {
    struct Row {
        std::string roots;
        std::string name;
    };

    for (const Row& row : {Row{files_.certificate_file, "other.example"}, Row{"", "pbx.example"}}) {
        SipDiary diary;
        const auto phone = open({.trust = {row.roots}}, diary);
        send(*phone, to_, sip_notify("1"), row.name);
        const SipLoss loss = diary.losses(1).at(0);
        EXPECT_EQ(loss.to, to_);
        EXPECT_TRUE(loss.why.starts_with("TLS: ")) << loss.why;
    }
    EXPECT_TRUE(diary_.arrivals(0).empty());
}

TEST_F(SipEndpointTlsTest, ClosesWhoDoesNotShakeHands) {
    Socket silent = connected_to(to_.port);
    EXPECT_EQ(silent.receive_all(), "");
    Socket plain = connected_to(to_.port);
    plain.send(sip_notify("1"));
    plain.receive_all();  // an alert
    EXPECT_EQ(diary_.refusals(2).at(0).why, "the handshake took too long");
    EXPECT_TRUE(has_connections(0));
}

TEST_F(SipEndpointTest, SaysWhyItCannotListen) {
    listen();
    thread_.on_loop([&] {
        const auto udp =
            SipEndpoint::open(thread_.loop(), {.udp_port = udp_port_}, diary_.events());
        EXPECT_EQ(
            udp.error().detail,
            fmt::format("cannot listen on 127.0.0.1:{} (SIP over UDP): Address already in use",
                        udp_port_));
        const auto tcp =
            SipEndpoint::open(thread_.loop(), {.tcp_port = tcp_port_}, diary_.events());
        EXPECT_EQ(
            tcp.error().detail,
            fmt::format("cannot listen on 127.0.0.1:{} (SIP over TCP): Address already in use",
                        tcp_port_));
        const auto roots =
            SipEndpoint::open(thread_.loop(), {.trust = {"/no/such/file"}}, diary_.events());
        EXPECT_TRUE(roots.error().detail.starts_with("cannot use the roots '/no/such/file': "))
            << roots.error().detail;
        return 0;
    });
}

TEST_F(SipEndpointTest, WhatCannotBeSentIsLost) {
    SipDiary diary;
    const auto phone = open({.limits = {.own_connections = 1}}, diary);
    send(*phone, {.address = "127.0.0.1", .port = 5060}, "x");
    EXPECT_EQ(diary.losses(1).at(0).why, "there is no socket for UDP");
    send(*phone, {.transport = Transport::tcp, .address = "not an address", .port = 1}, "x");
    diary.losses(2);
    Socket deaf(SOCK_STREAM);
    const std::uint16_t closed_port = deaf.bind_free_port();  // nobody listens
    const Route to{.transport = Transport::tcp, .address = "127.0.0.1", .port = closed_port};
    send(*phone, to, "x");
    EXPECT_EQ(diary.losses(3).at(2).to, to);
    EXPECT_EQ(diary.losses(3).at(2).why, "Connection refused");
}

// Each callback may destroy the endpoint.
TEST_F(SipEndpointTest, MayGoInTheMiddleOfACallback) {
    for (const Transport transport : {Transport::udp, Transport::tcp}) {
        for (const bool good : {true, false}) {
            std::promise<void> gone;
            std::unique_ptr<SipEndpoint> endpoint;
            const auto go = [&](const auto&) {
                endpoint.reset();
                gone.set_value();
            };
            const std::uint16_t its_port = thread_.on_loop([&] {
                endpoint = *SipEndpoint::open(thread_.loop(),
                                              {.udp_port = 0, .tcp_port = 0},
                                              {.arrived = go, .refused = go, .lost = {}});
                return endpoint->port(transport);
            });
            Socket peer(transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM);
            ASSERT_TRUE(peer.connect(its_port));
            peer.send(good ? sip_notify("1") + sip_notify("2") : "garbage\r\n\r\n");
            EXPECT_EQ(gone.get_future().wait_for(10s), std::future_status::ready);
        }
    }
}

}  // namespace
}  // namespace onhook::net
