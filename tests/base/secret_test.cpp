#include "base/secret.h"

#include <gtest/gtest.h>

namespace onhook {

TEST(Secret, PrintsRedacted) {
    const Secret<std::string> key("hunter2");
    EXPECT_EQ(fmt::format("key {}", key), "key [redacted]");
    EXPECT_EQ(key.reveal(), "hunter2");
}

TEST(Secret, ComparesByContent) {
    const Secret<std::string> key("hunter2");
    EXPECT_EQ(key, Secret<std::string>("hunter2"));
    EXPECT_NE(key, Secret<std::string>("hunter3"));
    EXPECT_NE(key, Secret<std::string>("hunter22"));
    EXPECT_NE(key, Secret<std::string>());
    EXPECT_TRUE(Secret<std::string>().empty());
}

TEST(Secret, WipesTheSourceOfAMove) {
    std::string text = "hunter2";
    detail::wipe(text);
    EXPECT_TRUE(text.empty());
    Secret<std::string> from("hunter2");
    const Secret<std::string> to = std::move(from);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): the wiped source is the subject
    EXPECT_EQ(to.reveal(), "hunter2");
}

}  // namespace onhook
