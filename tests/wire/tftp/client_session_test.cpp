#include "wire/tftp/client_session.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace onhook::wire::tftp::client {

namespace {

const TimePoint at_start{1000s};
const Peer server_port{"192.0.2.1", 69};
const Peer server{"192.0.2.1", 40001};
const Peer stranger{"192.0.2.1", 40002};
const Peer elsewhere{"192.0.2.9", 40001};

std::string say(const Packet& packet) {
    struct Words {
        std::string operator()(const Request& request) const {
            std::string text = request.operation == Operation::read ? "RRQ " : "WRQ ";
            text += request.filename;
            for (const Option& option : request.options) {
                text += fmt::format(" {}={}", option.name, option.value);
            }
            return text;
        }

        std::string operator()(const Data& data) const {
            return fmt::format("DATA {} ({})", data.block, data.bytes.size());
        }

        std::string operator()(const Ack& ack) const { return fmt::format("ACK {}", ack.block); }

        std::string operator()(const ErrorPacket& error) const {
            return fmt::format("ERROR {}", static_cast<int>(error.code));
        }

        std::string operator()(const OptionAck&) const { return "OACK"; }
    };

    return std::visit(Words{}, packet);
}

std::string say(const Actions& actions) {
    std::string text;
    for (const Action& action : actions) {
        text += text.empty() ? "" : ", ";
        if (const auto* send = std::get_if<Send>(&action)) {
            text += fmt::format("{} to {}", say(*decode(send->bytes)), send->to.port);
        } else if (const auto* size = std::get_if<Announce>(&action)) {
            text += fmt::format("announce {}", size->size);
        } else if (const auto* deliver = std::get_if<Deliver>(&action)) {
            text += fmt::format("deliver {}", deliver->bytes.size());
        } else {
            const auto& finished = std::get<Finished>(action);
            constexpr const char* names[] = {
                "completed", "refused", "unanswered", "timed out", "broken", "stopped"};
            text += names[static_cast<int>(finished.outcome)];
            text += finished.code ? fmt::format(" {}", static_cast<int>(*finished.code)) : "";
        }
    }
    return text;
}

DatagramReceived from(const Peer& who, const Packet& packet) { return {who, encode(packet)}; }

Data block(std::uint16_t number, std::size_t size) { return {number, std::string(size, 'x')}; }

Order reading(std::uint16_t offer = 0) {
    return {.filename = "f", .server = server_port, .offer = offer};
}

Order writing(std::size_t size, std::uint16_t offer = 0) {
    return {.operation = Operation::write,
            .filename = "f",
            .content = std::string(size, 'c'),
            .server = server_port,
            .offer = offer};
}

// One event after another, each with what comes of it.
class Talk {
  public:
    explicit Talk(Order order) : session_(*Session::open(std::move(order))) {}

    Talk& on(const Event& event, std::string_view expected) {
        ++line_;
        EXPECT_EQ(say(session_.step(event, now_)), expected) << "event " << line_;
        return *this;
    }

    // Lets its deadline come.
    Talk& waits(std::string_view expected) {
        EXPECT_TRUE(session_.next_deadline()) << "event " << line_;
        now_ = session_.next_deadline().value_or(now_);
        return on(DeadlineReached{}, expected);
    }

    [[nodiscard]] const Session& session() const { return session_; }

    [[nodiscard]] TimePoint now() const { return now_; }

  private:
    Session session_;
    TimePoint now_ = at_start;
    int line_ = 0;
};

}  // namespace

TEST(TftpClientSession, ReadsAFileAndRepeatsALostLastAck) {
    Talk talk(reading());
    talk.on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001")
        .on(from(server, block(2, 3)), "deliver 3, ACK 2 to 40001, completed")
        .on(from(server, block(2, 3)), "ACK 2 to 40001")
        .on(from(server, block(3, 3)), "")
        .on(from(server, ErrorPacket{}), "")
        .waits("")
        .on(from(server, block(2, 3)), "");
    EXPECT_EQ(talk.session().state(), Session::State::finished);
}

