#include "wire/sip/client_transaction.h"

#include <gtest/gtest.h>

#include "support/properties.h"
#include "wire/sip/responses.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

Message pnp_notify() { return *parse(grandstream_notify()); }

Message response_of(int status) {
    return respond(pnp_notify(),
                   Route{.address = "192.168.1.10", .port = 5060},
                   "t",
                   Answer{.status = status});
}

struct TransactionBench {
    explicit TransactionBench(Transport transport) : machine(pnp_notify(), transport) {
        const client::Actions actions = machine.step(client::Started{}, now);
        EXPECT_EQ(actions, client::Actions{client::Send{grandstream_notify()}});
    }

    client::Actions gets(const Message& response) {
        return machine.step(client::ResponseArrived{response}, now);
    }

    // Lets time pass up to the next deadline; how long it took.
    std::chrono::milliseconds until_deadline(client::Actions& actions) {
        const TimePoint before = now;
        now = machine.next_deadline().value();
        actions = machine.step(client::DeadlineReached{}, now);
        return std::chrono::duration_cast<std::chrono::milliseconds>(now - before);
    }

    TimePoint now = start;
    ClientTransaction machine;
};

TEST(SipClientTransaction, SendsAgainOverUdpAndGivesUpAfter32Seconds) {
    TransactionBench bench(Transport::udp);
    client::Actions actions;
    for (const int pause : {500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000, 4000}) {
        EXPECT_EQ(bench.until_deadline(actions).count(), pause);
        EXPECT_EQ(actions, client::Actions{client::Send{grandstream_notify()}});
    }
    EXPECT_EQ(bench.until_deadline(actions).count(), 500);
    ASSERT_EQ(actions, client::Actions{client::Failed{"no answer within 32 s"}});
    EXPECT_EQ(bench.now - start, 32s);
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::terminated);
    EXPECT_EQ(bench.machine.next_deadline(), std::nullopt);
    EXPECT_TRUE(bench.gets(response_of(200)).empty());
}

TEST(SipClientTransaction, SendsOnceOverAConnection) {
    for (const Transport transport : {Transport::tcp, Transport::tls}) {
        TransactionBench bench(transport);
        client::Actions actions;
        EXPECT_EQ(bench.until_deadline(actions), 32s);
        EXPECT_EQ(actions, client::Actions{client::Failed{"no answer within 32 s"}});
    }
}

TEST(SipClientTransaction, AFinalResponseEndsIt) {
    TransactionBench bench(Transport::udp);
    EXPECT_EQ(bench.gets(response_of(401)), client::Actions{client::Completed{response_of(401)}});
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::completed);
    EXPECT_TRUE(bench.gets(response_of(401)).empty());  // a copy
    EXPECT_TRUE(bench.machine.step(client::TransportFailed{"gone"}, bench.now).empty());
    client::Actions actions;
    EXPECT_EQ(bench.until_deadline(actions), 5s);  // Timer K
    EXPECT_TRUE(actions.empty());
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::terminated);
}

TEST(SipClientTransaction, OverAConnectionNoCopiesAreAwaited) {
    TransactionBench bench(Transport::tls);
    EXPECT_EQ(bench.gets(response_of(200)), client::Actions{client::Completed{response_of(200)}});
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::terminated);
}

TEST(SipClientTransaction, AProvisionalResponseSlowsItDown) {
    TransactionBench bench(Transport::udp);
    EXPECT_TRUE(bench.gets(response_of(100)).empty());
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::proceeding);
    client::Actions actions;
    EXPECT_EQ(bench.until_deadline(actions), 500ms);
    EXPECT_EQ(actions.size(), 1U);
    EXPECT_EQ(bench.until_deadline(actions), 4s);
    EXPECT_EQ(actions, client::Actions{client::Send{grandstream_notify()}});
    EXPECT_EQ(bench.gets(response_of(200)).size(), 1U);
}

TEST(SipClientTransaction, TakesOnlyItsOwnResponses) {
    TransactionBench bench(Transport::udp);
    Message other_branch = response_of(200);
    other_branch.vias.front().params.set("branch", "z9hG4bKother");
    Message other_method = response_of(200);
    other_method.cseq.method = "SUBSCRIBE";
    Message two_vias = response_of(200);
    two_vias.vias.push_back(two_vias.vias.front());
    for (const Message& other : {other_branch, other_method, two_vias, pnp_notify()}) {
        EXPECT_FALSE(is_answer_to(pnp_notify(), other));
        EXPECT_TRUE(bench.gets(other).empty());
    }
    EXPECT_EQ(bench.machine.state(), ClientTransaction::State::trying);
}

