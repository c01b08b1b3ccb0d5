#include "wire/dhcp/inform.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/hex.h"
#include "support/properties.h"

namespace onhook::wire::dhcp {

namespace {

using support::from_hex;
using State = Inform::State;

const TimePoint begin{1000s};

Question question_v4() {
    return {.version = Version::v4,
            .hardware = from_hex("000e08012345"),
            .address = {0x0A000002},
            .vendor_class = "CP-8841-3PCC",
            .wanted = {66, 160},
            .reading = {.enterprise = 9}};
}

Question question_v6() {
    return {.version = Version::v6,
            .hardware = from_hex("000e08012345"),
            .vendor_class = "CP-8841-3PCC",
            .wanted6 = {17, 160},
            .reading = {.enterprise = 9}};
}

std::string sent(const InformActions& actions) {
    const auto* send = actions.size() == 1 ? std::get_if<Send>(&actions.front()) : nullptr;
    EXPECT_NE(send, nullptr);
    return send == nullptr ? "" : send->bytes;
}

// What the actions say, for tables.
std::string said(const InformActions& actions) {
    std::string all;
    for (const InformAction& action : actions) {
        if (std::holds_alternative<Send>(action)) {
            all += "send";
        } else if (const auto* refused = std::get_if<Refused>(&action)) {
            all += refused->why;
        } else {
            const auto& finished = std::get<Finished>(action);
            all += finished.answer ? fmt::format("{} options from ",
                                                 finished.answer->options.size() +
                                                     finished.answer->options6.size())
                                   : "";
            all += finished.detail;
        }
    }
    return all;
}

// A server's answer to what was sent, before somebody spoils it.
Message ack_to(const std::string& inform) {
    Message message = *decode(inform);
    message.operation = Operation::reply;
    message.options = {
        {option::message_type, "\5"}, {option::server, from_hex("0a000001")}, {66, "10.0.0.1"}};
    return message;
}

Message6 reply_to(const std::string& request) {
    const Message6 asked = *decode6(request);
    return {7,
            asked.transaction,
            {asked.options.front(), {option6::server_id, "s"}, {160, "http://h"}}};
}

DatagramReceived from_server(const Message& message, std::uint16_t port = 67) {
    return {encode(message), "10.0.0.1", port};
}

DatagramReceived from_server(const Message6& message, std::uint16_t port = 547) {
    return {encode6(message), "fe80::1", port};
}

// A question brought to a state.
Inform inform_in(State state, Version version = Version::v4) {
    const bool four = version == Version::v4;
    InformPolicy policy = four ? InformPolicy::v4() : InformPolicy::v6();
    policy.first_delay = state == State::delaying ? 1s : 0s;
    Inform inform(four ? question_v4() : question_v6(), policy, 7);
    std::string message;
    if (state != State::created) {
        const auto actions = inform.step(Started{}, begin);
        message = state == State::delaying ? "" : sent(actions);
    }
    if (state == State::finished) {
        (void)inform.step(from_server(ack_to(message)), begin);
    }
    EXPECT_EQ(inform.state(), state);
    return inform;
}

}  // namespace

// RFC 2131 4.4.3, 13.1, C.2.
TEST(DhcpInform, AsksWithWhatAPhoneSays) {
    Inform inform(question_v4(), InformPolicy::v4(), 7);
    const auto message = decode(sent(inform.step(Started{}, begin)));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->operation, Operation::request);
    EXPECT_EQ(message->hardware_type, 1);
    EXPECT_EQ(to_hex(message->hardware), "000e08012345");
    EXPECT_EQ(message->client, Ipv4{0x0A000002});
    EXPECT_EQ(message->yours, Ipv4{});
    EXPECT_EQ(message->flags, 0);
    EXPECT_EQ(message->options,
              (Options{{53, "\x08"},
                       {61, from_hex("01000e08012345")},
                       {57, from_hex("05dc")},
                       {60, "CP-8841-3PCC"},
                       {55, "\x42\xa0"}}));
}

// RFC 8415 18.2.6: with the client's DUID, what is wanted and how long it has asked.
TEST(DhcpInform, AsksInVersion6) {
    Inform inform = inform_in(State::delaying, Version::v6);
    const auto at = inform.next_deadline();
    ASSERT_TRUE(at);
    EXPECT_LE(*at, begin + 1s);
    const auto first = decode6(sent(inform.step(DeadlineReached{}, *at)));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->type, 11);
    EXPECT_EQ(first->options,
              (Options6{{1, from_hex("00030001000e08012345")},
                        {6, from_hex("001100a0")},
                        {8, from_hex("0000")},
                        {16, from_hex("00000009000c") + "CP-8841-3PCC"}}));
    const auto second = decode6(sent(inform.step(DeadlineReached{}, *at + 1500ms)));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->transaction, first->transaction);
    EXPECT_EQ(to_hex(second->options[2].bytes), "0096");
}

