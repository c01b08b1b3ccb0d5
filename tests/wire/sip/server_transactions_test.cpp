#include "wire/sip/server_transactions.h"

#include <gtest/gtest.h>

#include "wire/sip/responses.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

Message request_of(std::string_view branch) {
    Message request = *parse(check_sync_notify());
    request.vias.front().params.set("branch", branch);
    return request;
}

Route udp(std::uint16_t port = 5060) { return {.address = "10.0.0.1", .port = port}; }

Message answer_to(const server::Deliver& delivered, int status) {
    return respond(delivered.request, delivered.from, "t", Answer{.status = status});
}

class ServerTransactionsTest : public testing::Test {
  protected:
    server::Actions arrives(const Message& request, const Route& from = udp()) {
        return table.step(server::RequestArrived{request, from}, now);
    }

    server::Deliver delivered(const Message& request, const Route& from = udp()) {
        server::Actions actions = arrives(request, from);
        EXPECT_EQ(actions.size(), 1U);
        return std::get<server::Deliver>(actions.at(0));
    }

    server::Actions answers(const server::Deliver& delivery, int status = 200) {
        return table.step(server::Answered{delivery.transaction, answer_to(delivery, status)}, now);
    }

    void passes(Duration time) {
        now += time;
        EXPECT_TRUE(table.step(server::DeadlineReached{}, now).empty());
    }

    ServerTransactions table{{.lifetime = 32s, .limit = 3}};
    TimePoint now = start;
};

TEST_F(ServerTransactionsTest, CopiesGetTheSameAnswerAndAreNotDeliveredAgain) {
    const Message request = request_of("z9hG4bKa");
    const server::Deliver first = delivered(request);
    EXPECT_EQ(first.request, request);
    EXPECT_TRUE(arrives(request).empty());  // not answered yet
    const server::Actions sent = answers(first);
    ASSERT_EQ(sent.size(), 1U);
    const server::Send answer = std::get<server::Send>(sent.at(0));
    EXPECT_EQ(answer.to, udp());
    EXPECT_EQ(answer.bytes, print(answer_to(first, 200)));
    const server::Actions again = arrives(request);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(std::get<server::Send>(again.at(0)).bytes, answer.bytes);
}

TEST_F(ServerTransactionsTest, AnswersGoToWhereTheLatestCopyCameFrom) {
    const Message request = request_of("z9hG4bKa");
    const server::Deliver first = delivered(request, udp(1111));
    EXPECT_TRUE(arrives(request, udp(2222)).empty());
    EXPECT_EQ(std::get<server::Send>(answers(first).at(0)).to, udp(2222));
}

TEST_F(ServerTransactionsTest, ProvisionalAnswersComeBeforeTheFinalOne) {
    const Message request = request_of("z9hG4bKa");
    const server::Deliver first = delivered(request);
    EXPECT_EQ(answers(first, 100).size(), 1U);
    const std::string again = std::get<server::Send>(arrives(request).at(0)).bytes;
    EXPECT_TRUE(again.starts_with("SIP/2.0 100 "));
    EXPECT_EQ(answers(first, 401).size(), 1U);
    EXPECT_TRUE(std::get<server::Send>(arrives(request).at(0)).bytes.starts_with("SIP/2.0 401 "));
}

TEST_F(ServerTransactionsTest, TheFirstFinalAnswerStays) {
    const Message request = request_of("z9hG4bKa");
    const server::Deliver first = delivered(request);
    EXPECT_EQ(answers(first, 200).size(), 1U);
    EXPECT_TRUE(answers(first, 500).empty());
    EXPECT_TRUE(std::get<server::Send>(arrives(request).at(0)).bytes.starts_with("SIP/2.0 200 "));
}

TEST_F(ServerTransactionsTest, TimerJForgetsAfter32Seconds) {
    const Message request = request_of("z9hG4bKa");
    const server::Deliver first = delivered(request);
    passes(10s);
    EXPECT_EQ(answers(first).size(), 1U);
    EXPECT_EQ(table.next_deadline(), now + 32s);
    passes(31s);
    EXPECT_EQ(std::get<server::Send>(arrives(request).at(0)).to, udp());
    passes(1s);
    EXPECT_EQ(table.size(), 0U);
    EXPECT_EQ(table.next_deadline(), std::nullopt);
    EXPECT_NE(delivered(request).transaction, first.transaction);
}

