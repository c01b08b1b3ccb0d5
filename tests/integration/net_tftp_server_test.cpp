#include <future>
#include <map>

#include <fmt/format.h>

#include "integration/tftp_server_fixture.h"
#include "net/tftp_server.h"

namespace onhook::net {

TEST_F(TftpServerTest, SendsAFileInBothBlockSizes) {
    files_["prov/a.cfg"] = text_of(5000);
    serve();
    for (const std::string& request : {read_request("prov/a.cfg"),
                                       read_request("/prov/a.cfg", {{"blksize", "1428"}}),
                                       read_request("prov/a.cfg", {{"blksize", "70000"}})}) {
        const UdpPeer client;
        EXPECT_EQ(fetch(client, request, server()), files_["prov/a.cfg"]);
        const TftpReport report = next_report();
        EXPECT_EQ(report.outcome, Outcome::completed);
        EXPECT_EQ(report.bytes, 5000U);
        EXPECT_EQ(report.peer, fmt::format("127.0.0.1:{}", client.port()));
        EXPECT_EQ(requests().back().filename, "prov/a.cfg");
        EXPECT_EQ(requests().back().peer_address, "127.0.0.1");
    }
}

TEST_F(TftpServerTest, RefusesWithTheErrorsOfTheSpecification) {
    files_["a.cfg"] = "x";
    serve();

    struct Row {
        std::string request;
        tftp::ErrorCode code;
        std::string_view filename;
    };

    using enum tftp::ErrorCode;
    const std::string write =
        encode(tftp::Request{tftp::Operation::write, "a.cfg", tftp::Mode::octet, {}});
    for (const Row& row :
         {Row{read_request("b.cfg"), file_not_found, "b.cfg"},
          Row{read_request("../a.cfg"), access_violation, "../a.cfg"},
          Row{write, access_violation, "a.cfg"},
          Row{read_request("a.cfg", {}, tftp::Mode::mail), illegal_operation, "a.cfg"},
          Row{std::string("\0\1a.cfg", 7), illegal_operation, "(malformed request)"},
          Row{read_request(std::string(600, 'a')), illegal_operation, "(malformed request)"},
          Row{read_request("a.cfg", {{"blksize", "4"}}), option_negotiation_failed, "a.cfg"}}) {
        SCOPED_TRACE(row.filename);
        const UdpPeer client;
        client.send(row.request, server());
        const auto answer = client.receive();
        EXPECT_EQ(as<tftp::ErrorPacket>(answer).code, row.code);
        EXPECT_NE(answer->from.port(), port_);
        const TftpReport report = next_report();
        EXPECT_EQ(report.outcome, Outcome::refused);
        EXPECT_EQ(report.filename, row.filename);
        EXPECT_FALSE(report.detail.empty());
    }
}

TEST_F(TftpServerTest, IgnoresWhatIsNoRequest) {
    files_["a.cfg"] = "x";
    serve();
    const UdpPeer client;
    for (const std::string& stray : {std::string(),
                                     std::string("?"),
                                     ack(1),
                                     encode(tftp::ErrorPacket{}),
                                     std::string(900, 'x')}) {
        client.send(stray, server());
    }
    EXPECT_EQ(fetch(client, read_request("a.cfg"), server()), "x");
}

TEST_F(TftpServerTest, AnswersAStrangerWithErrorFiveAndGoesOn) {
    files_["a.cfg"] = text_of(700);
    serve();
    const UdpPeer client;
    client.send(read_request("a.cfg"), server());
    const auto first = client.receive();
    EXPECT_EQ(as<tftp::Data>(first).block, 1);
    const UdpPeer stranger;
    stranger.send(ack(1), first->from);
    EXPECT_EQ(as<tftp::ErrorPacket>(stranger.receive()).code, tftp::ErrorCode::unknown_transfer_id);
    stranger.send(encode(tftp::ErrorPacket{}), first->from);  // neither ends it nor is answered
    stranger.send(ack(1), first->from);
    EXPECT_EQ(as<tftp::ErrorPacket>(stranger.receive()).code, tftp::ErrorCode::unknown_transfer_id);
    client.send(ack(1), first->from);
    EXPECT_EQ(as<tftp::Data>(client.receive()).block, 2);
    client.send(ack(2), first->from);
    EXPECT_EQ(next_report().outcome, Outcome::completed);
    EXPECT_FALSE(stranger.receive(50ms));
}

TEST_F(TftpServerTest, ServesTwoClientsAtATime) {
    files_["a.cfg"] = text_of(1500);
    files_["b.cfg"] = text_of(1200);
    serve();
    const UdpPeer one;
    const UdpPeer two;
    one.send(read_request("a.cfg"), server());
    two.send(read_request("b.cfg"), server());
    std::string a;
    std::string b;
    for (std::uint16_t block = 1; block <= 3; ++block) {
        const auto of_one = one.receive();
        const auto of_two = two.receive();
        EXPECT_NE(of_one->from.port(), of_two->from.port());
        a += as<tftp::Data>(of_one).bytes;
        b += as<tftp::Data>(of_two).bytes;
        one.send(ack(block), of_one->from);
        two.send(ack(block), of_two->from);
    }
    EXPECT_EQ(a, files_["a.cfg"]);
    EXPECT_EQ(b, files_["b.cfg"]);
}

TEST_F(TftpServerTest, TakesARepeatedRequestForTheSameTransfer) {
    files_["a.cfg"] = "first";
    files_["b.cfg"] = "second";
    serve();
    const UdpPeer client;
    client.send(read_request("a.cfg"), server());
    client.send(read_request("a.cfg"), server());
    client.send(read_request("b.cfg"), server());
    // One answer each, in whatever order.
    std::map<std::string, UdpEndpoint> answers;
    for (int i = 0; i < 2; ++i) {
        const auto answer = client.receive();
        answers[as<tftp::Data>(answer).bytes] = answer->from;
    }
    EXPECT_EQ(answers.size(), 2U);
    EXPECT_EQ(requests().size(), 2U);
    for (const auto& [bytes, from] : answers) {
        client.send(ack(1), from);
        EXPECT_EQ(next_report().outcome, Outcome::completed);
    }
    // The client may use its port again at once.
    EXPECT_EQ(fetch(client, read_request("a.cfg"), server()), "first");
    EXPECT_EQ(requests().size(), 3U);
}

TEST_F(TftpServerTest, SaysHowATransferEndedThatTheClientCutShort) {
    files_["a.cfg"] = text_of(5000);
    serve();
    const UdpPeer client;
    client.send(read_request("a.cfg"), server());
    const auto first = client.receive();
    client.send(ack(1), first->from);
    EXPECT_EQ(as<tftp::Data>(client.receive()).block, 2);
    client.send(encode(tftp::ErrorPacket{tftp::ErrorCode::disk_full, "full"}), first->from);
    const TftpReport report = next_report();
    EXPECT_EQ(report.outcome, Outcome::aborted);
    EXPECT_EQ(report.bytes, 512U);
    EXPECT_EQ(report.detail, "the client sent ERROR 3: full");
}

TEST_F(TftpServerTest, RepeatsABlockAndGivesUpOnASilentClient) {
    files_["a.cfg"] = text_of(100);
    serve({.policy = {.first_retry = 20ms, .longest_retry = 40ms, .tries = 3}});
    const UdpPeer client;
    client.send(read_request("a.cfg"), server());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(as<tftp::Data>(client.receive()).block, 1);
    }
    const TftpReport report = next_report();
    EXPECT_EQ(report.outcome, Outcome::timed_out);
    EXPECT_EQ(report.detail, "no acknowledgement of block 1 after 3 tries");
}

