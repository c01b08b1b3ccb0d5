#include "wire/tftp/server_session.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wire/tftp/requests.h"

namespace onhook::wire::tftp {

namespace {

using State = ServerSession::State;

const TimePoint start{1000s};

std::shared_ptr<const std::string> file_of(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>('a' + i % 23);
    }
    return std::make_shared<const std::string>(std::move(bytes));
}

DatagramReceived received(const Packet& packet) { return {encode(packet)}; }

// What the actions say, in a form that reads well in a table: "DATA 1 (512)", "completed".
std::string describe(const Send& send) {
    const auto packet = decode(send.bytes);
    if (!packet) {
        return "unreadable";
    }
    if (const auto* data = std::get_if<Data>(&*packet)) {
        return fmt::format("DATA {} ({})", data->block, data->bytes.size());
    }
    if (const auto* error = std::get_if<ErrorPacket>(&*packet)) {
        return fmt::format("ERROR {}", static_cast<int>(error->code));
    }
    return std::holds_alternative<OptionAck>(*packet) ? "OACK" : "unexpected";
}

std::string describe(const Finished& finished) {
    switch (finished.outcome) {
        case Outcome::completed:
            return "completed";
        case Outcome::refused:
            return "refused";
        case Outcome::aborted:
            return "aborted";
        case Outcome::timed_out:
            return "timed out";
    }
    return "";
}

std::string describe(const Actions& actions) {
    std::string out;
    for (const Action& action : actions) {
        out += out.empty() ? "" : ", ";
        out += std::visit([](const auto& one) { return describe(one); }, action);
    }
    return out;
}

// A session of 1000 bytes, two blocks, brought to a state.
ServerSession session_in(State state) {
    const bool with_options = state == State::offering;
    ServerSession session(
        reading(with_options ? std::vector<Option>{{"tsize", "0"}} : std::vector<Option>{}),
        file_of(1000),
        Policy{});
    if (state != State::created) {
        (void)session.step(Started{}, start);
    }
    if (state == State::sending || state == State::finished) {
        (void)session.step(received(Ack{1}), start);  // block 2, the last, is in flight
    }
    if (state == State::finished) {
        (void)session.step(received(Ack{2}), start);
    }
    EXPECT_EQ(session.state(), state);
    return session;
}

}  // namespace

TEST(TftpServerSession, DecidesEachStateAndEvent) {
    struct Row {
        std::string_view what;
        Event event;
        Duration after;
        // What happens in each state: the actions, and the state afterwards.
        std::string_view created, offering, sending, finished;
        State after_created, after_offering, after_sending;
    };

    using enum ServerSession::State;
    const std::vector<Row> rows{
        {"ACK 0", received(Ack{0}), 0s, "", "DATA 1 (512)", "", "", created, sending, sending},
        {"ACK 1", received(Ack{1}), 0s, "", "", "", "", created, offering, sending},
        {"ACK 2", received(Ack{2}), 0s, "", "", "completed", "", created, offering, finished},
        {"ACK 3", received(Ack{3}), 0s, "", "", "", "", created, offering, sending},
        {"ERROR",
         received(ErrorPacket{ErrorCode::disk_full, "full"}),
         0s,
         "",
         "aborted",
         "aborted",
         "",
         created,
         finished,
         finished},
        {"RRQ", received(reading()), 0s, "", "", "", "", created, offering, sending},
        {"DATA", received(Data{2, "x"}), 0s, "", "", "", "", created, offering, sending},
        {"OACK", received(OptionAck{}), 0s, "", "", "", "", created, offering, sending},
        {"garbage", DatagramReceived{"?"}, 0s, "", "", "", "", created, offering, sending},
        {"nothing", DatagramReceived{""}, 0s, "", "", "", "", created, offering, sending},
        {"early deadline", DeadlineReached{}, 999ms, "", "", "", "", created, offering, sending},
        {"deadline",
         DeadlineReached{},
         1s,
         "",
         "OACK",
         "DATA 2 (488)",
         "",
         created,
         offering,
         sending}};
    for (const Row& row : rows) {
        SCOPED_TRACE(row.what);

        struct Cell {
            State state;
            std::string_view actions;
            State after;
        };

        for (const Cell& cell : {Cell{created, row.created, row.after_created},
                                 Cell{offering, row.offering, row.after_offering},
                                 Cell{sending, row.sending, row.after_sending},
                                 Cell{finished, row.finished, finished}}) {
            SCOPED_TRACE(static_cast<int>(cell.state));
            ServerSession session = session_in(cell.state);
            EXPECT_EQ(describe(session.step(row.event, start + row.after)), cell.actions);
            EXPECT_EQ(session.state(), cell.after);
            const bool waiting = cell.after == offering || cell.after == sending;
            EXPECT_EQ(session.next_deadline().has_value(), waiting);
        }
    }
}

