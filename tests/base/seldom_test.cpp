#include "base/seldom.h"

#include <gtest/gtest.h>

namespace onhook {

namespace {

struct Part {
    int work = 0;

    [[nodiscard]] bool rests() const { return work == 0; }
};

}  // namespace

TEST(Seldom, IsThereOnlyWhileItDoesNotRest) {
    Seldom<Part> part;
    const Part* const at_rest = &*part;
    EXPECT_EQ(part->work, 0);
    part.wake().work = 3;
    part.settle();
    EXPECT_EQ(part->work, 3);
    EXPECT_NE(&*part, at_rest);
    part.wake().work = 0;
    EXPECT_NE(&*part, at_rest);
    part.settle();
    EXPECT_EQ(&*part, at_rest);
    part.settle();
    EXPECT_EQ(part->work, 0);
}

}  // namespace onhook
