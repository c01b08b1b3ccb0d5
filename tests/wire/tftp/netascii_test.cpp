#include "wire/tftp/netascii.h"

#include "base/text.h"
#include "support/properties.h"

namespace onhook::wire::tftp {

TEST(Netascii, ConvertsTheVectorJ36) {
    EXPECT_EQ(to_hex(to_netascii("a\nb\rc")), "610d0a620d0063");
    EXPECT_EQ(to_netascii("hello\n").size(), 7U);
    EXPECT_EQ(to_netascii(""), "");
}

RC_GTEST_PROP(Netascii, IsUndoneByItsRules, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab\r\n\0z\xFF", 7)));
    std::string back;
    const std::string sent = to_netascii(text);
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (sent[i] == '\r') {
            ++i;
            RC_ASSERT(i < sent.size());
            RC_ASSERT(sent[i] == '\n' || sent[i] == '\0');
            back += sent[i] == '\n' ? '\n' : '\r';
        } else {
            RC_ASSERT(sent[i] != '\n');
            back += sent[i];
        }
    }
    RC_ASSERT(back == text);
}

}  // namespace onhook::wire::tftp
