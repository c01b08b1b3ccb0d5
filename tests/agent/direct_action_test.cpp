#include "agent/direct_action.h"

#include <gtest/gtest.h>

namespace onhook::agent {
namespace {

TEST(DirectAction, ReadsArgumentAndCredentials) {
    struct Row {
        std::string_view target;
        std::string_view argument;
        std::string_view user;
        std::string_view password;
    };

    for (const Row& row : {
             Row{"/admin/resync", "", "", ""},
             Row{"/admin/resync?", "", "", ""},
             // Vector 58.
             Row{"/admin/resync?tftp://192.168.15.100/my_config.xml&xuser=admin&xpassword=admin",
                 "tftp://192.168.15.100/my_config.xml",
                 "admin",
                 "admin"},
             Row{"/admin/resync&xuser=admin&xpassword=p", "", "admin", "p"},
             Row{"/admin/resync?xuser=admin&xpassword=p", "", "admin", "p"},
             Row{"/admin/resync?/a.cfg&xuser=admin", "/a.cfg", "admin", ""},
             // The password ends where the target does, and may be escaped.
             Row{"/admin/resync?/a&xuser=admin&xpassword=a%26b&c", "/a", "admin", "a&b&c"},
             Row{"/admin/resync?/a&xuser=admin&xpassword=50%", "/a", "admin", "50%"},
             // Raw when it holds "://", decoded otherwise.
             Row{"/admin/resync?http://h/a%20b?c=d&e=f", "http://h/a%20b?c=d&e=f", "", ""},
             Row{"/admin/resync?%5B--key%20k%5D%20http%3A%2F%2Fh%2Fa",
                 "[--key k] http://h/a",
                 "",
                 ""},
             Row{"/admin/resync?/%zz", "/%zz", "", ""},
         }) {
        SCOPED_TRACE(row.target);
        const auto action = read_direct_action(row.target, "/admin/resync");
        ASSERT_TRUE(action);
        EXPECT_EQ(action->argument, row.argument);
        EXPECT_EQ(action->user, row.user);
        EXPECT_EQ(action->password.reveal(), row.password);
    }
}

TEST(DirectAction, IsOnlyThatPath) {
    for (const std::string_view target :
         {"", "/", "/admin", "/admin/resyncs", "/admin/resync/", "/admin/resync&x=1", "/resync"}) {
        SCOPED_TRACE(target);
        EXPECT_FALSE(read_direct_action(target, "/admin/resync"));
    }
}

}  // namespace
}  // namespace onhook::agent
