#include "wire/tftp/packet.h"

#include "support/hex.h"
#include "support/properties.h"

namespace onhook::wire::tftp {

using support::from_hex;

TEST(TftpPacket, HasTheBytesOfTheVectors) {
    struct Row {
        std::string_view vector;
        Packet packet;
        std::string_view hex;
    };

    const std::vector<Row> rows{
        {"J-32",
         Request{Operation::read, "0021f222aef1.cfg", Mode::octet, {}},
         "00013030323166323232616566312e636667006f6374657400"},
        {"J-33 request",
         Request{Operation::read, "a.cfg", Mode::octet, {{"blksize", "1428"}, {"tsize", "0"}}},
         "0001612e636667006f6374657400626c6b73697a6500313432380074"
         "73697a65003000"},
        {"J-33 answer",
         OptionAck{{{"blksize", "1428"}, {"tsize", "6"}}},
         "0006626c6b73697a650031343238007473697a65003600"},
        {"J-35",
         ErrorPacket{ErrorCode::file_not_found, "File not found"},
         "0005000146696c65206e6f7420666f756e6400"},
        {"write", Request{Operation::write, "a", Mode::netascii, {}}, "000261006e6574617363696900"},
        {"data", Data{0x1234, "hi"}, "000312346869"},
        {"empty data", Data{65535, ""}, "0003ffff"},
        {"ack", Ack{258}, "00040102"}};
    for (const Row& row : rows) {
        SCOPED_TRACE(row.vector);
        EXPECT_EQ(to_hex(encode(row.packet)), row.hex);
        const auto packet = decode(from_hex(row.hex));
        ASSERT_TRUE(packet);
        EXPECT_EQ(*packet, row.packet);
    }
}

TEST(TftpPacket, TakesTheModeInAnyCase) {
    using namespace std::string_view_literals;

    struct Row {
        std::string_view datagram;
        Mode mode;
    };

    for (const Row& row : {Row{"\0\1a\0OCTET\0"sv, Mode::octet},
                           Row{"\0\1a\0NetAscii\0"sv, Mode::netascii},
                           Row{"\0\2a\0mail\0"sv, Mode::mail}}) {
        const auto packet = decode(row.datagram);
        ASSERT_TRUE(packet);
        EXPECT_EQ(std::get<Request>(*packet).mode, row.mode);
    }
}

TEST(TftpPacket, RejectsBadDatagramsAtTheRightOffset) {
    using namespace std::string_view_literals;

    struct Row {
        std::string_view datagram;
        std::size_t offset;
    };

    for (const Row& row : {Row{""sv, 0},
                           Row{"\0"sv, 0},
                           Row{"\0\0"sv, 0},
                           Row{"\0\7"sv, 0},
                           Row{"\1\1a\0octet\0"sv, 0},
                           Row{"\0\1"sv, 2},
                           Row{"\0\1a"sv, 3},
                           Row{"\0\1\0octet\0"sv, 2},
                           Row{"\0\1a\0"sv, 4},
                           Row{"\0\1a\0octet"sv, 9},
                           Row{"\0\1a\0binary\0"sv, 4},
                           Row{"\0\1a\0octet\0x"sv, 11},
                           Row{"\0\1a\0octet\0tsize\0"sv, 16},
                           Row{"\0\1a\0octet\0tsize\0"
                               "0"sv,
                               17},
                           Row{"\0\1a\0octet\0\0"
                               "0\0"sv,
                               10},
                           Row{"\0\1a\0octet\0t\0"
                               "0\0T\0"
                               "1\0"sv,
                               14},
                           Row{"\0\3\0"sv, 2},
                           Row{"\0\4\0"sv, 2},
                           Row{"\0\4\0\1x"sv, 4},
                           Row{"\0\5\0"sv, 2},
                           Row{"\0\5\0\1oops"sv, 8},
                           Row{"\0\5\0\1oops\0x"sv, 9},
                           Row{"\0\6tsize"sv, 7}}) {
        SCOPED_TRACE(to_hex(row.datagram));
        const auto packet = decode(row.datagram);
        ASSERT_FALSE(packet);
        EXPECT_EQ(packet.error().offset, row.offset);
    }
}

TEST(TftpPacket, LimitsTheSizeOfRequestsAndBlocks) {
    const auto request_of = [](std::size_t size) {
        return encode(Request{Operation::read, std::string(size - 9, 'a'), Mode::octet, {}});
    };
    EXPECT_EQ(request_of(512).size(), 512U);
    EXPECT_TRUE(decode(request_of(512)));
    ASSERT_FALSE(decode(request_of(513)));
    EXPECT_EQ(decode(request_of(513)).error().offset, 512U);
    EXPECT_TRUE(decode(encode(Data{1, std::string(65464, 'x')})));
    EXPECT_FALSE(decode(encode(Data{1, std::string(65465, 'x')})));
}

TEST(TftpPacket, LeavesOutANulThatCannotBeSaid) {
    const ErrorPacket error{ErrorCode::undefined, std::string("a\0b", 3)};
    EXPECT_EQ(to_hex(encode(error)), "00050000616200");
}

namespace {

rc::Gen<std::string> texts() {
    return rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::distinctFrom(rc::gen::arbitrary<char>(), '\0')));
}

rc::Gen<std::vector<Option>> options() {
    return rc::gen::uniqueBy<std::vector<Option>>(
        rc::gen::construct<Option>(texts(), texts()),
        [](const Option& option) { return lower(option.name); });
}

}  // namespace

RC_GTEST_PROP(TftpPacket, ReadsWhatItPrints, ()) {
    const Packet packet = *rc::gen::oneOf(
        rc::gen::cast<Packet>(
            rc::gen::construct<Request>(rc::gen::element(Operation::read, Operation::write),
                                        texts(),
                                        rc::gen::element(Mode::octet, Mode::netascii, Mode::mail),
                                        options())),
        rc::gen::cast<Packet>(rc::gen::construct<Data>(rc::gen::arbitrary<std::uint16_t>(),
                                                       rc::gen::arbitrary<std::string>())),
        rc::gen::cast<Packet>(rc::gen::construct<Ack>(rc::gen::arbitrary<std::uint16_t>())),
        rc::gen::cast<Packet>(rc::gen::construct<ErrorPacket>(
            rc::gen::cast<ErrorCode>(rc::gen::arbitrary<std::uint16_t>()), texts())),
        rc::gen::cast<Packet>(rc::gen::construct<OptionAck>(options())));
    const std::string datagram = encode(packet);
    RC_PRE(!std::holds_alternative<Request>(packet) || datagram.size() <= request_limit);
    const auto again = decode(datagram);
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == packet);
}

RC_GTEST_PROP(TftpPacket, RefusesEveryStartOfARequest, ()) {
    const std::string whole =
        encode(Request{Operation::read, "a.cfg", Mode::octet, {{"tsize", "0"}}});
    const auto length = *rc::gen::inRange<std::size_t>(0, whole.size());
    // Without its option the request is whole, too.
    RC_PRE(length != encode(Request{Operation::read, "a.cfg", Mode::octet, {}}).size());
    RC_ASSERT(!decode(std::string_view(whole).substr(0, length)).has_value());
}

}  // namespace onhook::wire::tftp
