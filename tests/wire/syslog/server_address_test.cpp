#include "wire/syslog/server_address.h"

#include <gtest/gtest.h>

namespace onhook::wire::syslog {

TEST(SyslogServerAddress, IsReadAsAdministratorsWriteIt) {
    struct Row {
        std::string_view text;
        std::string_view host;
        std::uint16_t port;
    };

    for (const Row& row : {Row{"log.example.com", "log.example.com", 514},
                           Row{"log:5140", "log", 5140},
                           Row{"10.0.0.1", "10.0.0.1", 514},
                           Row{"10.0.0.1:1514", "10.0.0.1", 1514},
                           Row{"[2001:db8::1]", "2001:db8::1", 514},
                           Row{"[::1]:5140", "::1", 5140},
                           Row{"2001:db8::1", "2001:db8::1", 514},
                           Row{"fe80::1%eth0", "fe80::1%eth0", 514}}) {
        SCOPED_TRACE(row.text);
        const auto address = parse_server_address(row.text);
        ASSERT_TRUE(address);
        EXPECT_EQ(address->host, row.host);
        EXPECT_EQ(address->port, row.port);
    }
}

TEST(SyslogServerAddress, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{":514", 0},
                           Row{"[::1", 0},
                           Row{"[]:514", 0},
                           Row{"log:", 4},
                           Row{"log:0", 4},
                           Row{"log:65536", 4},
                           Row{"log:x", 4},
                           Row{"log 514", 3},
                           Row{"udp://log", 4},
                           Row{"[::1]514", 5}}) {
        SCOPED_TRACE(row.text);
        const auto address = parse_server_address(row.text);
        ASSERT_FALSE(address);
        EXPECT_EQ(address.error().offset, row.offset);
    }
}

}  // namespace onhook::wire::syslog
