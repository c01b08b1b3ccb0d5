#include "wire/dhcp/answer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/hex.h"

namespace onhook::wire::dhcp {

namespace {

using support::from_hex;
using Texts = std::vector<std::pair<std::uint8_t, std::string>>;

constexpr Reading cisco{9, HeaderFields::last_fallback};

// What a phone makes of a field of options.
Answer answer_to(std::string_view field, const Reading& reading = cisco) {
    Message message;
    const auto options = decode_options(field);
    EXPECT_TRUE(options);
    message.options = *options;
    return read_answer(message, reading);
}

Texts texts_of_hex(std::string_view hex) { return answer_to(from_hex(hex)).options; }

std::string option_of(std::uint8_t code, std::string bytes) {
    return encode_options({{code, std::move(bytes)}});
}

}  // namespace

TEST(DhcpAnswer, J10_Option66) {
    EXPECT_EQ(texts_of_hex("420f746674703a2f2f31302e302e302e31"), (Texts{{66, "tftp://10.0.0.1"}}));
}

TEST(DhcpAnswer, J11_Option150) {
    EXPECT_EQ(texts_of_hex("96080a0000010a000002"), (Texts{{150, "10.0.0.1;10.0.0.2"}}));
}

TEST(DhcpAnswer, J12_Option120) {
    EXPECT_EQ(texts_of_hex("78120003736970076578616d706c6503636f6d00"),
              (Texts{{120, "sip.example.com"}}));
    EXPECT_EQ(texts_of_hex("7805010a000005"), (Texts{{120, "10.0.0.5"}}));
}

TEST(DhcpAnswer, J13_Option125) {
    EXPECT_EQ(texts_of_hex("7d0b0000000906050474657874"), (Texts{{125, "text"}}));
    // Another maker's, or of a maker that has none.
    EXPECT_TRUE(texts_of_hex("7d0b0000000a06050474657874").empty());
    EXPECT_TRUE(answer_to(from_hex("7d0b0000000906050474657874"), Reading{}).options.empty());
}

TEST(DhcpAnswer, J14_Option43) {
    const Texts url{{43, "http://10.0.0.1/"}};
    EXPECT_EQ(texts_of_hex("2b120110687474703a2f2f31302e302e302e312f"), url);
    EXPECT_EQ(texts_of_hex("2b10687474703a2f2f31302e302e302e312f"), url);
}

TEST(DhcpAnswer, J15_Option59OfDhcp6) {
    const auto options =
        decode_options6(from_hex("003b0013687474703a2f2f5b666430303a3a315d2f702f"));
    ASSERT_TRUE(options);
    EXPECT_EQ(read_answer(Message6{7, 1, *options}, cisco).options6,
              (std::vector<std::pair<std::uint16_t, std::string>>{{59, "http://[fd00::1]/p/"}}));
}

TEST(DhcpAnswer, J16_ALongOption66) {
    const std::string url = "http://" + std::string(293, 'h');
    EXPECT_EQ(answer_to(encode_options({{66, url}})).options, (Texts{{66, url}}));
}

// C.1, 13.2: each option as phones read it; what is nothing is left out in words.
TEST(DhcpAnswer, ReadsEachOptionAsPhonesDo) {
    struct Row {
        std::uint8_t code;
        std::string bytes;
        Texts texts;
        std::string left_out;
    };

    const auto nul = [](std::string text) { return text.append(2, '\0'); };
    for (const Row& row : {
             Row{66, nul("10.0.0.1"), {{66, "10.0.0.1"}}, ""},
             Row{66, " 10.0.0.1 \t\n", {{66, " 10.0.0.1"}}, ""},
             Row{66, nul(""), {}, "option 66: 2 bytes that are no text"},
             Row{66, "", {}, "option 66: 0 bytes that are no text"},
             Row{66, "http://a\nb", {}, "option 66: 10 bytes that are no text"},
             Row{66, "caf\xe9", {}, "option 66: 4 bytes that are no text"},
             Row{66, "caf\xc3\xa9", {{66, "caf\xc3\xa9"}}, ""},
             Row{66,
                 std::string(2049, 'x'),
                 {},
                 "option 66: 2049 bytes are too many, at most 2048"},
             Row{67, "a.cfg", {{67, "a.cfg"}}, ""},
             Row{60, "dslforum.org", {{60, "dslforum.org"}}, ""},
             Row{114, "https://p", {{114, "https://p"}}, ""},
             Row{150, "10.0.0.1; 10.0.0.2", {{150, "10.0.0.1; 10.0.0.2"}}, ""},
             Row{150, "\x0a\x01\x01\x01", {{150, "10.1.1.1"}}, ""},
             Row{150, "\x0a\x01\x01", {}, "option 150: 3 bytes that are no text"},
             Row{159, "http://h", {{159, "http://h"}}, ""},
             // RFC 7618, what 159 officially is
             Row{159, nul("\x04\x10"), {}, "option 159: 4 bytes that are no text"},
             Row{160, "http://h", {{160, "http://h"}}, ""},
             Row{128, "http://h", {{128, "http://h"}}, ""},
             Row{42, "\x0a\x01\x01\x01\x0a\x01\x01\x02", {{42, "10.1.1.1;10.1.1.2"}}, ""},
             Row{42, "10.1.1.10", {}, "option 42: 9 bytes that are no text"},
             Row{43, "\x02\x01x", {}, "option 43: 3 bytes that are no text"},
             Row{43, "\x02\x01x\x01\x01y\xff", {{43, "y"}}, ""},
             Row{43, "\x01\x09x", {}, "option 43: 3 bytes that are no text"},
             Row{120, "\x02x", {}, "option 120, byte 0: expected 0 or 1"},
             Row{120, "", {}, "option 120, byte 0: expected 0 or 1"},
             Row{120,
                 from_hex("000161"),
                 {},
                 "option 120, byte 3: expected a 0 at the end of the name"},
             Row{120,
                 from_hex("00c00c"),
                 {},
                 "option 120, byte 1: expected a label of at most 63 letters, digits or hyphens"},
             Row{120,
                 from_hex("0000"),
                 {},
                 "option 120, byte 1: expected a host name, 16 of them at most"},
             Row{120, from_hex("00016100016200"), {{120, "a;b"}}, ""},
             Row{125,
                 from_hex("000000"),
                 {},
                 "option 125, byte 0: expected an enterprise number and its data"},
             Row{125,
                 from_hex("0000000906050574657874"),
                 {},
                 "option 125, byte 5: expected an option as long as its length says"},
             // Another maker's data may be anything.
             Row{125, from_hex("00000001020178") + from_hex("0000000903050174"), {{125, "t"}}, ""},
             // One enterprise, two values.
             Row{125,
                 from_hex("0000000103010178") + from_hex("0000000906050174060175"),
                 {{125, "t"}, {125, "u"}},
                 ""},
             Row{1, "\xff\xff\xff\xff", {}, ""},
             Row{12, "name", {}, ""},
         }) {
        SCOPED_TRACE(std::to_string(row.code) + " " + to_hex(row.bytes));
        const Answer answer = answer_to(option_of(row.code, row.bytes));
        EXPECT_EQ(answer.options, row.texts);
        EXPECT_EQ(answer.left_out,
                  row.left_out.empty() ? std::vector<std::string>{}
                                       : std::vector<std::string>{row.left_out});
    }
}

TEST(DhcpAnswer, TakesADomainThatIsOne) {
    EXPECT_EQ(answer_to(option_of(15, "example.com.\0")).domain, "example.com");
    for (const char* text : {"example com", ".", "x/y"}) {
        const Answer answer = answer_to(option_of(15, text));
        EXPECT_EQ(answer.domain, "") << text;
        EXPECT_EQ(answer.left_out, std::vector<std::string>{"option 15: no domain name"}) << text;
    }
}

// C.1: the fixed fields are the last fallback.
TEST(DhcpAnswer, FallsBackToTheHeader) {
    struct Row {
        std::string_view what;
        Options options;
        std::string server_name, file;
        std::uint32_t next_server;
        Texts texts;
    };

    for (const Row& row :
         {Row{"nothing", {}, "", "", 0, {}},
          Row{"siaddr", {}, "", "", 0x0A000001, {{66, "10.0.0.1"}}},
          Row{"sname before siaddr", {}, "boot", "", 0x0A000001, {{66, "boot"}}},
          Row{"sname that is no host", {}, "my server", "", 0x0A000001, {{66, "10.0.0.1"}}},
          Row{"file", {}, "boot", "a.cfg", 0, {{66, "boot"}, {67, "a.cfg"}}},
          Row{"67 before file", {{67, "b"}}, "boot", "a", 0, {{67, "b"}, {66, "boot"}}},
          Row{"66", {{66, "h"}}, "boot", "a", 1, {{66, "h"}}},
          Row{"43", {{43, "h"}}, "boot", "a", 1, {{43, "h"}}},
          Row{"60", {{60, "h"}}, "boot", "a", 1, {{60, "h"}}},
          Row{"160", {{160, "h"}}, "boot", "a", 1, {{160, "h"}}}}) {
        SCOPED_TRACE(row.what);
        Message message;
        message.options = row.options;
        message.server_name = row.server_name;
        message.file = row.file;
        message.next_server = {row.next_server};
        EXPECT_EQ(read_answer(message, cisco).options, row.texts);
        EXPECT_EQ(read_answer(message, Reading{}).options.size(), row.options.size());
    }
}

// C.3, 13.1: 17 by enterprise, site options as text, 24 names the domain.
TEST(DhcpAnswer, ReadsDhcp6) {
    const auto options =
        decode_options6(from_hex("00180010"
                                 "076578616d706c65036f726700"
                                 "016100"
                                 "0011000d"
                                 "00000009"
                                 "00010005"
                                 "682f312e2f"
                                 "0011000d"
                                 "0000000a"
                                 "00010005"
                                 "682f312e2f"
                                 "00110003"
                                 "000000"
                                 "009f0004"
                                 "6874742f"
                                 "00a00002"
                                 "0001"
                                 "00170001"
                                 "00"));
    ASSERT_TRUE(options);
    const Answer answer = read_answer(Message6{7, 1, *options}, cisco);
    EXPECT_EQ(answer.domain, "example.org");
    EXPECT_EQ(answer.options6,
              (std::vector<std::pair<std::uint16_t, std::string>>{{17, "h/1./"}, {159, "htt/"}}));
    EXPECT_EQ(
        answer.left_out,
        (std::vector<std::string>{"option 17, byte 0: expected an enterprise number of 4 bytes",
                                  "option 160: 2 bytes that are no text"}));
    EXPECT_TRUE(read_answer(Message6{7, 1, {{24, std::string(1, '\0')}}}, cisco).domain.empty());
}

}  // namespace onhook::wire::dhcp