// The last block of a file whose size is a multiple of the block's is empty.
TEST(TftpClientSession, WritesAFile) {
    Talk(writing(1024))
        .on(Started{}, "WRQ f to 69")
        .on(from(server, Ack{0}), "DATA 1 (512) to 40001")
        .on(from(server, Ack{1}), "DATA 2 (512) to 40001")
        .on(from(server, Ack{2}), "DATA 3 (0) to 40001")
        .on(from(server, Ack{3}), "completed")
        .on(from(server, Ack{3}), "");
}

// D.2: another port or address is answered with ERROR 5, and the transfer goes on.
TEST(TftpClientSession, StrangersAreRefusedAndChangeNothing) {
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(elsewhere, block(1, 512)), "ERROR 5 to 40001")
        .on(from(elsewhere, ErrorPacket{}), "")
        .on(from(stranger, block(2, 512)), "ERROR 5 to 40002")  // no first answer
        .on(from({"192.0.2.1", 0}, block(1, 512)), "")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001")
        .on(from(stranger, block(1, 512)), "ERROR 5 to 40002")
        .on(from(stranger, block(2, 3)), "ERROR 5 to 40002")
        .on(from(stranger, ErrorPacket{}), "")
        .on(from(elsewhere, block(2, 3)), "ERROR 5 to 40001")
        .on(from(server, block(2, 3)), "deliver 3, ACK 2 to 40001, completed")
        .on(from(stranger, block(2, 3)), "ERROR 5 to 40002");
}

// RFC 1123 4.2.3.1: a repeated ACK brings no DATA, a repeated DATA one ACK.
TEST(TftpClientSession, IsNoSorcerersApprentice) {
    Talk(writing(2000))
        .on(Started{}, "WRQ f to 69")
        .on(from(server, Ack{0}), "DATA 1 (512) to 40001")
        .on(from(server, Ack{0}), "")
        .on(from(server, Ack{1}), "DATA 2 (512) to 40001")
        .on(from(server, Ack{1}), "")
        .on(from(server, Ack{0}), "")
        .on(from(server, Ack{7}), "")
        .waits("DATA 2 (512) to 40001")
        .on(from(server, Ack{2}), "DATA 3 (512) to 40001");
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001")
        .on(from(server, block(1, 512)), "ACK 1 to 40001")
        .on(from(server, block(1, 3)), "ACK 1 to 40001")  // shorter now: still no end
        .on(from(server, block(2, 512)), "deliver 512, ACK 2 to 40001")
        .on(from(server, block(1, 512)), "");
}

TEST(TftpClientSession, WhatIsOutOfPlaceIsIgnored) {
    Talk talk(reading());
    talk.on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001");
    for (const Packet& packet : {Packet{block(0, 512)},
                                 Packet{block(3, 512)},
                                 Packet{Ack{1}},
                                 Packet{OptionAck{{{"blksize", "512"}}}},
                                 Packet{Request{Operation::write, "f", Mode::octet, {}}}}) {
        talk.on(from(server, packet), "");
    }
    for (const std::string& bytes :
         {std::string(), std::string("\0", 1), std::string("\0\3\0", 3), std::string(600, 'x')}) {
        talk.on(DatagramReceived{server, bytes}, "");
    }
    talk.on(from(server, block(2, 513)), "ERROR 4 to 40001, broken");
}

TEST(TftpClientSession, RepeatsItselfFiveTimesAndGivesUp) {
    Talk asking(reading());
    asking.on(Started{}, "RRQ f to 69").on(DeadlineReached{}, "");
    for (int i = 0; i < 4; ++i) {
        asking.waits("RRQ f to 69");
    }
    asking.waits("unanswered");
    EXPECT_EQ(asking.now() - at_start, 25s);  // 4.3
    Talk receiving(reading());
    receiving.on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001");
    for (int i = 0; i < 4; ++i) {
        receiving.waits("ACK 1 to 40001").on(from(server, block(1, 512)), "ACK 1 to 40001");
    }
    receiving.waits("timed out");  // repetitions are no progress
}

TEST(TftpClientSession, TellsTheServersError) {
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(server, ErrorPacket{ErrorCode::file_not_found, "no"}), "refused 1");
    Talk(writing(1))
        .on(Started{}, "WRQ f to 69")
        .on(from(server, ErrorPacket{ErrorCode::option_negotiation_failed, ""}), "refused 8");
    auto session = *Session::open(reading());
    (void)session.step(Started{}, at_start);
    const auto actions = session.step(
        from(server, ErrorPacket{ErrorCode::access_violation, "no\n\x1b[2J"}), at_start);
    EXPECT_EQ(std::get<Finished>(actions.front()).detail.find('\x1b'), std::string::npos);
}

