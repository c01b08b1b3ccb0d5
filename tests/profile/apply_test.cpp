#include "profile/apply.h"

#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

namespace {

Element element(std::string name, std::string text) {
    return {std::move(name), std::move(text), false, {}, false, 1};
}

ParameterId id_of(std::string_view name) { return *cisco_mpp_catalogue().find(name); }

}  // namespace

TEST(Apply, ListsOnlyWhatDiffers) {
    const SamplePhone phone = SamplePhone().set("GPP_A", "1").set("GPP_B", "2");
    const std::vector<Element> elements = {
        element("GPP_A", "1"), element("GPP_B", "3"), element("GPP_B", "2"), element("GPP_C", "4")};
    const Applied applied = apply_profile(elements, phone.values);
    ASSERT_EQ(applied.changes.size(), 1U);
    EXPECT_EQ(applied.changes[0].id, id_of("GPP_C"));
    EXPECT_EQ(applied.changes[0].from, "");
    EXPECT_EQ(applied.changes[0].to, "4");
    EXPECT_EQ(applied.effect, Effect::none);
}

TEST(Apply, HasTheStrongestEffectOfItsChanges) {
    const SamplePhone phone;
    EXPECT_EQ(apply_profile(std::vector{element("User_ID_1_", "1001"), element("GPP_A", "x")},
                            phone.values)
                  .effect,
              Effect::restart);
    EXPECT_EQ(apply_profile(std::vector{element("User_ID_1_", "1001"), element("VLAN_ID", "20")},
                            phone.values)
                  .effect,
              Effect::reboot);
    EXPECT_EQ(apply_profile(std::vector{element("Enable_VLAN", "No")}, phone.values).effect,
              Effect::none);
}

TEST(Apply, IgnoresWhatItDoesNotKnowOrMayNotStore) {
    const SamplePhone phone;
    const std::vector<Element> elements = {element("Nope", "1"),
                                           element("Provision_Enable", "maybe"),
                                           element("VLAN_ID", "99999"),
                                           element("Provision_Enable", "")};
    const Applied applied = apply_profile(elements, phone.values);
    EXPECT_TRUE(applied.changes.empty());
    ASSERT_EQ(applied.ignored.size(), 4U);
    EXPECT_EQ(applied.ignored[0].why, "unknown parameter");
    EXPECT_EQ(applied.ignored[1].why, "Provision_Enable must be Yes or No");
    EXPECT_EQ(applied.ignored[3].why, "Provision_Enable must be Yes or No");
}

TEST(Apply, StoresCanonicalSpelling) {
    const Applied applied = apply_profile(
        std::vector{element("Provision_Enable", "false"), element("HTTP_Report_Method", "put")},
        SamplePhone().values);
    EXPECT_EQ(applied.values.get(id_of("Provision_Enable")), "No");
    EXPECT_EQ(applied.values.get(id_of("HTTP_Report_Method")), "PUT");
}

TEST(Apply, StoresAWrongScheduleBecauseItsUseJudgesIt) {
    const Applied applied =
        apply_profile(std::vector{element("Resync_Periodic", "often")}, SamplePhone().values);
    EXPECT_EQ(applied.values.get(id_of("Resync_Periodic")), "often");
}

// The table of section 1.4, form by form and policy by policy.
TEST(Apply, EmptyElementsFollowTheirPolicy) {
    const Element self_closed{"GPP_A", "", true, {}, false, 1};
    const Element with_access{"GPP_A", "", true, Access::read_write, false, 1};
    const Element open_close{"GPP_A", "", false, {}, false, 1};
    const Element quotes{"GPP_A", "\"\"", false, {}, false, 1};

    struct Row {
        EmptyElements policy;
        Element element;
        std::string_view value;
    };

    for (const Row& row : {Row{EmptyElements::mpp, self_closed, ""},
                           Row{EmptyElements::mpp, with_access, "old"},
                           Row{EmptyElements::mpp, open_close, ""},
                           Row{EmptyElements::mpp, quotes, ""},
                           Row{EmptyElements::spa, self_closed, "old"},
                           Row{EmptyElements::spa, with_access, "old"},
                           Row{EmptyElements::spa, open_close, ""},
                           Row{EmptyElements::spa, quotes, ""},
                           Row{EmptyElements::reset, with_access, "old"},
                           Row{EmptyElements::reset, quotes, ""}}) {
        const SamplePhone phone = SamplePhone().set("GPP_A", "old");
        const Applied applied = apply_profile(std::vector{row.element}, phone.values, row.policy);
        EXPECT_EQ(applied.values.get(id_of("GPP_A")), row.value)
            << static_cast<int>(row.policy) << row.element.self_closed;
    }
    const SamplePhone changed = SamplePhone().set("Resync_Random_Delay", "9");
    const Element empty{"Resync_Random_Delay", "", false, {}, false, 1};
    EXPECT_EQ(apply_profile(std::vector{empty}, changed.values, EmptyElements::reset)
                  .values.get(id_of("Resync_Random_Delay")),
              "2");
}

RC_GTEST_PROP(Apply, TwiceIsOnce, ()) {
    const auto some = rc::gen::map(
        rc::gen::pair(
            rc::gen::element<std::string>("GPP_A", "GPP_B", "VLAN_ID", "Provision_Enable", "Nope"),
            rc::gen::element<std::string>("", "1", "Yes", "\"\"", "text")),
        [](const auto& pair) { return element(pair.first, pair.second); });
    const auto elements = *rc::gen::container<std::vector<Element>>(some);
    const Applied once = apply_profile(elements, SamplePhone().values);
    const Applied twice = apply_profile(elements, once.values);
    RC_ASSERT(twice.changes.empty());
    RC_ASSERT(twice.effect == Effect::none);
    RC_ASSERT((twice.values == once.values));
}

}  // namespace onhook::profile
