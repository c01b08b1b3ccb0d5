#include "profile/flyingvoice_apply.h"

#include <array>

#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"

namespace onhook::profile {

using test::SampleFlyingvoice;

namespace {

Applied outcome(const SampleFlyingvoice& phone, std::string_view document) {
    auto applied = apply_flyingvoice(document, phone.values);
    CHECK(applied.has_value());
    return *std::move(applied);
}

// The phone after the file.
SampleFlyingvoice after(SampleFlyingvoice phone, std::string_view document) {
    phone.values.set_all(outcome(phone, document).settings);
    return phone;
}

}  // namespace

TEST(FlyingvoiceApply, SetsValuesOfBothDialectsInOneFile) {
    const SampleFlyingvoice phone = after({},
                                          "#!version:1.0.0.1\n"
                                          "DBID_RANDOM_DELAY = 5\n"
                                          "static.auto_provision.server.url = http://h/p\n"
                                          "account.2.user_name = 1002\n");
    EXPECT_EQ(phone.get("DBID_RANDOM_DELAY"), "5");
    EXPECT_EQ(phone.get("DBID_PROFILE_RULE"), "http://h/p");
    EXPECT_EQ(phone.get("account.2.user_name"), "1002");
}

// 9.1 against 9.2: blank empties in dialect N and says nothing in dialect Y.
TEST(FlyingvoiceApply, TakesABlankValueAsTheDialectMeansIt) {
    const SampleFlyingvoice phone =
        SampleFlyingvoice().set("DBID_PROFILE_RULE", "http://h/").set("account.1.label", "x");
    EXPECT_EQ(after(phone, "DBID_PROFILE_RULE =").get("DBID_PROFILE_RULE"), "");
    EXPECT_EQ(after(phone, "static.auto_provision.server.url =").get("DBID_PROFILE_RULE"),
              "http://h/");
    EXPECT_EQ(after(phone, "account.1.label =").get("account.1.label"), "x");
    EXPECT_EQ(after(phone, "account.1.label = \"\"").get("account.1.label"), "");
    EXPECT_EQ(after(phone, "PrvUserName =").get("PrvUserName"), "");
    // A number cannot be empty; it stays.
    EXPECT_EQ(after(phone, "DBID_RANDOM_DELAY =").get("DBID_RANDOM_DELAY"), "40");
}

TEST(FlyingvoiceApply, ListsWhatItIgnored) {
    const Applied applied = outcome({},
                                    "DBID_NEW_THING = 1\n"
                                    "DBID_RANDOM_DELAY = soon\n"
                                    "features.new = 1\n"
                                    "static.auto_provision.repeat.minutes = 99999999\n"
                                    "static.auto_provision.repeat.enable = perhaps\n"
                                    "PrvUserPass = ********\n"
                                    "DBID_PROFILE_RULE = http://***@h/\n"
                                    "DBID_RESYNC_ON_RESET = 0\n");
    ASSERT_EQ(applied.ignored.size(), 7U);
    EXPECT_EQ(applied.ignored[0].name, "DBID_NEW_THING");
    EXPECT_EQ(applied.ignored[0].why, "unknown parameter");
    EXPECT_EQ(applied.ignored[1].why,
              "DBID_RANDOM_DELAY must be a whole number from 0 to 2147483647");
    EXPECT_EQ(applied.ignored[1].line, 2U);
    EXPECT_EQ(applied.ignored[3].why,
              "static.auto_provision.repeat.minutes must be a whole number from 0 to 35791394");
    EXPECT_EQ(applied.ignored[4].why, "static.auto_provision.repeat.enable must be 0 or 1");
    EXPECT_EQ(applied.ignored[5].why, "the value is masked; write the secret itself to change it");
    EXPECT_EQ(applied.ignored[6].name, "DBID_PROFILE_RULE");
    ASSERT_EQ(applied.changes.size(), 1U);
    EXPECT_EQ(applied.changes[0].to, "0");
}

TEST(FlyingvoiceApply, ConvertsTheRepeatTimerInAnyOrder) {
    struct Row {
        std::string_view before;
        std::string document;
        std::string_view after;
    };

    const std::string enable = "static.auto_provision.repeat.enable = ";
    const std::string minutes = "static.auto_provision.repeat.minutes = ";
    const std::string on = enable + "1\n";
    const std::string off = enable + "0\n";
    const std::string five = minutes + "5\n";
    const std::string n = "DBID_RESYNC_PERIODIC = 77\n";
    for (const Row& row : {Row{"3600", on + five, "300"},
                           Row{"3600", five + on, "300"},
                           Row{"0", on + five, "300"},
                           Row{"0", five + on, "300"},
                           Row{"3600", off + five, "0"},
                           Row{"3600", five + off, "0"},
                           Row{"3600", off, "0"},
                           Row{"50", on, "50"},
                           Row{"0", on, "3600"},
                           Row{"3600", five, "300"},
                           Row{"0", five, "0"},
                           Row{"3600", on + minutes + "0\n", "0"},
                           Row{"3600", on + minutes + "\n", "3600"},
                           Row{"3600", on + five + n, "77"},
                           Row{"3600", n + on + five, "300"},
                           Row{"3600", five + n + on, "77"}}) {
        SCOPED_TRACE(row.document);
        const auto phone = SampleFlyingvoice().set("DBID_RESYNC_PERIODIC", row.before);
        EXPECT_EQ(after(phone, row.document).get("DBID_RESYNC_PERIODIC"), row.after);
    }
}

// 8.1.7
TEST(FlyingvoiceApply, TakesTheFilesOfAProfileAsOneChange) {
    const SampleFlyingvoice phone;
    const std::array<std::string_view, 3> files = {"DBID_RANDOM_DELAY = 1\nPrvUserName = a\n",
                                                   "static.auto_provision.repeat.minutes = 2\n",
                                                   "DBID_RANDOM_DELAY = 2\nDBID_X = 1\n"};
    const auto applied = apply_flyingvoice_files(files, phone.values);
    ASSERT_TRUE(applied);
    SampleFlyingvoice changed = phone;
    changed.values.set_all(applied->settings);
    EXPECT_EQ(changed.get("DBID_RANDOM_DELAY"), "2");
    EXPECT_EQ(changed.get("PrvUserName"), "a");
    EXPECT_EQ(changed.get("DBID_RESYNC_PERIODIC"), "120");
    EXPECT_EQ(applied->changes.size(), 3U);
    EXPECT_EQ(applied->ignored.size(), 1U);

    const std::array<std::string_view, 2> damaged = {files[0], "PrvUserName = b\n?\n"};
    const auto refused = apply_flyingvoice_files(damaged, phone.values);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().document, 1U);
    EXPECT_EQ(refused.error().error.line, 2U);
}

