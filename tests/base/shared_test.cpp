#include "base/shared.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/shared_text.h"

namespace onhook {

TEST(Shared, CopiesShareUntilOneIsWritten) {
    Shared<std::vector<int>> first = std::vector{1, 2};
    const Shared<std::vector<int>> second = first;
    EXPECT_TRUE(first.shares_with(second));
    EXPECT_EQ(&*first, &*second);
    first.own().push_back(3);
    EXPECT_FALSE(first.shares_with(second));
    EXPECT_EQ(*first, (std::vector{1, 2, 3}));
    EXPECT_EQ(*second, (std::vector{1, 2}));
}

TEST(Shared, TheOnlyHolderWritesInPlace) {
    Shared<std::string> text = std::string("one");
    const std::string* const before = &*text;
    { const Shared<std::string> gone = text; }
    text.own() += " more";
    EXPECT_EQ(&*text, before);
    EXPECT_EQ(*text, "one more");
}

TEST(Shared, WithoutAValueItIsTheUsualOne) {
    Shared<std::string> nothing;
    EXPECT_EQ(*nothing, "");
    EXPECT_EQ(nothing, Shared<std::string>(std::string()));
    EXPECT_FALSE(nothing.shares_with(Shared<std::string>(std::string())));
    nothing.own() = "something";
    EXPECT_EQ(*nothing, "something");
    EXPECT_EQ(*Shared<std::string>(), "");
}

TEST(Shared, EqualIsWhatHoldsEqualValues) {
    const Shared<int> one = 1;
    EXPECT_EQ(one, Shared<int>(1));
    EXPECT_NE(one, Shared<int>(2));
    Shared<int> moved_to = 7;
    Shared<int> from = 5;
    moved_to = std::move(from);
    EXPECT_EQ(*moved_to, 5);
    moved_to = Shared<int>(moved_to);
    EXPECT_EQ(*moved_to, 5);
}

TEST(SharedText, IsTheTextItHolds) {
    const SharedText text = std::string("hello");
    const SharedText copy = text;
    EXPECT_EQ(text.view().data(), copy.view().data());
    EXPECT_EQ(text, SharedText("hello"));
    EXPECT_EQ(text, "hello");
    EXPECT_NE(text, "hell");
    EXPECT_EQ(fmt::format("{:>6}", text), " hello");
    EXPECT_TRUE(SharedText("").empty());
    EXPECT_EQ(SharedText(), SharedText(std::string()));
    EXPECT_EQ(SharedText().str(), "");
    EXPECT_EQ(SharedText(std::string(100'000, 'x')).str(), std::string(100'000, 'x'));
    SharedText other = text;
    other = SharedText("bye");
    EXPECT_EQ(text.str() + other.str(), "hellobye");
}

}  // namespace onhook
