// TFTP clients that are broken or mean: the server sends no packet more for them, and goes on.
#include <string>
#include <vector>

#include "integration/tftp_server_fixture.h"
#include "support/loopback.h"

namespace onhook::net {

namespace {

using namespace std::string_literals;

constexpr auto a_moment = std::chrono::milliseconds(100);  // shorter than the server's first second

// A datagram as no socket sends it: from port 0 of 127.0.0.1.
void send_from_port_zero(const std::string& bytes, std::uint16_t to) {
    const support::Socket raw(std::in_place,
                              ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP));
    ASSERT_GE(raw.number(), 0) << "needs root";
    const auto put = [](std::size_t number) {
        return std::string{static_cast<char>(number >> 8U & 0xFFU),
                           static_cast<char>(number & 0xFFU)};
    };
    const std::string datagram = put(0) + put(to) + put(bytes.size() + 8) + put(0) + bytes;
    const sockaddr_in server = support::loopback_address(to);
    EXPECT_EQ(::sendto(raw.number(),
                       datagram.data(),
                       datagram.size(),
                       0,
                       reinterpret_cast<const sockaddr*>(&server),
                       sizeof server),
              static_cast<ssize_t>(datagram.size()));
}

}  // namespace

class TftpServerHostileTest : public TftpServerTest {
  protected:
    // Asks for a file of four blocks and takes the first.
    UdpEndpoint begin(const UdpPeer& client) {
        client.send(read_request("a.cfg"), server());
        const auto first = client.receive();
        EXPECT_EQ(as<tftp::Data>(first).block, 1);
        return first ? first->from : UdpEndpoint();
    }

    // From the second block to the end.
    void expect_rest(const UdpPeer& client, const UdpEndpoint& from) {
        for (std::uint16_t block = 1; block <= 4; ++block) {
            client.send(ack(block), from);
            if (block < 4) {
                EXPECT_EQ(as<tftp::Data>(client.receive()).block, block + 1);
            }
        }
        EXPECT_EQ(next_report().outcome, Outcome::completed);
        EXPECT_FALSE(client.receive(a_moment));
    }

    void serve_four_blocks() {
        files_["a.cfg"] = text_of(1800);
        serve();
    }
};

// RFC 1123 4.2.3.1.
TEST_F(TftpServerHostileTest, RepeatedAcksBringNoDataTwice) {
    serve_four_blocks();
    const UdpPeer client;
    const UdpEndpoint from = begin(client);
    for (std::uint16_t block = 1; block <= 4; ++block) {
        for (int i = 0; i < 5; ++i) {
            client.send(ack(block), from);
        }
        if (block < 4) {
            EXPECT_EQ(as<tftp::Data>(client.receive()).block, block + 1);
        }
        if (block < 3) {
            EXPECT_FALSE(client.receive(a_moment));
        }
    }
    EXPECT_EQ(next_report().outcome, Outcome::completed);
}

TEST_F(TftpServerHostileTest, WhatIsNoAckOfTheBlockInFlightMovesNothing) {
    serve_four_blocks();
    const UdpPeer client;
    const UdpEndpoint from = begin(client);
    for (const std::string& bytes :
         {ack(0),
          ack(2),
          ack(65535),
          read_request("a.cfg"),
          encode(tftp::Request{tftp::Operation::write, "a.cfg", tftp::Mode::octet, {}}),
          encode(tftp::Data{1, "evil"}),
          encode(tftp::OptionAck{{{"blksize", "8"}}}),
          ""s,
          "\0"s,
          "\0\4"s,
          "\0\4\0"s,
          "\0\4\0\1trailing"s,
          "\0\x09\0\1"s,
          std::string(60'000, '\0')}) {
        client.send(bytes, from);
    }
    EXPECT_FALSE(client.receive(a_moment));
    expect_rest(client, from);
}

TEST_F(TftpServerHostileTest, AReplayedRequestStartsNoSecondTransfer) {
    serve_four_blocks();
    const UdpPeer client;
    const UdpEndpoint from = begin(client);
    for (int i = 0; i < 10; ++i) {
        client.send(read_request("a.cfg"), server());
    }
    EXPECT_FALSE(client.receive(a_moment));
    EXPECT_EQ(requests().size(), 1U);
    expect_rest(client, from);
}

TEST_F(TftpServerHostileTest, StrangersAreToldAndChangeNothing) {
    serve_four_blocks();
    const UdpPeer client;
    const UdpEndpoint from = begin(client);
    const UdpPeer another_port;
    const UdpPeer another_address("127.0.0.2");
    for (const UdpPeer* stranger : {&another_port, &another_address}) {
        for (int i = 0; i < 3; ++i) {
            stranger->send(ack(1), from);
            EXPECT_EQ(as<tftp::ErrorPacket>(stranger->receive()).code,
                      tftp::ErrorCode::unknown_transfer_id);
        }
        stranger->send(encode(tftp::ErrorPacket{}), from);
        stranger->send(std::string(60'000, 'x'), from);
        EXPECT_FALSE(stranger->receive(a_moment));
    }
    EXPECT_FALSE(client.receive(a_moment));
    expect_rest(client, from);
}

TEST_F(TftpServerHostileTest, WritesNothingThatIsSent) {
    serve_four_blocks();
    for (const std::string name : {"a.cfg", "new.cfg", "../new.cfg"}) {
        const UdpPeer client;
        client.send(encode(tftp::Request{tftp::Operation::write, name, tftp::Mode::octet, {}}),
                    server());
        const auto refusal = client.receive();
        EXPECT_EQ(as<tftp::ErrorPacket>(refusal).code, tftp::ErrorCode::access_violation);
        EXPECT_EQ(next_report().outcome, Outcome::refused);
        client.send(encode(tftp::Data{1, "evil"}), refusal->from);
        EXPECT_FALSE(client.receive(a_moment));
    }
    EXPECT_TRUE(requests().empty());
}

TEST_F(TftpServerHostileTest, OversizeRequestsAreRefusedOrIgnored) {
    serve_four_blocks();
    const UdpPeer client;
    client.send("\0\1"s + std::string(60'000, 'a'), server());
    EXPECT_EQ(as<tftp::ErrorPacket>(client.receive()).code, tftp::ErrorCode::illegal_operation);
    EXPECT_EQ(next_report().outcome, Outcome::refused);
    client.send(std::string(60'000, 'a'), server());
    EXPECT_FALSE(client.receive(a_moment));
    EXPECT_TRUE(requests().empty());
    expect_rest(client, begin(client));
}

// protocols.md D.4: an answer to port 0 could reach nobody.
TEST_F(TftpServerHostileTest, IgnoresWhatComesFromPortZero) {
    serve_four_blocks();
    send_from_port_zero(read_request("a.cfg"), port_);
    const UdpPeer client;
    EXPECT_EQ(fetch(client, read_request("a.cfg"), server()), files_["a.cfg"]);
    EXPECT_EQ(requests().size(), 1U);
}

}  // namespace onhook::net