// RFC 2347-2349.
TEST(TftpClientSession, AgreesOnTheBlockSizeThatTheServerLessens) {
    Talk(reading(1428))
        .on(Started{}, "RRQ f blksize=1428 tsize=0 to 69")
        .on(from(server, OptionAck{{{"BLKSIZE", "1024"}, {"tsize", "1030"}}}),
            "announce 1030, ACK 0 to 40001")
        .on(from(server, OptionAck{{{"blksize", "1024"}}}), "ACK 0 to 40001")  // it was lost
        .on(from(server, block(1, 1024)), "deliver 1024, ACK 1 to 40001")
        .on(from(server, OptionAck{{{"blksize", "1024"}}}), "")
        .on(from(server, block(2, 6)), "deliver 6, ACK 2 to 40001, completed");
    Talk(reading(1428))  // a server that knows no options
        .on(Started{}, "RRQ f blksize=1428 tsize=0 to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001");
    Talk(reading(1428))  // one that refuses them
        .on(Started{}, "RRQ f blksize=1428 tsize=0 to 69")
        .on(from(server, ErrorPacket{ErrorCode::option_negotiation_failed, ""}), "RRQ f to 69")
        .on(from(stranger, block(1, 3)), "deliver 3, ACK 1 to 40002, completed");
    Talk(writing(1500, 1428))
        .on(Started{}, "WRQ f blksize=1428 tsize=1500 to 69")
        .on(from(server, OptionAck{{{"blksize", "1428"}}}), "DATA 1 (1428) to 40001")
        .on(from(server, Ack{1}), "DATA 2 (72) to 40001");
}

TEST(TftpClientSession, RefusesOptionsThatItDidNotAskFor) {
    for (const Option& option : {Option{"blksize", "1429"},
                                 Option{"blksize", "7"},
                                 Option{"blksize", "-1"},
                                 Option{"blksize", ""},
                                 Option{"tsize", "99999999999999999999"},
                                 Option{"windowsize", "4"}}) {
        SCOPED_TRACE(option.name + option.value);
        Talk(reading(1428))
            .on(Started{}, "RRQ f blksize=1428 tsize=0 to 69")
            .on(from(server, OptionAck{{option}}), "ERROR 8 to 40001, broken");
    }
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(server, OptionAck{{{"blksize", "512"}}}), "ERROR 8 to 40001, broken");
}

TEST(TftpClientSession, TellsTheServerWhenNobodyWantsTheRest) {
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 512)), "deliver 512, ACK 1 to 40001")
        .on(StopRequested{ErrorCode::disk_full}, "ERROR 3 to 40001, stopped")
        .on(from(server, block(2, 512)), "");
    Talk(reading()).on(Started{}, "RRQ f to 69").on(StopRequested{}, "stopped");
    Talk(reading())
        .on(Started{}, "RRQ f to 69")
        .on(from(server, block(1, 0)), "deliver 0, ACK 1 to 40001, completed")
        .on(StopRequested{}, "")
        .on(from(server, block(1, 0)), "");
}

// Files may have more blocks than there are numbers: after 65535 comes 0 (D.3).
TEST(TftpClientSession, BlockNumbersRollOver) {
    auto session = *Session::open(reading());
    (void)session.step(Started{}, at_start);
    for (std::uint32_t i = 1; i <= 65536; ++i) {
        const auto number = static_cast<std::uint16_t>(i & 0xFFFFU);
        const auto actions = session.step(from(server, block(number, 512)), at_start);
        ASSERT_EQ(actions.size(), 2U) << i;
    }
    EXPECT_EQ(say(session.step(from(server, block(1, 1)), at_start)),
              "deliver 1, ACK 1 to 40001, completed");
}

TEST(TftpClientSession, DoesNotAskForWhatNoRequestHolds) {
    Order order = reading();
    order.filename = std::string(503, 'f');  // 2 for the opcode, 1 and 6 behind the name
    EXPECT_TRUE(Session::open(order));
    order.filename += 'f';
    EXPECT_FALSE(Session::open(order));
}

}  // namespace onhook::wire::tftp::client
