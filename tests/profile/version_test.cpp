#include "profile/version.h"

#include <string>

#include "support/properties.h"

namespace onhook::profile {

namespace {

std::string relation(std::string_view left, std::string_view right) {
    const auto a = Version::parse(left);
    const auto b = Version::parse(right);
    if (!a || !b) {
        return "unread";
    }
    const auto order = a->compare(*b);
    return !order ? "error" : *order < 0 ? "<" : *order > 0 ? ">" : "=";
}

}  // namespace

TEST(Version, ComparesFieldByFieldThenTheBuild) {
    struct Row {
        std::string_view left;
        std::string_view relation;
        std::string_view right;
    };

    for (const Row& row :
         {Row{"sipyyyy.11-3-1MPP-110", ">", "sipyyyy.11-2-3MPP-256"},
          Row{"sipyyyy.11-3-2MPP0002-256", ">", "sipyyyy.11-3-2MPP0001-609"},
          Row{"sip88xx.11-0-0MPP-1", ">", "sip88xx.9-3-1-7MPP-1"},
          Row{"sip88xx.11-0-0MPP-BN", ">", "sip88xx.9-3-1-7MPP-BN"},
          Row{"sip88xx.11-1-1MSR-1dev.loads", "=", "sip8845_65.11-1-1MSR-1dev.loads"},
          Row{"11-3-1MPP-678", "=", "sip88xx.11-3-1MPP-678.loads"},
          Row{"sip88xx.11-3-1MPP-678", "=", "sip88xx.11-3-1MPP"},
          Row{"11-3-1MPP-678", "<", "11-3-1MPP-1000"},
          Row{"11-3-1MPP-1dev", "=", "11-3-1MPP-1"},
          Row{"11-3-1MPP", "<", "11-3-1MSR"},
          Row{"11-3-1", "<", "11-3-1MPP"},
          Row{"11-3-9MPP", "<", "11-3-10MPP"},
          Row{"11-03-1MPP", "=", "11-3-01MPP"},
          Row{"9-3-1-7MPP-1", "<", "9-3-1-8MPP-1"},
          Row{"9-3-1-7MPP-1", "<", "9-3-1-7MPP-2"},
          // Without a branch there is no build: every field counts.
          Row{"11-3-1-7", ">", "11-3-1"},
          Row{"123456789012345678901234567890-0-1", ">", "99-0-1"},
          Row{"2.0.1", "<", "2.0.10"},
          Row{"2.0.6(b)", ">", "2.0.6"},
          Row{"2.0.6(b)", "<", "2.0.6(c)"},
          Row{"2.0", "<", "2.0.0"},
          Row{"2.0.1", "error", "11-3-1MPP"},
          Row{"11-3-1MPP", "error", "11.0.0"}}) {
        SCOPED_TRACE(std::string(row.left) + " " + std::string(row.right));
        EXPECT_EQ(relation(row.left, row.right), row.relation);
        const std::string_view turned = row.relation == "<"   ? ">"
                                        : row.relation == ">" ? "<"
                                                              : row.relation;
        EXPECT_EQ(relation(row.right, row.left), turned);
    }
}

TEST(Version, RejectsWhatIsNone) {
    for (const std::string_view text : {"",
                                        "-",
                                        "abc",
                                        "11",
                                        "11-3",
                                        "11-3-",
                                        "11--1",
                                        "a-3-1",
                                        "11-x-1",
                                        "11-3-MPP",
                                        "sip88xx.11.0.0",
                                        "sip88xx.",
                                        "000e08012345",
                                        "11-3-1MPP/x",
                                        "11.",
                                        ".1",
                                        "1.x",
                                        "2.0.x",
                                        "2.0.",
                                        "2..1",
                                        "1.2.3%4",
                                        "11x-3-1"}) {
        SCOPED_TRACE(text);
        const auto version = Version::parse(text);
        ASSERT_FALSE(version);
        EXPECT_EQ(version.error().expected,
                  "a version like sip88xx.11-3-1MPP-678, 11-3-1MPP or 2.0.1");
    }
}

RC_GTEST_PROP(Version, OrdersNumbersAsNumbers, (std::uint32_t a, std::uint32_t b)) {
    const auto load = [](std::uint32_t number) {
        return "sip88xx.11-" + std::to_string(number) + "-1MPP-5";
    };
    RC_ASSERT(relation(load(a), load(b)) == (a < b ? "<" : a > b ? ">" : "="));
}

}  // namespace onhook::profile
