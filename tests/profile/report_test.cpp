#include "profile/report.h"

#include <algorithm>

#include "profile/apply.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::profile {

using test::SamplePhone;

namespace {

// The elements of a report, without their places.
std::vector<Element> elements_in(const std::string& report) {
    auto elements = read_flat_profile(report);
    EXPECT_TRUE(elements);
    for (Element& element : *elements) {
        element.line = element.column = 0;
    }
    return *std::move(elements);
}

const Element* find(const std::vector<Element>& report, std::string_view name) {
    const auto found = std::find_if(
        report.begin(), report.end(), [&](const Element& one) { return one.name == name; });
    return found == report.end() ? nullptr : &*found;
}

}  // namespace

TEST(Report, HasEveryParameterButTheHiddenOnes) {
    const auto report = elements_in(full_report(SamplePhone().set("GPP_A", "1").values));
    const auto& parameters = cisco_mpp_catalogue().parameters();
    const auto hidden = std::count_if(
        parameters.begin(), parameters.end(), [](const Parameter& one) { return one.hidden; });
    EXPECT_EQ(report.size(), parameters.size() - static_cast<std::size_t>(hidden));
    EXPECT_EQ(find(report, "IKM_HTTP_Encrypt_Content"), nullptr);
    ASSERT_NE(find(report, "GPP_A"), nullptr);
    EXPECT_EQ(find(report, "GPP_A")->text, "1");
}

TEST(Report, ShowsSecretsAsElementsThatChangeNothing) {
    const auto report = elements_in(full_report(SamplePhone().set("GPP_SA", "s3cret").values));
    ASSERT_NE(find(report, "GPP_SA"), nullptr);
    EXPECT_EQ(*find(report, "GPP_SA"), (Element{"GPP_SA", "", true, Access::none, false, 0}));
}

// Section 14: a key is no less secret for standing in a rule.
TEST(Report, WithholdsRulesThatSpellOutASecret) {
    struct Row {
        std::string_view rule;
        bool withheld;
    };

    for (const Row& row : {Row{"http://h/$MA.xml", false},
                           Row{"[--key $SA] http://h/x", false},
                           Row{"[--uid bob --pwd \"$SB\"] http://h/x", false},
                           Row{"[--key $(SA)$(GPP_SB:2)]http://h/x", false},
                           Row{"[--key $(SA:2:4) --uid $MA]http://h/x", false},
                           Row{"http://h/mail?to=a@b", false},
                           Row{"[--key phrase] http://h/x", true},
                           Row{"[ --key \"a phrase\" ]http://h/x", true},
                           Row{"[--key x$SA] http://h/x", true},
                           Row{"[--key $$SA] http://h/x", true},
                           Row{"[--key $A] http://h/x", true},
                           Row{"[--uid bob --pwd word] http://h/x", true},
                           Row{"http://bob:word@h/x", true},
                           Row{"(1)? [--key $SA] http://h/x | [--key word] http://i/y", true},
                           Row{"[--key $SA --key word", true}}) {
        SCOPED_TRACE(row.rule);
        const auto report =
            elements_in(full_report(SamplePhone().set("Profile_Rule", row.rule).values));
        const Element* rule = find(report, "Profile_Rule");
        ASSERT_NE(rule, nullptr);
        EXPECT_EQ(rule->self_closed, row.withheld);
        EXPECT_EQ(rule->text, row.withheld ? "" : row.rule);
        EXPECT_TRUE(rule->access.has_value());
    }
}

// 8.2: the fields that changed, as they are now; secrets and hidden ones as in the full report.
TEST(Report, DeltaHasWhatChanged) {
    const SamplePhone phone = SamplePhone()
                                  .set("GPP_A", "new")
                                  .set("GPP_B", "as ever")
                                  .set("GPP_SA", "s3cret")
                                  .set("Profile_Rule", "[--key phrase] http://h/x")
                                  .set("IKM_HTTP_Encrypt_Content", "s3cret");
    std::vector<ParameterId> changed;
    for (const std::string_view name :
         {"GPP_A", "GPP_SA", "Profile_Rule", "IKM_HTTP_Encrypt_Content", "GPP_C"}) {
        changed.push_back(*cisco_mpp_catalogue().find(name));
    }
    EXPECT_EQ(elements_in(delta_report(phone.values, changed)),
              (std::vector<Element>{{"GPP_A", "new", false, Access::none, false, 0},
                                    {"GPP_SA", "", true, Access::none, false, 0},
                                    {"Profile_Rule", "", true, Access::none, false, 0},
                                    {"GPP_C", "", false, Access::none, false, 0}}));
    const auto nothing = read_flat_profile(delta_report(phone.values, {}));
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->empty());
}

RC_GTEST_PROP(Report, FedBackChangesNothing, ()) {
    const auto name = rc::gen::element<std::string>(
        "GPP_A", "GPP_SA", "Profile_Rule", "Report_Rule", "Display_Name_1_", "Log_Failure_Msg");
    const auto text =
        rc::gen::element<std::string>("", "a", "<&>\"'", "[--key x] http://h/x", "a b", "$SA");
    SamplePhone phone;
    for (const auto& [parameter, value] :
         *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
             rc::gen::pair(name, text))) {
        phone.set(parameter, value);
    }
    const std::string document = full_report(phone.values);
    const auto applied = apply_flat_profile(document, phone.values);
    RC_ASSERT(applied.has_value());
    RC_ASSERT(applied->changes.empty());
    RC_ASSERT(applied->ignored.empty());
    RC_ASSERT(write_flat_profile(elements_in(document)) == document);
}

}  // namespace onhook::profile