TEST(TftpServerSessionDeathTest, StartsOnce) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    for (const State state : {State::offering, State::sending, State::finished}) {
        ServerSession session = session_in(state);
        EXPECT_DEATH((void)session.step(Started{}, start), "State::created");
    }
}

TEST(TftpServerSession, SendsTheFileInBlocksUntilAShortOne) {
    struct Row {
        std::size_t size;
        std::vector<std::string_view> blocks;
    };

    for (const Row& row : {Row{0, {"DATA 1 (0)"}},
                           Row{1, {"DATA 1 (1)"}},
                           Row{511, {"DATA 1 (511)"}},
                           Row{512, {"DATA 1 (512)", "DATA 2 (0)"}},
                           Row{1024, {"DATA 1 (512)", "DATA 2 (512)", "DATA 3 (0)"}}}) {  // J-34
        SCOPED_TRACE(row.size);
        const auto file = file_of(row.size);
        ServerSession session(reading(), file, Policy{});
        Actions actions = session.step(Started{}, start);
        std::string delivered;
        for (std::size_t i = 0; i < row.blocks.size(); ++i) {
            ASSERT_EQ(describe(actions), row.blocks[i]);
            const auto packet = decode(std::get<Send>(actions.front()).bytes);
            delivered += std::get<Data>(*packet).bytes;
            actions = session.step(received(Ack{static_cast<std::uint16_t>(i + 1)}), start);
        }
        ASSERT_EQ(actions, (Actions{Finished{Outcome::completed, row.size, ""}}));
        EXPECT_EQ(delivered, *file);
    }
}

TEST(TftpServerSession, OffersTheOptionsOfVectorJ33First) {
    const auto file = std::make_shared<const std::string>("hello\n");
    ServerSession session(reading({{"blksize", "1428"}, {"tsize", "0"}}), file, Policy{});
    const Actions offer = session.step(Started{}, start);
    ASSERT_EQ(offer.size(), 1U);
    EXPECT_EQ(std::get<Send>(offer.front()).bytes,
              encode(OptionAck{{{"blksize", "1428"}, {"tsize", "6"}}}));
    EXPECT_EQ(describe(session.step(received(Ack{0}), start)), "DATA 1 (6)");
    EXPECT_EQ(describe(session.step(received(Ack{1}), start)), "completed");
}

TEST(TftpServerSession, RefusesABlockSizeThatCannotBeMet) {
    ServerSession session(reading({{"blksize", "4"}}), file_of(10), Policy{});  // J-39
    EXPECT_EQ(describe(session.step(Started{}, start)), "ERROR 8, refused");
    EXPECT_EQ(session.state(), State::finished);
}

TEST(TftpServerSession, UsesTheAgreedBlockSize) {
    ServerSession session(reading({{"blksize", "70000"}}), file_of(2000), Policy{});  // J-39
    EXPECT_EQ(describe(session.step(Started{}, start)), "OACK");
    EXPECT_EQ(describe(session.step(received(Ack{0}), start)), "DATA 1 (1468)");
    EXPECT_EQ(describe(session.step(received(Ack{1}), start)), "DATA 2 (532)");
}

