// Messages from the network are hostile: each either parses to something that prints and parses
// again to the same, or is refused; nothing else may happen.
#include <gtest/gtest.h>

#include "base/text.h"
#include "support/properties.h"
#include "wire/sip/message.h"
#include "wire/sip/responses.h"
#include "wire/sip/samples.h"

namespace onhook::wire::sip {
namespace {

// A NOTIFY whose line with `old` in it is `line` instead.
std::string with_line(std::string_view old, std::string_view line) {
    std::string text = check_sync_notify();
    const std::size_t at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    const std::size_t start = at == 0 ? 0 : text.rfind('\n', at) + 1;
    return text.replace(start, text.find("\r\n", at) + 2 - start, line);
}

TEST(SipHostileInput, IsRefused) {
    const std::string nul("\0", 1);

    struct Row {
        std::string_view what;
        std::string bytes;
    };

    for (const Row& row : {
             Row{"nothing", ""},
             Row{"a ping", "\r\n\r\n"},
             Row{"another protocol", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
             Row{"oversize", grandstream_notify() + std::string(message_limit, 'x')},
             Row{"a long header", with_line("Event", "X: " + std::string(9000, 'x') + "\r\n")},
             Row{"a long folded header",
                 with_line(
                     "Event",
                     "X: " +
                         [] {
                             std::string folds;
                             for (int i = 0; i < 1000; ++i) {
                                 folds += "0123456789\r\n ";
                             }
                             return folds;
                         }() +
                         "\r\n")},
             Row{"too many headers",
                 with_line("Event",
                           [] {
                               std::string lines;
                               for (int i = 0; i < 130; ++i) {
                                   lines += "X: 1\r\n";
                               }
                               return lines;
                           }())},
             Row{"too many Vias in a line",
                 with_line("Via",
                           [] {
                               std::string line = "Via: SIP/2.0/UDP h";
                               for (int i = 0; i < 130; ++i) {
                                   line += ",SIP/2.0/UDP h";
                               }
                               return line + "\r\n";
                           }())},
             Row{"too many parameters",
                 with_line(
                     "From",
                     "From: <sip:a@b>" +
                         [] {
                             std::string params;
                             for (int i = 0; i < 40; ++i) {
                                 params += ";p" + std::to_string(i);
                             }
                             return params + "\r\n";
                         }())},
             Row{"lines that end in LF",
                 [] {
                     std::string text = check_sync_notify();
                     std::erase(text, '\r');
                     return text;
                 }()},
             Row{"a lone LF", with_line("Event", "Event: a\nb\r\n")},
             Row{"a lone CR", with_line("Event", "Event: a\rb\r\n")},
             Row{"no empty line", check_sync_notify().substr(0, 340)},
             Row{"NUL in a value", with_line("Event", "Event: a" + nul + "b\r\n")},
             Row{"NUL in a name", with_line("Event", "Ev" + nul + "ent: a\r\n")},
             Row{"NUL in the URI", with_line("NOTIFY", "NOTIFY sip:1" + nul + "@h SIP/2.0\r\n")},
             Row{"bytes that are no UTF-8", with_line("Event", "Subject: M\xFCller\r\n")},
             Row{"no colon", with_line("Event", "Event\r\n")},
             Row{"no name", with_line("Event", ": x\r\n")},
             Row{"a name that is no token", with_line("Event", "Ev ent: x\r\n")},
             Row{"a folded first header", with_line("Via", " Via: SIP/2.0/UDP h\r\n")},
             Row{"no Via", with_line("Via", "")},
             Row{"an empty Via", with_line("Via", "Via:\r\n")},
             Row{"an empty Via in a list", with_line("Via", "Via: SIP/2.0/UDP h,\r\n")},
             Row{"no From", with_line("From", "")},
             Row{"two Froms", with_line("Event", "f: <sip:a@b>\r\n")},
             Row{"no To", with_line("To", "")},
             Row{"two Tos", with_line("Event", "To: <sip:a@b>\r\n")},
             Row{"no Call-ID", with_line("Call-ID", "")},
             Row{"two Call-IDs", with_line("Event", "i: 1\r\n")},
             Row{"a Call-ID of two words", with_line("Call-ID", "Call-ID: 1 2\r\n")},
             Row{"a Call-ID with two @", with_line("Call-ID", "Call-ID: 1@2@3\r\n")},
             Row{"no CSeq", with_line("CSeq", "")},
             Row{"two CSeqs", with_line("Event", "CSeq: 102 NOTIFY\r\n")},
             Row{"another's CSeq", with_line("CSeq", "CSeq: 102 SUBSCRIBE\r\n")},
             Row{"a CSeq in lower case", with_line("CSeq", "CSeq: 102 notify\r\n")},
             Row{"two Max-Forwards", with_line("Event", "Max-Forwards: 1\r\n")},
             Row{"Max-Forwards 256", with_line("Max-F", "Max-Forwards: 256\r\n")},
             Row{"a negative length", with_line("Content-L", "Content-Length: -1\r\n")},
             Row{"a huge length", with_line("Content-L", "l: 99999999999999999999\r\n")},
             Row{"a length in hex", with_line("Content-L", "Content-Length: 0x0\r\n")},
             Row{"an empty length", with_line("Content-L", "Content-Length: \r\n")},
             Row{"a length beyond the datagram", with_line("Content-L", "Content-Length: 1\r\n")},
             Row{"two lengths", with_line("Event", "l: 0\r\n")},
             Row{"no version", with_line("NOTIFY", "NOTIFY sip:1@h\r\n")},
             Row{"another version", with_line("NOTIFY", "NOTIFY sip:1@h SIP/3.0\r\n")},
             Row{"blanks behind the version", with_line("NOTIFY", "NOTIFY sip:1@h SIP/2.0 \r\n")},
             Row{"two blanks", with_line("NOTIFY", "NOTIFY  sip:1@h SIP/2.0\r\n")},
             Row{"a method that is no token", with_line("NOTIFY", "NOT(FY sip:1@h SIP/2.0\r\n")},
             Row{"a URI in brackets", with_line("NOTIFY", "NOTIFY <sip:1@h> SIP/2.0\r\n")},
             Row{"a tel URI", with_line("NOTIFY", "NOTIFY tel:1 SIP/2.0\r\n")},
             Row{"status 99", with_line("NOTIFY", "SIP/2.0 099 X\r\n")},
             Row{"status 700", with_line("NOTIFY", "SIP/2.0 700 X\r\n")},
             Row{"status 2000", with_line("NOTIFY", "SIP/2.0 2000 X\r\n")},
             Row{"no reason", with_line("NOTIFY", "SIP/2.0 200\r\n")},
         }) {
        SCOPED_TRACE(row.what);
        const auto message = parse(row.bytes);
        ASSERT_FALSE(message);
        EXPECT_LE(message.error().offset, row.bytes.size());
        EXPECT_FALSE(message.error().expected.empty());
    }
}

TEST(SipHostileInput, IsTolerated) {
    struct Row {
        std::string_view what;
        std::string bytes;
    };

    for (const Row& row : {
             Row{"a version in lower case", with_line("NOTIFY", "NOTIFY sip:1@h sip/2.0\r\n")},
             Row{"an empty reason", with_line("NOTIFY", "SIP/2.0 200 \r\n")},
             Row{"an empty value", with_line("Event", "X:\r\n")},
             Row{"no length", with_line("Content-L", "")},
             Row{"no Subscription-State", with_line("Subscription", "")},
             Row{"no Max-Forwards", with_line("Max-F", "")},
             Row{"UTF-8", with_line("From", "From: \"J\xC3\xB6rg\" <sip:a@b>\r\n")},
             Row{"bytes behind the body", check_sync_notify() + "\r\nNOTIFY"},
         }) {
        SCOPED_TRACE(row.what);
        const auto message = parse(row.bytes);
        ASSERT_TRUE(message) << message.error().expected;
        EXPECT_EQ(*parse(print(*message)), *message);
    }
}

TEST(SipHostileInput, TruncatedMessagesAreRefusedAtEachByte) {
    for (const std::string& whole :
         {grandstream_subscribe(), grandstream_accepted(), grandstream_notify()}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            ASSERT_FALSE(parse(std::string_view(whole).substr(0, size))) << size;
        }
    }
}

// Text of a profile or a peer in every place where text can be put: no line more, no line less.
TEST(SipHostileInput, NothingThatIsPrintedBecomesAHeader) {
    using namespace std::string_literals;
    const std::string evil = "x\r\nEvil: 1\r\n\r\n\n\rbody\0\x7F\t\xFF\"\\<>;,"s;
    Message message = *parse(check_sync_notify());
    message.start = Request{"NOTIFY", SipUri(UriScheme::sip, evil, "h")};
    message.from = NameAddr{evil, SipUri(UriScheme::sips, evil, "[::1]", 5061), {}};
    message.headers.emplace_back("User-Agent", evil);
    const auto again = parse(print(message));
    ASSERT_TRUE(again) << again.error().expected;
    EXPECT_EQ(*again, message);
    EXPECT_EQ(again->header("Evil"), std::nullopt);
    EXPECT_EQ(again->body, "");
    EXPECT_EQ(again->request()->uri.user(), evil);
    const Message answer =
        respond(message, Route{.address = "10.0.0.1"}, "t", {.headers = {{"Warning", evil}}});
    EXPECT_EQ(*parse(print(answer)), answer);
}

TEST(SipHostileDeathTest, WordsThatBreakTheGrammarAreOurOwnBugs) {
    const std::string evil = "x\r\nEvil: 1";
    EXPECT_DEATH(Token{evil}, "follows");
    EXPECT_DEATH(CallId{evil}, "follows");
    EXPECT_DEATH(Host{evil}, "follows");
    EXPECT_DEATH(ParamValue{evil}, "follows");
    EXPECT_DEATH(Header("Content-Length", "1"), "place_of");
    EXPECT_DEATH(Header("l", "1"), "long_name");
    EXPECT_DEATH(Params().set(Token("x"), ParamValue("")), "follows");
}

RC_GTEST_PROP(SipHostileInput, DamagedMessagesAreRefusedOrPrintToTheSame, ()) {
    std::string bytes = *rc::gen::element(
        grandstream_subscribe(), grandstream_accepted(), grandstream_notify(), check_sync_notify());
    const auto hits = *rc::gen::inRange(0, 8);
    for (int i = 0; i < hits; ++i) {
        const auto at = *rc::gen::inRange(std::size_t{0}, bytes.size());
        const auto piece = *rc::gen::element<std::string>("\r\n",
                                                          " ",
                                                          "\t",
                                                          ";",
                                                          ",",
                                                          "<",
                                                          ">",
                                                          "\"",
                                                          "%",
                                                          "%00",
                                                          ":",
                                                          "@",
                                                          "=",
                                                          "[",
                                                          "\xFF",
                                                          "");
        bytes.replace(at, *rc::gen::inRange(std::size_t{0}, std::size_t{3}), piece);
    }
    const auto message = parse(bytes);
    if (message) {
        const auto again = parse(print(*message));
        RC_ASSERT(again.has_value());
        RC_ASSERT(*again == *message);
    }
}

rc::Gen<Line> any_line() {
    return rc::gen::map(rc::gen::string<std::string>(),
                        [](const std::string& text) { return Line(text); });
}

RC_GTEST_PROP(SipMessage,
              ParsesToWhatWasPrinted,
              (const std::string& body, const std::string& user)) {
    Message message = *parse(check_sync_notify());
    message.body = body;
    message.to.display = *any_line();
    message.to.uri = SipUri(UriScheme::sips, user, "example.com", 5061);
    if (*rc::gen::arbitrary<bool>()) {
        message.start = Response{*rc::gen::inRange(100, 700), *any_line()};
        message.max_forwards.reset();
    }
    const auto count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
        message.headers.emplace_back("X-" + std::to_string(i), *any_line());
    }
    const auto again = parse(print(message));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == message);
}

}  // namespace
}  // namespace onhook::wire::sip
