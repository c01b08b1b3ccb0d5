// TFTP servers that are broken or mean, datagram by datagram: each ends in its class of failure in
// a bounded time, strangers change nothing, and no repetition brings more than one packet.
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fetching.h"
#include "support/udp.h"
#include "wire/tftp/packet.h"

namespace onhook::net {

namespace {

namespace tftp = wire::tftp;
using support::UdpDatagram;
using support::UdpEndpoint;
using support::UdpPeer;
using support::url;
using Kind = TransferFailure::Kind;
using Method = TransferRequest::Method;
using namespace std::string_literals;

constexpr Duration most_tftp_time = 5s;
constexpr auto short_pause = std::chrono::milliseconds(100);  // shorter than a repetition takes

std::string data_packet(std::uint16_t block, std::size_t size = 512, char filler = 'x') {
    return encode(tftp::Data{block, std::string(size, filler)});
}

std::string ack_packet(std::uint16_t block) { return encode(tftp::Ack{block}); }

std::string error_packet(std::uint16_t code) {
    return encode(tftp::ErrorPacket{static_cast<tftp::ErrorCode>(code), "why"});
}

// The server's side of one transfer: a port that is asked and one that answers.
class Scene {
  public:
    // From the port of the transfer to the client.
    void send(const std::string& bytes) const { transfer_.send(bytes, client_); }

    // From a port, and from an address, that have nothing to do with it.
    void send_from_stranger(const std::string& bytes) const { stranger_.send(bytes, client_); }

    void send_from_elsewhere(const std::string& bytes) const { elsewhere_.send(bytes, client_); }

    void take_request() {
        const auto request = asked_.receive();
        ASSERT_TRUE(request) << "no request";
        client_ = request->from;
        request_ = request->bytes;
    }

    void expect(const std::string& bytes) const {
        const auto packet = transfer_.receive();
        ASSERT_TRUE(packet) << "nothing came";
        EXPECT_EQ(testing::PrintToString(packet->bytes), testing::PrintToString(bytes));
    }

    void expect_silence() const {
        const auto packet = transfer_.receive(short_pause);
        EXPECT_FALSE(packet) << testing::PrintToString(packet->bytes);
    }

    // The sockets of strangers have got ERROR 5 each time they have sent something, no more.
    static void expect_refused(const UdpPeer& who, int times) {
        for (int i = 0; i < times; ++i) {
            const auto packet = who.receive();
            ASSERT_TRUE(packet) << "nothing came";
            EXPECT_EQ(packet->bytes.substr(0, 4), "\0\5\0\5"s);
        }
        EXPECT_FALSE(who.receive(short_pause));
    }

    [[nodiscard]] const UdpPeer& stranger() const { return stranger_; }

    [[nodiscard]] const UdpPeer& elsewhere() const { return elsewhere_; }

    [[nodiscard]] const std::string& request() const { return request_; }

    [[nodiscard]] std::uint16_t client_port() const { return client_.port(); }

    [[nodiscard]] Url where() const {
        return url(fmt::format("tftp://127.0.0.1:{}/f", asked_.port()));
    }

  private:
    UdpPeer asked_;
    UdpPeer transfer_;
    UdpPeer stranger_;
    UdpPeer elsewhere_{"127.0.0.2"};
    UdpEndpoint client_;
    std::string request_;
};

}  // namespace

class FetchTftpHostileTest : public support::FetchingTest {
  protected:
    // What comes of a transfer while `part` plays the server, on a thread of its own.
    support::FetchOutcome play(const std::function<void(Scene&)>& part,
                               Method method = Method::get,
                               std::string body = {},
                               std::uint16_t block = 0) {
        Scene scene;
        std::thread server([&] {
            scene.take_request();
            part(scene);
        });
        auto outcome = fetch({.id = {},
                              .method = method,
                              .url = scene.where(),
                              .body = std::move(body),
                              .body_limit = 2000,
                              .tftp_silence = silence_,
                              .tftp_block = block});
        server.join();
        EXPECT_LT(outcome.took, most_tftp_time);
        return outcome;
    }

    // A second between two repetitions.
    Duration silence_ = 5s;

