#include "wire/sip/stream.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/properties.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

// All messages that come out, and the error that ends them.
struct Outcome {
    std::vector<Message> messages;
    std::optional<ParseError> error;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

void drain(MessageStream& stream, Outcome& outcome) {
    for (;;) {
        auto taken = stream.take();
        if (!taken) {
            outcome.error = taken.error();
            return;
        }
        if (!*taken) {
            return;
        }
        outcome.messages.push_back(**std::move(taken));
    }
}

Outcome read_in_pieces(std::string_view bytes, std::size_t piece) {
    MessageStream stream;
    Outcome outcome;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        stream.feed(bytes.substr(at, piece));
        drain(stream, outcome);
    }
    return outcome;
}

std::string three_messages() {
    return "\r\n\r\n" + grandstream_notify() + check_sync_notify() + "\r\n\r\n\r\n" +
           grandstream_accepted() + "\r\n";
}

TEST(SipStream, CutsMessagesApart) {
    const Outcome outcome = read_in_pieces(three_messages(), 100'000);
    EXPECT_EQ(outcome.error, std::nullopt);
    ASSERT_EQ(outcome.messages.size(), 3U);
    EXPECT_EQ(print(outcome.messages[0]), grandstream_notify());
    EXPECT_EQ(outcome.messages[1], *parse(check_sync_notify()));
    EXPECT_EQ(print(outcome.messages[2]), grandstream_accepted());
}

TEST(SipStream, HowItWasSplitDoesNotMatter) {
    const Outcome whole = read_in_pieces(three_messages(), 100'000);
    for (const std::size_t piece : {1, 2, 3, 7, 64, 473, 474}) {
        EXPECT_EQ(read_in_pieces(three_messages(), piece), whole) << piece;
    }
}

RC_GTEST_PROP(SipStream, GarbageIsTheSameInPieces, ()) {
    std::string bytes = three_messages();
    const auto hits = *rc::gen::inRange(0, 4);
    for (int i = 0; i < hits; ++i) {
        bytes[*rc::gen::inRange(std::size_t{0}, bytes.size())] = *rc::gen::arbitrary<char>();
    }
    const auto piece = *rc::gen::inRange(std::size_t{1}, std::size_t{50});
    RC_ASSERT(read_in_pieces(bytes, piece) == read_in_pieces(bytes, bytes.size()));
}

TEST(SipStream, KnowsWhetherAMessageHasBegun) {
    MessageStream stream;
    stream.feed("\r\n\r\n");
    EXPECT_FALSE(*stream.take());
    EXPECT_FALSE(stream.is_amid_message());
    stream.feed("N");
    EXPECT_FALSE(*stream.take());
    EXPECT_TRUE(stream.is_amid_message());
    stream.feed(check_sync_notify().substr(1));
    EXPECT_TRUE(*stream.take());
    EXPECT_FALSE(stream.is_amid_message());
}

TEST(SipStream, StaysLostAfterAnError) {
    MessageStream stream;
    stream.feed("GET / HTTP/1.1\r\n\r\n");
    const auto error = stream.take();
    ASSERT_FALSE(error);
    stream.feed(check_sync_notify());
    const auto again = stream.take();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error(), error.error());
    EXPECT_FALSE(stream.is_amid_message());
}

std::string with_length(std::string_view length) {
    const std::string text = check_sync_notify();
    const std::string_view old = "Content-Length: 0";
    const std::size_t at = text.find(old);
    return text.substr(0, at) + std::string(length) + text.substr(at + old.size());
}

TEST(SipStream, RefusesLengthsItCannotTrust) {
    for (const std::string_view length : {"X: 0",
                                          "Content-Length: 65536",
                                          "Content-Length: 18446744073709551615",
                                          "Content-Length: 18446744073709551616",
                                          "Content-Length: -1",
                                          "Content-Length: 0x1",
                                          "Content-Length: 1 1",
                                          "Content-Length:",
                                          "Content-Length: 0\r\nl: 0"}) {
        SCOPED_TRACE(length);
        EXPECT_TRUE(read_in_pieces(with_length(length), 100'000).error);
    }
}

TEST(SipStream, StopsAtTheLimitWhileItArrives) {
    MessageStream stream;
    stream.feed("NOTIFY sip:1@h SIP/2.0\r\nX: " + std::string(message_limit, 'x'));
    EXPECT_FALSE(stream.take());
    const std::string head = with_length("Content-Length: 60000");
    EXPECT_EQ(read_in_pieces(head + std::string(60'000, '\n'), 1000).messages.size(), 1U);
}

}  // namespace
}  // namespace onhook::wire::sip
