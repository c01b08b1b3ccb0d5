#include "wire/dhcp/message.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/hex.h"
#include "support/properties.h"

namespace onhook::wire::dhcp {

namespace {

using support::from_hex;

std::string hex_of(const Options& options) { return to_hex(encode_options(options)); }

Message sample_reply() {
    Message message;
    message.operation = Operation::reply;
    message.hardware = from_hex("000e08012345");
    message.transaction = 0x01020304;
    message.seconds = 4;
    message.client = {0x0A000002};
    message.next_server = {0x0A000001};
    message.server_name = "boot";
    message.file = "a.cfg";
    message.options = {{53, "\5"}, {66, "tftp://10.0.0.1"}};
    return message;
}

// A reply whose options, file and sname are these bytes.
std::string datagram_with(std::string_view options,
                          std::string file = {},
                          std::string server_name = {}) {
    Message message = sample_reply();
    message.options.clear();
    std::string bytes = encode(message).substr(0, 240);
    file.resize(128, '\0');
    server_name.resize(64, '\0');
    bytes.replace(44, 64, server_name);
    bytes.replace(108, 128, file);
    return bytes.append(options);
}

}  // namespace

TEST(DhcpMessage, J10_Option66IsText) {
    EXPECT_EQ(hex_of({{66, "tftp://10.0.0.1"}}), "420f746674703a2f2f31302e302e302e31");
}

TEST(DhcpMessage, J16_ALongOptionIsSplitAndConcatenated) {
    const Options options{{66, std::string(300, 'x')}};
    const std::string bytes = encode_options(options);
    ASSERT_EQ(bytes.size(), 304U);
    EXPECT_EQ(to_hex(bytes.substr(0, 2)), "42ff");
    EXPECT_EQ(to_hex(bytes.substr(257, 2)), "422d");
    const auto read = decode_options(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, options);
}

// RFC 2131 2: the fields of the header where the standard has them.
TEST(DhcpMessage, HasTheHeaderOfTheStandard) {
    const std::string bytes = encode(sample_reply());
    EXPECT_EQ(bytes.size(), 300U);
    EXPECT_EQ(to_hex(bytes.substr(0, 28)),
              "0201060001020304"
              "000400000a00000200000000"
              "0a00000100000000");
    EXPECT_EQ(to_hex(bytes.substr(28, 16)), "000e0801234500000000000000000000");
    EXPECT_EQ(bytes.substr(44, 5), std::string("boot\0", 5));
    EXPECT_EQ(bytes.substr(108, 6), std::string("a.cfg\0", 6));
    EXPECT_EQ(to_hex(bytes.substr(236, 10)),
              "638253633501054"
              "20f74");
    const auto read = decode(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, sample_reply());
}

// C.1, RFC 3396: options, then `file`, then `sname`; pieces of one code are one value.
TEST(DhcpMessage, ReadsOptionsThatMovedIntoTheHeader) {
    struct Row {
        std::string_view what;
        std::string options, file, server_name;
        Options read;
        std::string file_after, server_name_after;
    };

    const std::string in_file = from_hex("4202") + "ef\xff";
    const std::string in_name = from_hex("4202") + "gh\xff";
    for (const Row& row :
         {Row{"neither", from_hex("4202") + "cd\xff", "f", "n", {{66, "cd"}}, "f", "n"},
          Row{"file", from_hex("3401014202") + "cd\xff", in_file, "n", {{66, "cdef"}}, "", "n"},
          Row{"sname", from_hex("3401024202") + "cd\xff", "f", in_name, {{66, "cdgh"}}, "f", ""},
          Row{"both",
              from_hex("3401034202") + "cd\xff",
              in_file,
              in_name,
              {{66, "cdefgh"}},
              "",
              ""}}) {
        SCOPED_TRACE(row.what);
        const auto read = decode(datagram_with(row.options, row.file, row.server_name));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->options, row.read);
        EXPECT_EQ(read->file, row.file_after);
        EXPECT_EQ(read->server_name, row.server_name_after);
    }
}

