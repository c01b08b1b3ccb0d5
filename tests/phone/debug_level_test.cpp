#include "phone/debug_level.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace onhook::phone {

TEST(DebugLevel, LetsThroughWhatItsTableSays) {
    struct Row {
        std::string_view level;
        std::string_view kinds;  // one letter a kind, in the order of the enumeration
    };

    constexpr std::string_view letters = "DEWISX";
    for (const Row& row : {Row{"0", "DE"},
                           Row{"1", "DEWI"},
                           Row{"2", "DEWIS"},
                           Row{"3", "DEWISX"},
                           Row{"EMERGENCY", "D"},
                           Row{"ALERT", "D"},
                           Row{"CRITICAL", "D"},
                           Row{"ERROR", "DE"},
                           Row{"WARNING", "DEW"},
                           Row{"NOTICE", "DEWI"},
                           Row{"INFO", "DEWI"},
                           Row{"DEBUG", "DEWISX"},
                           Row{"", "DE"}}) {
        SCOPED_TRACE(row.level);
        std::string through;
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (reaches_syslog(static_cast<SyslogKind>(i), row.level)) {
                through += letters[i];
            }
        }
        EXPECT_EQ(through, row.kinds);
    }
}

TEST(DebugLevel, WhatIsDocumentedIsSoWhateverItsSeverity) {
    for (const LogSeverity severity : {LogSeverity::error, LogSeverity::info}) {
        EXPECT_EQ(kind_of(severity, true), SyslogKind::documented);
    }
    EXPECT_EQ(kind_of(LogSeverity::error, false), SyslogKind::error);
    EXPECT_EQ(kind_of(LogSeverity::warning, false), SyslogKind::warning);
    EXPECT_EQ(kind_of(LogSeverity::info, false), SyslogKind::info);
    EXPECT_EQ(kind_of(LogSeverity::debug, false), SyslogKind::debug);
}

}  // namespace onhook::phone