TEST_F(TftpServerTest, DropsRequestsBeyondItsLimits) {
    files_["a.cfg"] = "x";
    for (const TftpListen& settings :
         {TftpListen{.per_source_limit = 1}, TftpListen{.session_limit = 1}}) {
        serve(settings);
        const UdpPeer one;
        const UdpPeer two;
        one.send(read_request("a.cfg"), server());
        const auto answer = one.receive();
        two.send(read_request("a.cfg"), server());
        EXPECT_FALSE(two.receive(100ms));
        EXPECT_EQ(loop_.inside([this](Loop&) { return server_->requests_over_limit(); }), 1U);
        one.send(ack(1), answer->from);
        EXPECT_EQ(next_report().outcome, Outcome::completed);
        EXPECT_EQ(fetch(two, read_request("a.cfg"), server()), "x");
        EXPECT_EQ(next_report().outcome, Outcome::completed);
        stop();
    }
}

TEST_F(TftpServerTest, AnswersFromTheAddressThatWasAsked) {
    files_["a.cfg"] = text_of(600);
    serve({.address = "0.0.0.0"});
    for (const std::string address : {"127.0.0.1", "127.0.0.2"}) {
        const UdpPeer client;
        EXPECT_EQ(fetch(client, read_request("a.cfg"), server(address)), files_["a.cfg"]);
    }
}