TEST(DhcpInform, DecidesEachStateAndEvent) {
    struct Row {
        std::string_view what;
        InformEvent event;
        Duration after;
        // What happens in each state that Started has brought, and the state afterwards.
        std::string_view delaying, waiting, finished;
        State after_delaying, after_waiting;
    };

    Inform probe = inform_in(State::created);
    const std::string message = sent(probe.step(Started{}, begin));
    Message foreign = ack_to(message);
    ++foreign.transaction;
    using enum Inform::State;
    const std::vector<Row> rows{
        {"ACK",
         from_server(ack_to(message)),
         0s,
         "",
         "1 options from 10.0.0.1",
         "",
         delaying,
         finished},
        {"ACK to another", from_server(foreign), 0s, "", "", "", delaying, waiting},
        {"garbage",
         DatagramReceived{"?", "10.0.0.9", 67},
         0s,
         "",
         "a datagram from 10.0.0.9:67 is no answer: byte 1: expected a header of 236 bytes",
         "",
         delaying,
         waiting},
        {"early deadline", DeadlineReached{}, -1ms, "", "", "", delaying, waiting},
        {"deadline", DeadlineReached{}, 5s, "send", "send", "", waiting, waiting}};
    for (const Row& row : rows) {
        SCOPED_TRACE(row.what);

        struct Cell {
            State state;
            std::string_view actions;
            State after;
        };

        for (const Cell& cell : {Cell{delaying, row.delaying, row.after_delaying},
                                 Cell{waiting, row.waiting, row.after_waiting},
                                 Cell{finished, row.finished, finished}}) {
            SCOPED_TRACE(static_cast<int>(cell.state));
            Inform inform = inform_in(cell.state);
            EXPECT_EQ(said(inform.step(row.event, begin + row.after)), cell.actions);
            EXPECT_EQ(inform.state(), cell.after);
            EXPECT_EQ(inform.next_deadline().has_value(), cell.after != finished);
        }
    }
    EXPECT_EQ(said(inform_in(created).step(DeadlineReached{}, begin)), "");
    EXPECT_EQ(said(inform_in(created).step(from_server(ack_to(message)), begin)), "");
}

// C.2: 4, 8, 16 s, each a second more or less; then nobody answers.
RC_GTEST_PROP(DhcpInform, AsksThreeTimes, ()) {
    Inform inform(question_v4(), InformPolicy::v4(), *rc::gen::arbitrary<std::uint64_t>());
    TimePoint now = begin;
    std::string first = sent(inform.step(Started{}, now));
    for (const Duration wait : {Duration(4s), Duration(8s), Duration(16s)}) {
        const TimePoint next = inform.next_deadline().value_or(now);
        RC_ASSERT(next - now >= wait - 1s);
        RC_ASSERT(next - now <= wait + 1s);
        now = next;
        const InformActions actions = inform.step(DeadlineReached{}, now);
        RC_ASSERT(actions.size() == 1U);
        if (wait == 16s) {
            const auto* finished = std::get_if<Finished>(&actions.front());
            RC_ASSERT(finished != nullptr);
            RC_ASSERT(!finished->answer);
            RC_ASSERT(finished->detail.starts_with("no server answered 3 messages in "));
        } else {
            const auto again = decode(sent(actions));
            RC_ASSERT(again->transaction == decode(first)->transaction);
            RC_ASSERT(again->seconds == std::chrono::floor<Seconds>(now - begin).count());
        }
    }
}

// RFC 8415 15: 1, 2, 4, 8, 16 s, a tenth more or less.
RC_GTEST_PROP(DhcpInform, AsksFiveTimesInVersion6, ()) {
    Inform inform(question_v6(), InformPolicy::v6(), *rc::gen::arbitrary<std::uint64_t>());
    (void)inform.step(Started{}, begin);
    TimePoint now = inform.next_deadline().value_or(begin);
    RC_ASSERT(now <= begin + 1s);
    (void)inform.step(DeadlineReached{}, now);
    for (const int seconds : {1, 2, 4, 8, 16}) {
        const Duration wait = Seconds(seconds);
        const TimePoint next = inform.next_deadline().value_or(now);
        RC_ASSERT(next - now >= wait * 9 / 10);
        RC_ASSERT(next - now <= wait * 11 / 10);
        now = next;
        (void)inform.step(DeadlineReached{}, now);
    }
    RC_ASSERT(inform.state() == State::finished);
}

