#include "agent/control_order.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "agent/lines.h"

namespace onhook::agent {

TEST(ControlOrder, IsReadAsItIsWritten) {
    for (const std::string_view text : {"line busy 1",
                                        "line idle 16",
                                        "resync",
                                        "resync [--key x] http://192.0.2.1/$MA.xml",
                                        "stop",
                                        "state"}) {
        SCOPED_TRACE(text);
        const auto order = read_control_order(text);
        ASSERT_TRUE(order) << order.error();
        EXPECT_EQ(to_line(*order), text);
    }
}

TEST(ControlOrder, WhatIsNotUnderstoodSaysWhatIs) {
    struct Row {
        std::string_view text;
        std::string_view says;
    };

    for (const Row& row : {Row{"", "expected line, resync, stop or state"},
                           Row{"line", "expected line, resync, stop or state"},
                           Row{"resyncs", "expected line, resync, stop or state"},
                           Row{"line busy", "'line busy N'"},
                           Row{"line busy 0", "N from 1 to 16"},
                           Row{"line busy 17", "N from 1 to 16"},
                           Row{"line busy 1 2", "N from 1 to 16"},
                           Row{"line idle -1", "N from 1 to 16"},
                           Row{"line ringing 1", "'line busy N'"}}) {
        SCOPED_TRACE(row.text);
        const auto order = read_control_order(row.text);
        ASSERT_FALSE(order);
        EXPECT_NE(order.error().find(row.says), std::string::npos) << order.error();
    }
}

TEST(Lines, ThePhoneIsBusyAsLongAsOneLineIs) {
    Lines lines;
    EXPECT_FALSE(lines.busy());
    EXPECT_EQ(lines.to_string(), "all lines idle");
    EXPECT_TRUE(lines.set(3, true));
    EXPECT_FALSE(lines.set(16, true));
    EXPECT_FALSE(lines.set(3, true));
    EXPECT_EQ(lines.to_string(), "lines busy: 3, 16");
    EXPECT_FALSE(lines.set(3, false));
    EXPECT_TRUE(lines.busy());
    EXPECT_TRUE(lines.set(16, false));
    EXPECT_FALSE(lines.busy());
}

}  // namespace onhook::agent