TEST(TftpServerSession, NeverAnswersADuplicateAck) {
    ServerSession session(reading(), file_of(512 * 6), Policy{});
    (void)session.step(Started{}, start);
    for (std::uint16_t block = 1; block < 5; ++block) {
        (void)session.step(received(Ack{block}), start);
    }
    EXPECT_EQ(describe(session.step(received(Ack{5}), start)), "DATA 6 (512)");
    const auto deadline = session.next_deadline();
    EXPECT_EQ(describe(session.step(received(Ack{5}), start + 500ms)), "");  // J-37
    EXPECT_EQ(session.next_deadline(), deadline);
    EXPECT_EQ(describe(session.step(received(Ack{6}), start)), "DATA 7 (0)");
}

TEST(TftpServerSession, BacksOffAndGivesUpAfterSixTries) {
    ServerSession session = session_in(State::sending);
    TimePoint now = start;
    for (const Duration wait : {1s, 2s, 4s, 8s, 8s}) {
        EXPECT_EQ(session.next_deadline(), now + wait);
        now += wait;
        EXPECT_EQ(describe(session.step(DeadlineReached{}, now)), "DATA 2 (488)");
    }
    EXPECT_EQ(session.next_deadline(), now + 8s);
    const Actions actions = session.step(DeadlineReached{}, now + 8s);
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_EQ(
        actions.front(),
        Action(Finished{Outcome::timed_out, 512, "no acknowledgement of block 2 after 6 tries"}));
}

TEST(TftpServerSession, StartsTheTimerAfreshWithEachBlock) {
    ServerSession session(reading(), file_of(2000), Policy{});
    (void)session.step(Started{}, start);
    (void)session.step(DeadlineReached{}, start + 1s);
    EXPECT_EQ(session.next_deadline(), start + 3s);
    (void)session.step(received(Ack{1}), start + 2s);
    EXPECT_EQ(session.next_deadline(), start + 3s);
    (void)session.step(DeadlineReached{}, start + 3s);
    EXPECT_EQ(session.next_deadline(), start + 5s);
}

TEST(TftpServerSession, KeepsTheIntervalThatTheClientAskedFor) {
    ServerSession session(reading({{"timeout", "3"}}), file_of(100), Policy{.tries = 4});
    (void)session.step(Started{}, start);
    TimePoint now = start;
    for (int retry = 0; retry < 3; ++retry) {
        now += 3s;
        EXPECT_EQ(session.next_deadline(), now);
        EXPECT_EQ(describe(session.step(DeadlineReached{}, now)), "OACK");
    }
    EXPECT_EQ(describe(session.step(DeadlineReached{}, now + 3s)), "timed out");
}

TEST(TftpServerSession, RollsOverFrom65535To0) {
    const auto file = file_of(8 * 65537 + 3);
    ServerSession session(reading({{"blksize", "8"}}), file, Policy{});
    (void)session.step(Started{}, start);
    Actions actions = session.step(received(Ack{0}), start);
    std::string delivered;
    std::uint64_t blocks = 0;
    while (std::holds_alternative<Send>(actions.front())) {
        const auto packet = decode(std::get<Send>(actions.front()).bytes);
        const auto& data = std::get<Data>(*packet);
        ASSERT_EQ(data.block, ++blocks % 65536);
        delivered += data.bytes;
        actions = session.step(received(Ack{data.block}), start);
    }
    EXPECT_EQ(blocks, 65538U);
    EXPECT_EQ(describe(actions), "completed");
    EXPECT_EQ(delivered, *file);
}

TEST(TftpServerSession, ConvertsForNetascii) {
    const auto file = std::make_shared<const std::string>("hello\n");
    ServerSession session(reading({{"tsize", "0"}}, Mode::netascii), file, Policy{});
    EXPECT_EQ(describe(session.step(Started{}, start)), "DATA 1 (7)");
    EXPECT_EQ(session.step(received(Ack{1}), start),
              (Actions{Finished{Outcome::completed, 7, ""}}));
}

TEST(TftpServerSession, TellsWhyTheClientEnded) {
    ServerSession session = session_in(State::sending);
    const Actions actions =
        session.step(received(ErrorPacket{ErrorCode::disk_full, "flash\nfull"}), start);
    EXPECT_EQ(actions,
              (Actions{Finished{Outcome::aborted, 512, "the client sent ERROR 3: flash?full"}}));
}

}  // namespace onhook::wire::tftp
