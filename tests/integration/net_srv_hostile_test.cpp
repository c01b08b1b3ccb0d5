// Name servers and domains that mean harm: nothing crashes, stalls or gets through.
#include "base/prng.h"
#include "integration/srv_lookup_fixture.h"

namespace onhook::net {

class HostileNames : public SrvLookupTest {};

TEST_F(HostileNames, WhatIsNoHostNameIsLeftOut) {
    const SrvRecord good{"good.test", 80, 1, 1};
    const std::string null_in_label("a\0b", 3);
    for (const std::string& host : {std::string("a\nb.test"),
                                    null_in_label,
                                    std::string("a b"),
                                    std::string("a/b"),
                                    std::string("a@b"),
                                    std::string("a\\b"),
                                    std::string("\xC3\xBC.test"),
                                    std::string("\x1B[2J")}) {
        SCOPED_TRACE(to_hex(host));
        const SrvAnswer answer = answer_to([&](const UdpDatagram& asked) {
            return srv_reply(asked, {{host, 80, 0, 0}, good});
        });
        EXPECT_EQ(answer.records, std::vector<SrvRecord>{good});
    }
}

TEST_F(HostileNames, MalformedRecordsAreNoAnswer) {
    const std::string loop = two_octets(0) + two_octets(0) + two_octets(80);
    for (const std::string& data : {std::string(),
                                    std::string("\0\1", 2),
                                    loop,
                                    loop + "\xC0\xFF",
                                    loop + "\x3F" + "abc",
                                    loop + "\x80"}) {
        SCOPED_TRACE(to_hex(data));
        const SrvAnswer answer = answer_to(
            [&](const auto& asked) { return dns_reply(asked, {dns_record(srv_type, data)}); });
        EXPECT_EQ(answer.records, std::vector<SrvRecord>{});
        EXPECT_NE(answer.failure, "");
    }
    const SrvAnswer endless = answer_to([&](const UdpDatagram& asked) {
        const std::size_t here = asked.bytes.size() + 12 + loop.size();  // of the pointer itself
        return dns_reply(asked, {dns_record(srv_type, loop + two_octets(0xC000U + here))});
    });
    EXPECT_NE(endless.failure, "");
}

// What is no answer to this question is not heard: the true one after it counts.
TEST_F(HostileNames, StrayDatagramsAreNotHeard) {
    const SrvRecord wrong{"wrong.test", 80, 0, 0};
    const SrvRecord right{"right.test", 80, 0, 0};
    ask();
    const UdpDatagram asked = question();
    std::string of_another_id = srv_reply(asked, {wrong});
    of_another_id[0] = static_cast<char>(of_another_id[0] ^ 1);
    std::string of_another_name = srv_reply(asked, {wrong});
    of_another_name[20] = 'X';
    const UdpPeer stranger;
    stranger.send(srv_reply(asked, {wrong}), asked.from);
    for (const std::string& bytes : {of_another_id,
                                     of_another_name,
                                     std::string(),
                                     std::string("\0", 1),
                                     asked.bytes.substr(0, 11),
                                     std::string(4000, '\xC0')}) {
        server_.send(bytes, asked.from);
    }
    server_.send(srv_reply(asked, {right}), asked.from);
    EXPECT_EQ(answer().records, std::vector<SrvRecord>{right});
}

TEST_F(HostileNames, DamagedAnswersNeverStallIt) {
    Prng prng(20);
    for (int round = 0; round < 300; ++round) {
        SCOPED_TRACE(round);
        ask();
        const UdpDatagram asked = question();
        std::string bytes = srv_reply(asked, {{"one.test", 80, 1, 2}, {"two.test", 81, 3, 4}});
        for (int i = 0; i < 4; ++i) {  // behind the id
            bytes[2 + prng.up_to(bytes.size() - 3)] = static_cast<char>(prng.up_to(255));
        }
        bytes[2] = static_cast<char>(bytes[2] & ~2);  // TC would be heard over TCP
        bytes.resize(2 + prng.up_to(bytes.size() - 2));
        server_.send(bytes, asked.from);
        server_.send(dns_reply(asked, {}, no_such_name), asked.from);
        for (const SrvRecord& record : answer().records) {
            EXPECT_EQ(record.host.find_first_of(std::string_view("\n\0 /@\\", 6)),
                      std::string::npos);
        }
    }
}

TEST_F(HostileNames, WhatIsNoNameIsNotAskedFor) {
    for (const std::string& name : {std::string(),
                                    std::string("a b.test"),
                                    std::string("a\\032b.test"),
                                    std::string("a\nb"),
                                    std::string(70, 'a'),
                                    std::string("a..test"),
                                    "_tcp." + std::string(300, 'a')}) {
        SCOPED_TRACE(name);
        ask({.name = name});
        EXPECT_EQ(answer().failure, "no name server was asked: the domain is no name of DNS");
    }
    EXPECT_FALSE(server_.receive(0ms));
}

TEST_F(HostileNames, RecordsBeyondTheLimitAreLeftOut) {
    ask({.name = std::string(asked_name), .most_records = 3});
    const UdpDatagram asked = question();
    std::vector<SrvRecord> many;
    for (std::uint16_t i = 0; i < 8; ++i) {
        many.push_back({fmt::format("s{}.test", i), 80, i, 0});
    }
    server_.send(srv_reply(asked, many), asked.from);
    EXPECT_EQ(answer().records, std::vector<SrvRecord>(many.begin(), many.begin() + 3));
}

}  // namespace onhook::net