TEST(SipClientTransaction, ABrokenConnectionFailsIt) {
    TransactionBench bench(Transport::tcp);
    EXPECT_EQ(bench.machine.step(client::TransportFailed{"refused"}, bench.now),
              client::Actions{client::Failed{"refused"}});
    EXPECT_TRUE(bench.machine.step(client::TransportFailed{"refused"}, bench.now).empty());
}

TEST(SipClientTransaction, AnEarlyDeadlineIsHarmless) {
    TransactionBench bench(Transport::udp);
    EXPECT_TRUE(bench.machine.step(client::DeadlineReached{}, bench.now).empty());
    EXPECT_EQ(bench.machine.next_deadline(), start + 500ms);
}

// One that is in this state.
TransactionBench bench_in(ClientTransaction::State state) {
    using enum ClientTransaction::State;
    TransactionBench bench(Transport::udp);
    if (state == proceeding) {
        bench.gets(response_of(100));
    } else if (state == completed || state == terminated) {
        bench.gets(response_of(200));
    }
    if (state == terminated) {
        bench.now += 5s;
        EXPECT_TRUE(bench.machine.step(client::DeadlineReached{}, bench.now).empty());
    }
    EXPECT_EQ(bench.machine.state(), state);
    return bench;
}

TEST(SipClientTransaction, EachStateKnowsEachEvent) {
    using enum ClientTransaction::State;
    const client::Event provisional = client::ResponseArrived{response_of(180)};
    const client::Event final_one = client::ResponseArrived{response_of(200)};
    const client::Event failed = client::TransportFailed{"gone"};
    const client::Event deadline = client::DeadlineReached{};

    struct Row {
        std::string_view what;
        ClientTransaction::State from;
        client::Event event;
        ClientTransaction::State to;
        std::size_t actions;
    };

    for (const Row& row : {Row{"trying, provisional", trying, provisional, proceeding, 0},
                           Row{"trying, final", trying, final_one, completed, 1},
                           Row{"trying, failed", trying, failed, terminated, 1},
                           Row{"trying, 32 s", trying, deadline, terminated, 1},
                           Row{"proceeding, provisional", proceeding, provisional, proceeding, 0},
                           Row{"proceeding, final", proceeding, final_one, completed, 1},
                           Row{"proceeding, failed", proceeding, failed, terminated, 1},
                           Row{"proceeding, 32 s", proceeding, deadline, terminated, 1},
                           Row{"completed, provisional", completed, provisional, completed, 0},
                           Row{"completed, final", completed, final_one, completed, 0},
                           Row{"completed, failed", completed, failed, completed, 0},
                           Row{"completed, 32 s", completed, deadline, terminated, 0},
                           Row{"terminated, provisional", terminated, provisional, terminated, 0},
                           Row{"terminated, final", terminated, final_one, terminated, 0},
                           Row{"terminated, failed", terminated, failed, terminated, 0},
                           Row{"terminated, 32 s", terminated, deadline, terminated, 0}}) {
        SCOPED_TRACE(row.what);
        TransactionBench bench = bench_in(row.from);
        EXPECT_EQ(bench.machine.step(row.event, bench.now + 32s).size(), row.actions);
        EXPECT_EQ(bench.machine.state(), row.to);
    }
    ClientTransaction unstarted(pnp_notify(), Transport::udp);
    for (const client::Event& event : {provisional, final_one, failed, deadline}) {
        EXPECT_TRUE(unstarted.step(event, start).empty());
        EXPECT_EQ(unstarted.state(), created);
    }
}

// Whatever comes in whatever order: one result, and an end.
RC_GTEST_PROP(SipClientTransaction, EndsWithExactlyOneResult, (bool udp)) {
    TransactionBench bench(udp ? Transport::udp : Transport::tcp);
    int results = 0;
    const auto count = [&](const client::Actions& actions) {
        for (const auto& action : actions) {
            results += std::holds_alternative<client::Send>(action) ? 0 : 1;
        }
    };
    for (int i = 0; i < 40 && bench.machine.next_deadline(); ++i) {
        switch (*rc::gen::inRange(0, 12)) {
            case 0:
                count(bench.gets(response_of(*rc::gen::inRange(100, 700))));
                break;
            case 1:
                count(bench.gets(response_of(100)));
                break;
            default:
                bench.now = *bench.machine.next_deadline();
                count(bench.machine.step(client::DeadlineReached{}, bench.now));
                break;
        }
        RC_ASSERT(results <= 1);
    }
    while (bench.machine.next_deadline()) {
        bench.now = *bench.machine.next_deadline();
        count(bench.machine.step(client::DeadlineReached{}, bench.now));
        RC_ASSERT(bench.now - start < 60s);
    }
    RC_ASSERT(bench.machine.state() == ClientTransaction::State::terminated);
    RC_ASSERT(results == 1);
}

}  // namespace
}  // namespace onhook::wire::sip