TEST(DhcpInform, ALateAnswerToAnEarlierMessageCounts) {
    Inform inform(question_v4(), InformPolicy::v4(), 7);
    const std::string first = sent(inform.step(Started{}, begin));
    (void)inform.step(DeadlineReached{}, begin + 5s);
    EXPECT_EQ(said(inform.step(from_server(ack_to(first)), begin + 6s)), "1 options from 10.0.0.1");
}

// What is wrong with an answer is said, and nothing of it counts.
TEST(DhcpInform, RefusesWhatIsNoAnswer) {
    struct Row {
        std::string_view why;  // empty: it is for somebody else
        DatagramReceived datagram;
    };

    Inform probe(question_v4(), InformPolicy::v4(), 7);
    const std::string message = sent(probe.step(Started{}, begin));
    const auto spoiled = [&](const auto& spoil) {
        Message ack = ack_to(message);
        spoil(ack);
        return from_server(ack);
    };
    DatagramReceived cut = from_server(ack_to(message));
    cut.bytes.resize(250);
    for (const Row& row :
         {Row{"", spoiled([](Message& ack) { ++ack.transaction; })},
          Row{"", spoiled([](Message& ack) { ack.operation = Operation::request; })},
          Row{"servers send from port 67", from_server(ack_to(message), 6767)},
          Row{"it is for another hardware address",
              spoiled([](Message& ack) { ack.hardware.back() = 'x'; })},
          Row{"it is no DHCPACK", spoiled([](Message& ack) { ack.options[0].bytes = "\6"; })},
          Row{"it is no DHCPACK", spoiled([](Message& ack) { ack.options[0].bytes = "\5\5"; })},
          Row{"it is no DHCPACK",
              spoiled([](Message& ack) { ack.options.erase(ack.options.begin()); })},
          Row{"byte 249: expected an option as long as its length says", cut}}) {
        SCOPED_TRACE(row.why);
        Inform inform = inform_in(State::waiting);
        const std::string answer = said(inform.step(row.datagram, begin));
        EXPECT_EQ(inform.state(), State::waiting);
        EXPECT_EQ(answer,
                  row.why.empty() ? ""
                                  : fmt::format("a datagram from 10.0.0.1:{} is no answer: "
                                                "{}",
                                                row.datagram.port,
                                                row.why));
    }
}

TEST(DhcpInform, RefusesWhatIsNoAnswerInVersion6) {
    struct Row {
        std::string_view why;
        DatagramReceived datagram;
    };

    Inform probe = inform_in(State::created, Version::v6);
    const std::string message = sent(probe.step(Started{}, begin));
    const auto spoiled = [&](const auto& spoil) {
        Message6 reply = reply_to(message);
        spoil(reply);
        return from_server(reply);
    };
    for (const Row& row : {Row{"1 options", spoiled([](Message6&) {})},
                           Row{"1 options", spoiled([](Message6& reply) {
                                   reply.options.push_back({13, std::string(2, '\0')});
                               })},
                           Row{"", spoiled([](Message6& reply) { ++reply.transaction; })},
                           Row{"", spoiled([](Message6& reply) { reply.type = 11; })},
                           Row{"servers send from port 547", from_server(reply_to(message), 546)},
                           Row{"it is for another client",
                               spoiled([](Message6& reply) { reply.options[0].bytes += 'x'; })},
                           Row{"it is for another client", spoiled([](Message6& reply) {
                                   reply.options.push_back(reply.options[0]);
                               })},
                           Row{"it names no server, or several",
                               spoiled([](Message6& reply) { reply.options[1].code = 99; })},
                           Row{"its status is no success", spoiled([](Message6& reply) {
                                   reply.options.push_back({13, from_hex("0001")});
                               })},
                           Row{"byte 0: expected a header of 4 bytes", {"ab", "fe80::1", 547}}}) {
        SCOPED_TRACE(row.why);
        Inform inform = inform_in(State::waiting, Version::v6);
        const std::string answer = said(inform.step(row.datagram, begin));
        EXPECT_NE(answer.find(row.why), std::string::npos) << answer;
        EXPECT_EQ(answer.empty(), row.why.empty()) << answer;
        EXPECT_EQ(inform.state() == State::finished, row.why == "1 options");
    }
}

TEST(DhcpInform, AFloodIsNotComplainedAboutForEver) {
    Inform inform = inform_in(State::waiting);
    int complaints = 0;
    for (int i = 0; i < 1000; ++i) {
        complaints += inform.step(DatagramReceived{"?", "10.0.0.9", 67}, begin).empty() ? 0 : 1;
    }
    EXPECT_EQ(complaints, 8);
}

}  // namespace onhook::wire::dhcp
