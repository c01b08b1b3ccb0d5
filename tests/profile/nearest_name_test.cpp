#include "profile/nearest_name.h"

#include "support/properties.h"

namespace onhook::profile {

TEST(EditDistance, CountsTheSmallestNumberOfEdits) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("Resync", "rESYNC"), 0U);
}

RC_GTEST_PROP(EditDistance,
              IsADistance,
              (const std::string& a, const std::string& b, const std::string& c)) {
    RC_ASSERT(edit_distance(a, a) == 0U);
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
    RC_ASSERT(edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c));
}

RC_GTEST_PROP(EditDistance, StopsAtItsLimit, (const std::string& a, const std::string& b)) {
    const std::size_t exact = edit_distance(a, b);
    const auto limit = *rc::gen::inRange<std::size_t>(0, 20);
    const std::size_t limited = edit_distance(a, b, limit);
    RC_ASSERT((exact < limit ? limited == exact : limited >= limit));
}

TEST(NearestName, FindsWhatASlipMeant) {
    struct Row {
        std::string_view written;
        std::string_view meant;
    };

    const auto& catalogue = cisco_mpp_catalogue();
    for (const Row& row : {Row{"Proflie_Rule", "Profile_Rule"},
                           Row{"Profile_rule", "Profile_Rule"},
                           Row{"ResyncPeriodic", "Resync_Periodic"},
                           Row{"Resync_At_HHmm", "Resync_At__HHmm_"}}) {
        SCOPED_TRACE(row.written);
        EXPECT_EQ(nearest_name(catalogue, row.written), row.meant);
    }
}

TEST(NearestName, SaysNothingAboutAnotherWord) {
    const auto& catalogue = cisco_mpp_catalogue();
    EXPECT_EQ(nearest_name(catalogue, "xyzzy_plugh_quux"), std::nullopt);
}

}  // namespace onhook::profile