TEST_F(ServerTransactionsTest, OverTcpAnAnswerEndsTheTransaction) {
    const Route tcp{.transport = Transport::tcp, .address = "10.0.0.1", .port = 4, .connection = 7};
    const server::Deliver first = delivered(request_of("z9hG4bKa"), tcp);
    EXPECT_EQ(std::get<server::Send>(answers(first).at(0)).to, tcp);
    EXPECT_EQ(table.size(), 0U);
}

TEST_F(ServerTransactionsTest, AnAnswerThatComesTooLateIsDropped) {
    const server::Deliver first = delivered(request_of("z9hG4bKa"));
    passes(32s);
    EXPECT_TRUE(answers(first).empty());
}

TEST_F(ServerTransactionsTest, KeyIsBranchSentByAndMethod) {
    const Message request = request_of("z9hG4bKa");
    Message other_host = request;
    other_host.vias.front().host = "10.0.0.2";
    Message other_port = request;
    other_port.vias.front().port = 5061;
    Message other_method = request;
    other_method.start = Request{"OPTIONS", request.request()->uri};
    other_method.cseq.method = "OPTIONS";
    for (const Message& other : {other_host, other_port, other_method, request_of("z9hG4bKb")}) {
        EXPECT_NE(transaction_key(other), transaction_key(request));
    }
    Message copy = request;
    copy.cseq.number = 7;
    copy.from.params.set("tag", "x");
    EXPECT_EQ(transaction_key(copy), transaction_key(request));
}

// protocols.md A.4, J-07
TEST_F(ServerTransactionsTest, WithoutTheCookieTheKeyIsCallIdAndCSeq) {
    Message snom = request_of("1");
    Message copy = request_of("2");
    EXPECT_EQ(transaction_key(copy), transaction_key(snom));
    snom.vias.front() = *parse_via("SIP/2.0/UDP 10.0.0.7:2051;rport");
    EXPECT_EQ(transaction_key(copy), transaction_key(snom));
    copy.cseq.number = 103;
    EXPECT_NE(transaction_key(copy), transaction_key(snom));
    copy = snom;
    copy.call_id = "other";
    EXPECT_NE(transaction_key(copy), transaction_key(snom));
}

TEST_F(ServerTransactionsTest, TheOldestAnsweredOneMakesRoom) {
    const server::Deliver unanswered = delivered(request_of("z9hG4bK1"));
    EXPECT_EQ(answers(delivered(request_of("z9hG4bK2"))).size(), 1U);
    EXPECT_EQ(answers(delivered(request_of("z9hG4bK3"))).size(), 1U);
    static_cast<void>(delivered(request_of("z9hG4bK4")));
    EXPECT_EQ(table.size(), 3U);
    EXPECT_TRUE(arrives(request_of("z9hG4bK1")).empty());  // still known
    EXPECT_EQ(arrives(request_of("z9hG4bK3")).size(), 1U);
    EXPECT_EQ(answers(unanswered).size(), 1U);
}

TEST_F(ServerTransactionsTest, NewRequestsWaitWhileAllAreUnanswered) {
    for (const std::string_view branch : {"z9hG4bK1", "z9hG4bK2", "z9hG4bK3"}) {
        static_cast<void>(delivered(request_of(branch)));
    }
    EXPECT_TRUE(arrives(request_of("z9hG4bK4")).empty());
    passes(32s);
    static_cast<void>(delivered(request_of("z9hG4bK4")));
}

TEST_F(ServerTransactionsTest, AckHasNoTransaction) {
    Message ack = request_of("z9hG4bKa");
    ack.start = Request{"ACK", ack.request()->uri};
    ack.cseq.method = "ACK";
    EXPECT_TRUE(arrives(ack).empty());
    EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace onhook::wire::sip
