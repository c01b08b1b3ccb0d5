#include "wire/syslog/parse.h"

#include "support/properties.h"
#include "wire/syslog/format.h"

namespace onhook::wire::syslog {

TEST(SyslogParse, ReadsRfc3164WithTheDeviationsOfPhones) {
    struct Row {
        std::string_view what;
        std::string_view datagram;
        int priority;
        std::string_view timestamp, host, app, process, text;
    };

    for (const Row& row : std::vector<Row>{
             {"J-40, RFC 3164 5.4 example 1",
              "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
              34,
              "Oct 11 22:14:15",
              "mymachine",
              "su",
              "",
              "'su root' failed"},
             {"RFC 3164 5.4 example 2: no tag",
              "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!",
              13,
              "Feb  5 17:32:18",
              "10.0.0.99",
              "",
              "",
              "Use the BFG!"},
             {"with a process",
              "<30>Jan  1 00:00:01 host dhcp[42]: bound",
              30,
              "Jan  1 00:00:01",
              "host",
              "dhcp",
              "42",
              "bound"},
             {"no host",
              "<30>Jan  1 00:00:01 dhcp[42]: bound",
              30,
              "Jan  1 00:00:01",
              "",
              "dhcp",
              "42",
              "bound"},
             {"a phone's own identifier",
              "<134>Oct 11 22:14:15 CP-78xx-3PCC 00:0e:08:ab:cd:ef -- Successful resync",
              134,
              "Oct 11 22:14:15",
              "",
              "",
              "",
              "CP-78xx-3PCC 00:0e:08:ab:cd:ef -- Successful resync"},
             {"the MAC as host",
              "<134>Oct 11 22:14:15 00:0e:08:ab:cd:ef -- Requesting",
              134,
              "Oct 11 22:14:15",
              "00:0e:08:ab:cd:ef",
              "",
              "",
              "-- Requesting"},
             {"IPv6 host",
              "<134>Oct 11 22:14:15 2001:db8::1 up",
              134,
              "Oct 11 22:14:15",
              "2001:db8::1",
              "",
              "",
              "up"},
             {"zero-padded day",
              "<13>Oct 01 22:14:15 h t: x",
              13,
              "Oct 01 22:14:15",
              "h",
              "t",
              "",
              "x"},
             {"unpadded day", "<13>Oct 1 22:14:15 h t: x", 13, "Oct 1 22:14:15", "h", "t", "", "x"},
             {"year",
              "<13>Oct  1 2026 22:14:15 h t: x",
              13,
              "Oct  1 2026 22:14:15",
              "h",
              "t",
              "",
              "x"},
             {"fraction",
              "<13>Oct  1 22:14:15.123 h t: x",
              13,
              "Oct  1 22:14:15.123",
              "h",
              "t",
              "",
              "x"},
             {"RFC 3339 time",
              "<13>2026-03-01T10:00:00Z h t: x",
              13,
              "2026-03-01T10:00:00Z",
              "h",
              "t",
              "",
              "x"},
             {"only a time", "<13>Oct  1 22:14:15", 13, "Oct  1 22:14:15", "", "", "", ""},
             {"bare text", "<14>error: no file", 14, "", "", "", "", "error: no file"},
             {"bare text with a process",
              "<14>sua[77]: registered",
              14,
              "",
              "",
              "sua",
              "77",
              "registered"},
             {"no PRI", "just text", 13, "", "", "", "", "just text"},
             {"no PRI but a time",
              "Oct 11 22:14:15 h t: x",
              13,
              "Oct 11 22:14:15",
              "h",
              "t",
              "",
              "x"},
             {"PRI too large", "<192>x", 13, "", "", "", "", "<192>x"},
             {"PRI too long", "<0013>x", 13, "", "", "", "", "<0013>x"},
             {"PRI empty", "<>x", 13, "", "", "", "", "<>x"},
             {"PRI open", "<13", 13, "", "", "", "", "<13"},
             {"leading zero", "<007>x", 7, "", "", "", "", "x"},
             {"not a month",
              "<13>Foo 11 22:14:15 h t: x",
              13,
              "",
              "",
              "",
              "",
              "Foo 11 22:14:15 h t: x"},
             {"not a time", "<13>Oct 11 25:14:15 x", 13, "", "", "", "", "Oct 11 25:14:15 x"},
             {"line break at the end", "<13>x\r\n", 13, "", "", "", "", "x"},
             {"NUL at the end", std::string_view("<13>x\0", 6), 13, "", "", "", "", "x"},
             {"nothing", "", 13, "", "", "", "", ""}}) {
        SCOPED_TRACE(row.what);
        const Message message = parse(row.datagram);
        EXPECT_EQ(message.format, Format::rfc3164);
        EXPECT_EQ(message.priority.value(), row.priority);
        EXPECT_EQ(message.timestamp, row.timestamp);
        EXPECT_EQ(message.host, row.host);
        EXPECT_EQ(message.app, row.app);
        EXPECT_EQ(message.process, row.process);
        EXPECT_EQ(message.text, row.text);
    }
}

TEST(SyslogParse, ReadsRfc5424) {
    // J-41
    const Message message =
        parse("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - text");
    EXPECT_EQ(message.format, Format::rfc5424);
    EXPECT_EQ(message.priority, (Priority{Facility::local4, Severity::notice}));
    EXPECT_EQ(message.timestamp, "2003-08-24T05:14:15.000003-07:00");
    EXPECT_EQ(message.host, "192.0.2.1");
    EXPECT_EQ(message.app, "myproc");
    EXPECT_EQ(message.process, "8710");
    EXPECT_EQ(message.message_id, "");
    EXPECT_TRUE(message.data.empty());
    EXPECT_EQ(message.text, "text");
}

TEST(SyslogParse, ReadsStructuredData) {
    const Message message = parse(
        "<34>1 - - - - ID47 [a@1 x=\"1\" y=\"\\\"q\\\\\\]\\n\"][b@2] \xEF\xBB\xBF\u00e9t\u00e9");
    ASSERT_EQ(message.format, Format::rfc5424);
    EXPECT_EQ(message.message_id, "ID47");
    ASSERT_EQ(message.data.size(), 2U);
    EXPECT_EQ(message.data[0], (Element{"a@1", {{"x", "1"}, {"y", "\"q\\]\\n"}}}));
    EXPECT_EQ(message.data[1], (Element{"b@2", {}}));
    EXPECT_EQ(message.text, "\u00e9t\u00e9");
}

TEST(SyslogParse, TakesABrokenRfc5424HeaderAsText) {
    const std::string long_host(256, 'h');
    for (const std::string& rest : {std::string("1 2003-08-24T05:14:15Z host app - -"),
                                    std::string("1 2003-08-24 host app - - - text"),
                                    std::string("1 2003-13-24T05:14:15Z host app - - - text"),
                                    std::string("1 2003-08-24T05:14:15 host app - - - text"),
                                    std::string("2 - host app - - - text"),
                                    std::string("1 - host  app - - - text"),
                                    std::string("1 - host app - - [] text"),
                                    std::string("1 - host app - - [a x=\"1] text"),
                                    std::string("1 - host app - - [a x=\"1\" text"),
                                    std::string("1 - host app - - [a x=\"]\"] text"),
                                    std::string("1 - host app - - -text"),
                                    "1 - " + long_host + " app - - - text"}) {
        SCOPED_TRACE(rest);
        const Message message = parse("<14>" + rest);
        EXPECT_EQ(message.format, Format::rfc3164);
        EXPECT_EQ(message.priority.value(), 14);
        EXPECT_EQ(message.text, rest);
    }
}

TEST(SyslogParse, ReadsEightKibibytesAtMost) {
    EXPECT_EQ(parse(std::string(9000, 'x')).text.size(), receive_limit);
}

TEST(SyslogLine, CannotBeForged) {
    EXPECT_EQ(to_line(parse("<134>Oct 11 22:14:15 phone prov[7]: a\nauth.crit host su: b\x1b[2J")),
              "local0.info phone prov[7]: a?auth.crit host su: b?[2J");
    EXPECT_EQ(to_line(parse("hello")), "user.notice hello");
    EXPECT_EQ(to_line(parse("<0>Oct 11 22:14:15 h t: x")), "kern.emerg h t: x");
}

namespace {

// Texts made of the pieces that mean something to the parser.
rc::Gen<std::string> datagrams() {
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(
                            rc::gen::element<std::string>("<34>",
                                                          "<999>",
                                                          "1 ",
                                                          "- ",
                                                          "-",
                                                          "Oct 11 22:14:15",
                                                          "2003-08-24T05:14:15Z",
                                                          " ",
                                                          "host",
                                                          "1.2.3.4",
                                                          "tag: ",
                                                          "tag[1]: ",
                                                          ":",
                                                          "[",
                                                          "]",
                                                          "[id a=\"",
                                                          "\"]",
                                                          "\\",
                                                          "\"",
                                                          "x",
                                                          "\xEF\xBB\xBF",
                                                          "\n",
                                                          std::string(1, '\0'),
                                                          "\xFF")),
                        [](const std::vector<std::string>& pieces) {
                            std::string out;
                            for (const std::string& piece : pieces) {
                                out += piece;
                            }
                            return out;
                        });
}

}  // namespace

RC_GTEST_PROP(SyslogParse, ReadsWhatItPrints, ()) {
    const Message message = parse(*datagrams());
    RC_ASSERT(parse(print(message)) == message);
}

RC_GTEST_PROP(SyslogParse, ReadsWhatItPrintsOfRfc5424, ()) {
    const auto word = rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("aZ9.-_/"))));
    const auto field = rc::gen::map(word, [](std::string text) {
        text.resize(std::min<std::size_t>(text.size(), 32));
        return text == "-" ? std::string() : text;
    });
    Message message;
    message.format = Format::rfc5424;
    message.priority = Priority{Facility::local3, Severity::warning};
    message.timestamp = *rc::gen::element<std::string>("", "2003-08-24T05:14:15.1+01:00");
    message.host = *field;
    message.app = *field;
    message.process = *field;
    message.message_id = *field;
    const auto value =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("a\\]\"[ =\x80")));
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
        message.data.push_back(Element{"id@1", {{"name", *value}, {"other", *value}}});
    }
    message.text = *rc::gen::element<std::string>("", "text", " [x]", "\"");
    RC_ASSERT(parse(print(message)) == message);
}

}  // namespace onhook::wire::syslog
