#include "integration/srv_lookup_fixture.h"

namespace onhook::net {

TEST(NameServer, IsReadAndPrinted) {
    struct Row {
        std::string text;
        std::string printed;
    };

    for (const Row& row : {Row{"192.0.2.53", "192.0.2.53:53"},
                           Row{"127.0.0.1:5300", "127.0.0.1:5300"},
                           Row{"::1", "[::1]:53"},
                           Row{"[2001:db8::1]:5300", "[2001:db8::1]:5300"}}) {
        SCOPED_TRACE(row.text);
        const auto server = NameServer::parse(row.text);
        ASSERT_TRUE(server);
        EXPECT_EQ(server->to_string(), row.printed);
    }
    for (const char* text : {"",
                             ":53",
                             "localhost",
                             "localhost:53",
                             "127.0.0.1:",
                             "127.0.0.1:0",
                             "127.0.0.1:65536",
                             "[127.0.0.1]:53",
                             "[::1]",
                             "[]:53",
                             "fe80::1%lo",
                             "127.0.0.1,127.0.0.2"}) {
        EXPECT_FALSE(NameServer::parse(text)) << text;
    }
}

TEST_F(SrvLookupTest, AsksForTheNameAndGivesTheRecordsAsTheyCame) {
    const std::vector<SrvRecord> records = {{"two.example.test", 8080, 10, 20},
                                            {"one_1.example.test", 65535, 0, 65535},
                                            {"three-3", 0, 65535, 0},
                                            {"", 0, 0, 0}};
    const SrvAnswer answer = answer_to([&](const UdpDatagram& asked) {
        EXPECT_EQ(asked.bytes.substr(12),
                  dns_name(asked_name) + two_octets(srv_type) + two_octets(1));
        return srv_reply(asked, records);
    });
    EXPECT_EQ(answer.failure, "");
    EXPECT_EQ(answer.records, records);
}

TEST_F(SrvLookupTest, NothingFoundIsAnAnswer) {
    const std::string address(4, '\x7F');
    for (const auto& answer :
         {answer_to([](const auto& asked) { return dns_reply(asked, {}, no_such_name); }),
          answer_to([](const auto& asked) { return dns_reply(asked, {}); }),
          answer_to([&](const auto& asked) { return dns_reply(asked, {dns_record(1, address)}); }),
          answer_to([](const auto& asked) { return srv_reply(asked, {}); })}) {
        EXPECT_EQ(answer.records, std::vector<SrvRecord>{});
        EXPECT_EQ(answer.failure, "");
    }
}

TEST_F(SrvLookupTest, ASilentServerIsAskedTwiceAndGivenUp) {
    const TimePoint start = Loop::now();
    ask({.name = std::string(asked_name), .patience = 1s, .remedy = "ask another"});
    const SrvAnswer silence = answer();
    EXPECT_GE(Loop::now() - start, 600ms);
    EXPECT_LT(Loop::now() - start, 5s);
    EXPECT_EQ(silence.records, std::vector<SrvRecord>{});
    EXPECT_EQ(
        silence.failure,
        fmt::format("the name server 127.0.0.1:{} gave no answer for {}: nothing came in time; "
                    "ask another",
                    server_.port(),
                    asked_name));
    EXPECT_TRUE(server_.receive(0ms));
    EXPECT_TRUE(server_.receive(0ms));
    EXPECT_FALSE(server_.receive(0ms));
}

TEST_F(SrvLookupTest, AServerThatIsNotThereOrRefusesIsNamed) {
    std::uint16_t closed_port = 0;
    {
        const UdpPeer closed;
        closed_port = closed.port();
    }
    ask({.name = std::string(asked_name), .server = NameServer{"127.0.0.1", closed_port}});
    EXPECT_NE(answer().failure.find(fmt::format("127.0.0.1:{} gave no answer", closed_port)),
              std::string::npos);
    for (const std::size_t flags : {0x8182U, 0x8185U}) {  // SERVFAIL, REFUSED
        ask();
        for (int tries = 0; tries < 2; ++tries) {
            const UdpDatagram asked = question();
            server_.send(dns_reply(asked, {}, flags), asked.from);
        }
        EXPECT_NE(answer().failure, "");
    }
}

TEST_F(SrvLookupTest, IsNotHeardOfAfterItsEnd) {
    const auto never = [this](const Duration patience) {
        return thread_.held(thread_.on_loop([&] {
            return std::make_unique<SrvLookup>(
                thread_.loop(),
                SrvQuestion{.name = std::string(asked_name),
                            .server = NameServer{"127.0.0.1", server_.port()},
                            .patience = patience},
                [](const SrvAnswer&) { ADD_FAILURE() << "it was heard of"; });
        }));
    };
    auto cancelled = never(50ms);
    const UdpDatagram asked = question();
    cancelled.reset();
    server_.send(srv_reply(asked, {{"late.test", 80, 0, 0}}), asked.from);
    thread_.on_loop([this] {  // before it has asked
        const SrvLookup brief(thread_.loop(), {.name = "brief.test"}, [](const SrvAnswer&) {
            ADD_FAILURE() << "it was heard of";
        });
    });
    ask({.name = std::string(asked_name), .patience = 100ms});  // goes on longer than they would
    EXPECT_NE(answer().failure, "");
}

TEST_F(SrvLookupTest, MayEndInItsOwnAnswer) {
    std::unique_ptr<SrvLookup> own;
    std::promise<void> ended;
    thread_.on_loop([&] {
        own = std::make_unique<SrvLookup>(
            thread_.loop(),
            SrvQuestion{.name = std::string(asked_name),
                        .server = NameServer{"127.0.0.1", server_.port()}},
            [&](const SrvAnswer&) {
                own.reset();
                ended.set_value();
            });
    });
    const UdpDatagram asked = question();
    server_.send(srv_reply(asked, {{"one.test", 80, 0, 0}}), asked.from);
    EXPECT_EQ(ended.get_future().wait_for(10s), std::future_status::ready);
}

}  // namespace onhook::net