    static void expect_file(const support::FetchOutcome& outcome, const std::string& file) {
        ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
        EXPECT_EQ(outcome.answer->body, file);
    }
};

TEST_F(FetchTftpHostileTest, EndsInItsClassOfFailure) {
    struct Row {
        const char* what;
        Kind kind;
        std::vector<std::string> answers;  // each behind the next packet of the client
    };

    for (const Row& row : {
             Row{"silence in the middle", Kind::timeout, {data_packet(1)}},
             Row{"block 0 for ever",
                 Kind::timeout,
                 {data_packet(0), data_packet(0), data_packet(0)}},
             Row{"the second block first", Kind::timeout, {data_packet(2)}},
             Row{"a block left out", Kind::timeout, {data_packet(1), data_packet(3)}},
             Row{"an ACK to a read", Kind::timeout, {ack_packet(0)}},
             Row{"an empty datagram", Kind::timeout, {""}},
             Row{"one byte", Kind::timeout, {"\0"s}},
             Row{"DATA without a number", Kind::timeout, {"\0\3\0"s}},
             Row{"opcode 9", Kind::timeout, {"\0\x09\0\1x"s}},
             Row{"a request", Kind::timeout, {"\0\1f\0octet\0"s}},
             Row{"an ERROR without its text", Kind::timeout, {"\0\5\0\1"s}},
             Row{"a block over its size", Kind::protocol, {data_packet(1, 513)}},
             Row{"a block far over its size",
                 Kind::protocol,
                 {data_packet(1), data_packet(2, 60'000)}},
             Row{"options that nobody asked for", Kind::protocol, {"\0\6blksize\0001024\0"s}},
             Row{"an error in the middle", Kind::tftp, {data_packet(1), error_packet(3)}},
             Row{"an error without a name", Kind::tftp, {error_packet(99)}},
             Row{"a file over the limit",
                 Kind::too_large,
                 {data_packet(1), data_packet(2), data_packet(3), data_packet(4)}},
         }) {
        SCOPED_TRACE(row.what);
        silence_ = row.kind == Kind::timeout ? Duration(300ms) : Duration(5s);
        const auto outcome = play([&](Scene& scene) {
            for (std::size_t i = 0; i < row.answers.size(); ++i) {
                scene.send(row.answers[i]);
                if (row.kind != Kind::timeout && i + 1 < row.answers.size()) {
                    scene.expect(ack_packet(static_cast<std::uint16_t>(i + 1)));
                }
            }
        });
        if (outcome.answer) {
            ADD_FAILURE() << outcome.answer->body.size() << " bytes";
            continue;
        }
        expect_failure(outcome, row.kind);
    }
    expect_file(play([](Scene& scene) { scene.send(data_packet(1, 4)); }), "xxxx");
}

// A server whose file has no end hears that nobody wants the rest.
TEST_F(FetchTftpHostileTest, TellsTheServerThatTheFileIsTooLarge) {
    expect_failure(
        play([](Scene& scene) {
            for (std::uint16_t block = 1; block <= 3; ++block) {
                scene.send(data_packet(block));
                scene.expect(ack_packet(block));
            }
            scene.send(data_packet(4));
            scene.expect(encode(tftp::ErrorPacket{tftp::ErrorCode::disk_full, "Transfer stopped"}));
            scene.send(data_packet(4));
            scene.expect_silence();
        }),
        Kind::too_large);
    const auto announced =
        play([](Scene& scene) { scene.send("\0\6tsize\0002001\0"s); }, Method::get, {}, 1024);
    expect_failure(announced, Kind::too_large);
}

// RFC 1350 4: another port, another address.
TEST_F(FetchTftpHostileTest, StrangersNeitherAddToAFileNorEndIt) {
    const auto outcome = play([](Scene& scene) {
        scene.send_from_elsewhere(data_packet(1, 512, 'E'));  // before the server
        scene.send_from_elsewhere(error_packet(1));
        Scene::expect_refused(scene.elsewhere(), 1);
        scene.send(data_packet(1));
        scene.expect(ack_packet(1));
        for (const std::string& evil :
             {data_packet(2, 512, 'E'), data_packet(2, 3, 'E'), data_packet(1, 3, 'E')}) {
            scene.send_from_stranger(evil);
            scene.send_from_elsewhere(evil);
        }
        for (const std::string& unanswered : {error_packet(1), error_packet(5), ""s, "\0\3"s}) {
            scene.send_from_stranger(unanswered);
            scene.send_from_elsewhere(unanswered);
        }
        Scene::expect_refused(scene.stranger(), 3);
        Scene::expect_refused(scene.elsewhere(), 3);
        scene.expect_silence();
        scene.send(data_packet(2, 3));
        scene.expect(ack_packet(2));
    });
    expect_file(outcome, std::string(515, 'x'));
}

// RFC 1123 4.2.3.1: so many packets come of so many repetitions, and no more.
TEST_F(FetchTftpHostileTest, IsNoSorcerersApprenticeWhileItReads) {
    const auto outcome = play([](Scene& scene) {
        for (std::uint16_t block = 1; block <= 3; ++block) {
            const std::string bytes = data_packet(block, block == 3 ? 3 : 512);
            for (int i = 0; i < 3; ++i) {
                scene.send(bytes);
            }
            for (int i = 0; i < 3; ++i) {
                scene.expect(ack_packet(block));
            }
            scene.expect_silence();
        }
        scene.send(data_packet(1));
        scene.expect_silence();
    });
    expect_file(outcome, std::string(1027, 'x'));
}

TEST_F(FetchTftpHostileTest, IsNoSorcerersApprenticeWhileItWrites) {
    const std::string report(1200, 'r');
    const auto outcome = play(
        [&](Scene& scene) {
            EXPECT_EQ(scene.request(), "\0\2f\0octet\0"s);
            for (std::uint16_t block = 0; block <= 3; ++block) {
                for (int i = 0; i < 3; ++i) {
                    scene.send(ack_packet(block));
                    scene.send(ack_packet(static_cast<std::uint16_t>(block - 1)));
                    scene.send(ack_packet(static_cast<std::uint16_t>(block + 7)));
                }
                if (block < 3) {
                    scene.expect(encode(tftp::Data{static_cast<std::uint16_t>(block + 1),
                                                   report.substr(block * 512U, 512)}));
                }
                scene.expect_silence();
            }
        },
        Method::put,
        report);
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
}

// The same block again, but shorter, is no end of the file; nor does it change what was received.
TEST_F(FetchTftpHostileTest, ARepeatedBlockChangesNothing) {
    const auto outcome = play([](Scene& scene) {
        scene.send(data_packet(1));
        scene.expect(ack_packet(1));
        scene.send(data_packet(1, 10, 'E'));
        scene.expect(ack_packet(1));
        scene.send(data_packet(2, 3));
        scene.expect(ack_packet(2));
        scene.send(data_packet(2, 3, 'E'));  // its last ACK was lost: it is said again
        scene.expect(ack_packet(2));
    });
    expect_file(outcome, std::string(512, 'x') + "xxx");
}

TEST_F(FetchTftpHostileTest, RepeatedOptionsAreAcknowledgedOnceEach) {
    const std::string options = "\0\6blksize\0001024\0tsize\0001030\0"s;
    const auto outcome = play(
        [&](Scene& scene) {
            EXPECT_EQ(scene.request(), "\0\1f\0octet\0blksize\0001428\0tsize\0000\0"s);
            scene.send(options);
            scene.send(options);
            scene.expect(ack_packet(0));
            scene.expect(ack_packet(0));
            scene.expect_silence();
            scene.send(data_packet(1, 1024));
            scene.expect(ack_packet(1));
            scene.send(options);
            scene.expect_silence();
            scene.send(data_packet(2, 6));
            scene.expect(ack_packet(2));
        },
        Method::get,
        {},
        1428);
    expect_file(outcome, std::string(1030, 'x'));
}

// cisco-mpp.md 4.3: the ports that a firewall lets through, in turn.
TEST_F(FetchTftpHostileTest, AsksFromThePortsThatAreDocumented) {
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 3; ++i) {
        (void)play([&](Scene& scene) {
            ports.push_back(scene.client_port());
            scene.send(data_packet(1, 1));
        });
    }
    for (const std::uint16_t port : ports) {
        EXPECT_GE(port, 53240);
        EXPECT_LE(port, 53245);
    }
    EXPECT_NE(ports[0], ports[1]);
    EXPECT_NE(ports[1], ports[2]);
}

TEST_F(FetchTftpHostileTest, AsksForNoNameThatDoesNotFit) {
    const auto outcome = get("tftp://127.0.0.1:9/" + std::string(504, 'f'));
    expect_failure(outcome, Kind::protocol);
}

}  // namespace onhook::net