TEST(FlyingvoiceApply, SaysWhatAChangeNeeds) {
    EXPECT_EQ(outcome({}, "DBID_RANDOM_DELAY = 1").effect, Effect::none);
    EXPECT_EQ(outcome({}, "account.1.label = x").effect, Effect::restart);
    EXPECT_EQ(outcome({}, "DBID_RANDOM_DELAY = 40").changes.size(), 0U);
}

// 9.1, S9
TEST(FlyingvoiceApply, SplitsPositionalValuesAtSingleBlanks) {
    const Catalogue& catalogue = flyingvoice_catalogue();
    const Parameter& port = catalogue[*catalogue.find("DBID_SIP_SERVER_PORT")];
    EXPECT_EQ(account_value(port, "5060 5061  5063", 1), "5060");
    EXPECT_EQ(account_value(port, "5060 5061  5063", 2), "5061");
    EXPECT_EQ(account_value(port, "5060 5061  5063", 3), "");
    EXPECT_EQ(account_value(port, "5060 5061  5063", 4), "5063");
    EXPECT_EQ(account_value(port, "5060 5061  5063", 5), std::nullopt);
    EXPECT_EQ(account_value(port, "5060", 0), std::nullopt);
    const Parameter& label = catalogue[*catalogue.find("account.1.label")];
    EXPECT_EQ(account_value(label, "a b", 2), "a b");
}

}  // namespace onhook::profile
