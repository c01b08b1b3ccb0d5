#include "phone/resync.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "phone/states/driven_resync.h"

namespace onhook::phone {

using profile::ResyncCause;
using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

// What the rest of the phone hears; docs/reference/phone-states.md has what follows for the timers.
TEST(Resync, ItsResultSaysWhatCame) {
    struct Row {
        std::string_view name;
        int status;
        std::string body;
        std::string_view fails_on_fnf;
        bool succeeded;
        bool installed;
    };

    for (const Row& row : {Row{"profile", 200, profile_text, "Yes", true, true},
                           Row{"corrupt", 200, "<flat-profile>", "Yes", false, false},
                           Row{"corrupt", 200, "<flat-profile>", "No", false, false},
                           Row{"not found", 404, "", "Yes", false, false},
                           Row{"not found", 404, "", "No", true, false},
                           Row{"server error", 500, "", "No", false, false}}) {
        SCOPED_TRACE(row.name);
        DrivenResync driven(resyncing().set("Resync_Fails_On_FNF", row.fails_on_fnf));
        driven.enter(ResyncState::transferring);
        const auto result = driven.answer(row.status, row.body);
        ASSERT_TRUE(result);
        EXPECT_EQ(result->succeeded, row.succeeded);
        EXPECT_EQ(result->installed, row.installed);
    }
}

// 6.2.7: whatever it was doing, it goes on doing.
TEST(Resync, OneShotLeavesTheScheduleAlone) {
    for (const ResyncState state : {ResyncState::idle,
                                    ResyncState::start_delay,
                                    ResyncState::periodic_wait,
                                    ResyncState::daily_wait,
                                    ResyncState::retry_wait}) {
        for (const int code : {200, 500}) {
            SCOPED_TRACE(name_of(state));
            DrivenResync driven;
            driven.enter(state);
            const auto deadline = driven.resync.deadline();
            Context context = driven.bench.context();
            ASSERT_FALSE(driven.resync.request(OneRule{"http://h/once.xml", ""}, context));
            EXPECT_FALSE(driven.resync.deadline());
            const auto result = driven.answer(code, profile_text);
            ASSERT_TRUE(result);
            EXPECT_TRUE(result->one_shot);
            EXPECT_EQ(driven.resync.state(), state);
            EXPECT_EQ(driven.resync.deadline(), deadline);
        }
    }
}

TEST(Resync, PassesOverTheFourRulesOneByOne) {
    DrivenResync driven(resyncing()
                            .set("Profile_Rule_B", "")
                            .set("Profile_Rule_C", "http://h/c.xml")
                            .set("Profile_Rule_D", "   "));
    ASSERT_FALSE(driven.start());
    EXPECT_EQ(driven.bench.transfer().url.target(), "/a.xml");
    ASSERT_FALSE(driven.answer(200, profile_text));
    EXPECT_EQ(driven.bench.transfer().url.target(), "/c.xml");
    ASSERT_TRUE(driven.answer(200, profile_text));
    EXPECT_EQ(driven.bench.count<StartTransfer>(), 2U);
}

// 6.2.8: nothing to do is done.
TEST(Resync, APassWithoutRulesSucceedsAtOnce) {
    DrivenResync driven(resyncing(""));
    const auto result = driven.start();
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->succeeded);
    EXPECT_FALSE(result->installed);
    EXPECT_EQ(driven.resync.state(), ResyncState::periodic_wait);
}

// 6.3: the periodic timer goes on when the error list says never, if a success ever started it.
TEST(Resync, WithoutRetriesThePeriodicTimerGoesOnAfterASuccess) {
    DrivenResync never(resyncing().set("Resync_Error_Retry_Delay", "0"));
    never.enter(ResyncState::retry_wait);
    EXPECT_EQ(never.resync.state(), ResyncState::idle);
    DrivenResync once(resyncing().set("Resync_Error_Retry_Delay", "0"));
    once.enter(ResyncState::periodic_wait);
    once.bench.now = *once.resync.deadline();
    ASSERT_FALSE(once.deadline());
    ASSERT_TRUE(once.answer(500));
    EXPECT_EQ(once.resync.state(), ResyncState::periodic_wait);
    EXPECT_EQ(once.resync.deadline(), once.bench.now + 3600s);
}

// 5.2: the place in the periodic list starts anew with another list.
TEST(Resync, AnotherPeriodicListStartsAtItsFirstItem) {
    DrivenResync driven(resyncing().set("Resync_Periodic", "10,20,30"));
    const auto wait_after = [&](std::string elements) {
        (void)driven.start(ResyncCause::periodic);
        (void)driven.answer(200, "<flat-profile>" + elements + "</flat-profile>");
        return *driven.resync.deadline() - driven.bench.now;
    };
    EXPECT_EQ(wait_after(""), 10s);
    EXPECT_EQ(wait_after(""), 20s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 100s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 200s);
    EXPECT_EQ(wait_after("<Resync_Periodic>100,200</Resync_Periodic>"), 200s);
}

}  // namespace onhook::phone