TEST(DhcpMessage, RefusesWhatIsMalformedAtItsPlace) {
    struct Row {
        std::string_view what;
        std::string bytes;
        std::size_t offset;
        std::string_view expected;
    };

    std::string operation = encode(sample_reply());
    operation[0] = 3;
    std::string hardware = encode(sample_reply());
    hardware[2] = 17;
    std::string cookie = encode(sample_reply());
    cookie[239] = 'd';
    constexpr std::string_view cut = "an option as long as its length says";
    constexpr std::string_view no_end = "the end option (255)";
    constexpr std::string_view overload = "an option 52 of one byte from 1 to 3";
    for (const Row& row :
         {Row{"nothing", "", 0, "a header of 236 bytes"},
          Row{"cut header", std::string(235, '\1'), 235, "a header of 236 bytes"},
          Row{"no options", datagram_with("").substr(0, 236), 236, "the magic cookie 99.130.83.99"},
          Row{"operation", operation, 0, "a request (1) or a reply (2)"},
          Row{"hardware", hardware, 2, "a hardware address of at most 16 bytes"},
          Row{"cookie", cookie, 236, "the magic cookie 99.130.83.99"},
          Row{"no end", datagram_with(from_hex("350105")), 243, no_end},
          Row{"no end, padded", datagram_with(from_hex("0000")), 242, no_end},
          Row{"no length", datagram_with(from_hex("35010542")), 243, cut},
          Row{"cut option", datagram_with(from_hex("420f7466")), 240, cut},
          Row{"length beyond the end", datagram_with(from_hex("4203ffff")), 240, cut},
          Row{"overload 0", datagram_with(from_hex("340100ff")), 236, overload},
          Row{"overload 4", datagram_with(from_hex("340104ff")), 236, overload},
          Row{"overload twice", datagram_with(from_hex("340101340101ff")), 236, overload},
          Row{"file without an end", datagram_with(from_hex("340101ff")), 236, no_end},
          Row{"sname without an end", datagram_with(from_hex("340102ff")), 108, no_end},
          // Options in a field do not reach beyond it.
          Row{"sname into file",
              datagram_with(from_hex("340102ff"), "", from_hex("42ff")),
              44,
              cut}}) {
        SCOPED_TRACE(row.what);
        const auto read = decode(row.bytes);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().offset, row.offset);
        EXPECT_EQ(read.error().expected, row.expected);
    }
}

// An empty option is one (RFC 4039), and nothing behind the end counts.
TEST(DhcpMessage, ReadsEmptyOptionsAndStopsAtTheEnd) {
    const auto read = decode(datagram_with(from_hex("005000ff4201")));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->options, (Options{{80, ""}}));
    EXPECT_EQ(find_option(read->options, 80), "");
    EXPECT_EQ(find_option(read->options, 66), std::nullopt);
}

RC_GTEST_PROP(DhcpMessage, MeansTheSameAfterATrip, ()) {
    Message message = sample_reply();
    message.transaction = *rc::gen::arbitrary<std::uint32_t>();
    message.hardware = *rc::gen::resize(16, rc::gen::arbitrary<std::string>());
    message.options.clear();
    for (const auto code :
         *rc::gen::unique<std::vector<std::uint8_t>>(rc::gen::inRange<std::uint8_t>(1, 255))) {
        if (code != 52) {
            const auto size = *rc::gen::inRange<std::size_t>(0, 600);
            message.options.push_back({code, std::string(size, static_cast<char>(code))});
        }
    }
    const auto read = decode(encode(message));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == message);
}

// A datagram cut anywhere before its end is an error, never half of it.
RC_GTEST_PROP(DhcpMessage, ACutDatagramIsAnError, ()) {
    const std::string whole = datagram_with(from_hex("3501054202") + "cd\xff");
    const auto size = *rc::gen::inRange<std::size_t>(0, whole.size());
    RC_ASSERT(!decode(whole.substr(0, size)));
}

TEST(DhcpAddress, IsFourNumbers) {
    EXPECT_EQ(Ipv4::parse("10.0.0.255"), Ipv4{0x0A0000FF});
    EXPECT_EQ((Ipv4{0xC0A80102}).to_string(), "192.168.1.2");
    for (const char* text : {"", "10.0.0", "10.0.0.256", "10.0.0.1.", "10.0.0.-1", "a.b.c.d"}) {
        EXPECT_EQ(Ipv4::parse(text), std::nullopt) << text;
    }
}

}  // namespace onhook::wire::dhcp
