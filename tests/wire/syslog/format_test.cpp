#include "wire/syslog/format.h"

#include "base/time.h"
#include "support/properties.h"
#include "wire/syslog/parse.h"

namespace onhook::wire::syslog {

namespace {

std::chrono::local_seconds at(int month, int day, Seconds time) {
    using namespace std::chrono;
    return local_days(year(2026) / month / day) + time;
}

}  // namespace

TEST(SyslogPriority, IsFacilityTimesEightPlusSeverity) {
    struct Row {
        Priority priority;
        int value;
    };

    // J-40
    for (const Row& row : {Row{{Facility::local0, Severity::informational}, 134},
                           Row{{Facility::local7, Severity::debug}, 191},
                           Row{{Facility::auth, Severity::critical}, 34},
                           Row{{}, 13}}) {
        EXPECT_EQ(row.priority.value(), row.value);
    }
}

TEST(SyslogFormat, PadsTheDayWithABlank) {
    EXPECT_EQ(bsd_timestamp(at(10, 11, 22h + 14min + 15s)), "Oct 11 22:14:15");
    EXPECT_EQ(bsd_timestamp(at(1, 1, 0s)), "Jan  1 00:00:00");
    EXPECT_EQ(bsd_timestamp(at(12, 31, 23h + 59min + 59s)), "Dec 31 23:59:59");
}

TEST(SyslogFormat, WritesWhatAPhoneSays) {
    Entry entry{.priority = {Facility::local0, Severity::informational},
                .at = at(3, 7, 9h + 5min),
                .text =
                    "CP-78xx-3PCC 00:0e:08:ab:cd:ef -- Requesting resync "
                    "tftp://192.168.1.200:69/basic.txt"};
    EXPECT_EQ(format_rfc3164(entry),
              "<134>Mar  7 09:05:00 CP-78xx-3PCC 00:0e:08:ab:cd:ef -- Requesting resync "
              "tftp://192.168.1.200:69/basic.txt");
    entry.host = "phone 1";
    entry.tag = "prov";
    entry.text = "a\nb";
    EXPECT_EQ(format_rfc3164(entry), "<134>Mar  7 09:05:00 phone-1 prov: a?b");
}

TEST(SyslogFormat, KeepsToTheLimitWithoutCuttingACharacter) {
    Entry entry{.priority = {}, .at = at(3, 7, 0s), .text = std::string(2000, 'x')};
    EXPECT_EQ(format_rfc3164(entry).size(), send_limit);
    entry.text.clear();
    for (int i = 0; i < 700; ++i) {
        entry.text += "\u00e9";
    }
    const std::string datagram = format_rfc3164(entry);
    EXPECT_LE(datagram.size(), send_limit);
    EXPECT_GE(datagram.size(), send_limit - 1);
    EXPECT_TRUE(datagram.ends_with("\u00e9"));
}

RC_GTEST_PROP(SyslogFormat, IsReadBack, (const std::string& text)) {
    const auto facility = *rc::gen::inRange(0, 24);
    const auto severity = *rc::gen::inRange(0, 8);
    const Entry entry{
        .priority = {static_cast<Facility>(facility), static_cast<Severity>(severity)},
        .at = std::chrono::local_seconds(Seconds(*rc::gen::inRange(0, 2'000'000'000))),
        .host = *rc::gen::element<std::string>("phone", "10.0.0.1", "00:0e:08:ab:cd:ef"),
        .tag = "prov",
        .text = text};
    const std::string datagram = format_rfc3164(entry);
    const Message message = parse(datagram);
    RC_ASSERT(message.priority == entry.priority);
    RC_ASSERT(message.timestamp == bsd_timestamp(entry.at));
    RC_ASSERT(message.host == entry.host);
    RC_ASSERT(message.app == entry.tag);
    RC_ASSERT(print(message) == datagram);
}

}  // namespace onhook::wire::syslog