TEST_F(TftpServerTest, SpeaksIpv6AndBothWhenToldSo) {
    files_["a.cfg"] = text_of(600);
    for (const std::string listening : {"::1", "::"}) {
        serve({.address = listening});
        const UdpPeer six("::1");
        EXPECT_EQ(fetch(six, read_request("a.cfg"), server("::1")), files_["a.cfg"]);
        EXPECT_EQ(requests().back().peer_address, "::1");
        EXPECT_EQ(next_report().peer, fmt::format("[::1]:{}", six.port()));
        stop();
    }
    serve({.address = "::"});
    const UdpPeer four;
    EXPECT_EQ(fetch(four, read_request("a.cfg"), server("127.0.0.2")), files_["a.cfg"]);
    EXPECT_EQ(requests().back().peer_address, "127.0.0.1");
    EXPECT_EQ(next_report().peer, fmt::format("127.0.0.1:{}", four.port()));
}

TEST_F(TftpServerTest, MayStopInTheMiddleOfATransfer) {
    files_["a.cfg"] = text_of(5000);
    serve();
    const UdpPeer client;
    client.send(read_request("a.cfg"), server());
    const auto first = client.receive();
    stop();
    client.send(ack(1), first->from);
    EXPECT_FALSE(client.receive(50ms));
}

TEST(TftpServer, TakesTheAnswerLaterFromAnyThreadAndOnlyOnce) {
    support::RunningLoop loop;
    std::promise<TftpRespond> asked;
    auto server = loop.inside([&](Loop& its_loop) {
        auto made = TftpServer::listen(
            its_loop,
            {.port = 0},
            [&](const TftpRequest&, TftpRespond respond) { asked.set_value(std::move(respond)); },
            [](const TftpReport&) {});
        return *std::move(made);
    });
    const UdpPeer client;
    client.send(read_request("a.cfg"), UdpEndpoint("127.0.0.1", server->port()));
    const TftpRespond respond = asked.get_future().get();
    respond(std::make_shared<const std::string>("late"));
    respond(std::make_shared<const std::string>("too late"));
    EXPECT_EQ(as<tftp::Data>(client.receive()).bytes, "late");
    loop.inside([&](Loop&) { server.reset(); });
    respond(std::make_shared<const std::string>("far too late"));
    EXPECT_FALSE(client.receive(50ms));
}

TEST(TftpServer, RefusesWhenNoAnswerComesInTime) {
    support::RunningLoop loop;
    auto server = loop.inside([&](Loop& its_loop) {
        auto made = TftpServer::listen(
            its_loop,
            {.port = 0, .answer_limit = 20ms},
            [](const TftpRequest&, const TftpRespond&) {},
            [](const TftpReport&) {});
        return *std::move(made);
    });
    const UdpPeer client;
    client.send(read_request("a.cfg"), UdpEndpoint("127.0.0.1", server->port()));
    EXPECT_EQ(as<tftp::ErrorPacket>(client.receive()).message, "No answer in time");
    loop.inside([&](Loop&) { server.reset(); });
}

TEST(TftpServer, MayBeDestroyedByItsOwnCallbacks) {
    for (const bool in_handler : {true, false}) {
        support::RunningLoop loop;
        std::unique_ptr<TftpServer> server;
        std::promise<void> gone;
        const auto destroy = [&] {
            server.reset();
            gone.set_value();
        };
        loop.inside([&](Loop& its_loop) {
            auto made = TftpServer::listen(
                its_loop,
                {.port = 0},
                [&](const TftpRequest&, const TftpRespond& respond) {
                    respond(TftpRefusal{tftp::ErrorCode::file_not_found, "no"});
                    if (in_handler) {
                        destroy();
                    }
                },
                [&](const TftpReport&) { destroy(); });
            server = *std::move(made);
        });
        const UdpPeer client;
        const auto port = loop.inside([&](Loop&) { return server->port(); });
        client.send(read_request("a.cfg"), UdpEndpoint("127.0.0.1", port));
        gone.get_future().get();
    }
}

TEST(TftpServer, SaysThatThePortIsTaken) {
    const UdpPeer other;
    support::RunningLoop loop;
    const std::string why = loop.inside([&](Loop& its_loop) {
        const auto server = TftpServer::listen(
            its_loop,
            {.port = other.port()},
            [](const TftpRequest&, const TftpRespond&) {},
            [](const TftpReport&) {});
        return server ? std::string("it listens") : server.error().detail;
    });
    EXPECT_EQ(
        why,
        fmt::format("cannot listen on 127.0.0.1:{} (TFTP): Address already in use", other.port()));
}

}  // namespace onhook::net
