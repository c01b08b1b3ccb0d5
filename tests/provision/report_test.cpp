#include "provision/report.h"

#include <gtest/gtest.h>

#include "provision/fault.h"

namespace onhook::provision {

namespace {

Result<Report> read_body(std::string_view body) {
    return read_report(profile::cisco_mpp_catalogue(), body);
}

}  // namespace

TEST(Report, YieldsNamesAndValues) {
    const auto report = read_body(
        "<device><flat-profile><GPP_A ua=\"na\">1</GPP_A><New_Thing>2</New_Thing>"
        "</flat-profile></device>");
    ASSERT_TRUE(report);
    ASSERT_EQ(report->elements.size(), 2U);
    EXPECT_EQ(report->elements[0].name, "GPP_A");
    EXPECT_EQ(report->elements[0].text, "1");
    EXPECT_EQ(report->elements[0].access, profile::Access::none);
    EXPECT_EQ(report->elements[1].name, "New_Thing");
    EXPECT_EQ(report->withheld, 0U);
}

TEST(Report, SecretsAreDroppedMaskedOrNot) {
    const auto report = read_body(
        "<flat-profile><Admin_Password ua=\"na\"/><Password_1_>hunter2</Password_1_>"
        "<GPP_SA>hunter2</GPP_SA><IKM_HTTP_Encrypt_Content>hunter2</IKM_HTTP_Encrypt_Content>"
        "<New_Password_9_>hunter2</New_Password_9_><Wifi_Passphrase>hunter2</Wifi_Passphrase>"
        "<Wifi_Key_2_>hunter2</Wifi_Key_2_><New_Key_List>shown</New_Key_List></flat-profile>");
    ASSERT_TRUE(report);
    ASSERT_EQ(report->elements.size(), 1U);
    EXPECT_EQ(report->elements[0].name, "New_Key_List");
    EXPECT_EQ(report->withheld, 7U);
    EXPECT_EQ(report_document(*report).find("hunter2"), std::string::npos);
}

TEST(Report, AnythingButAFlatProfileIsAnErrorWithItsPlace) {
    for (const std::string_view body :
         {"", "hello", "<statuses/>", "<flat-profile>", "<!DOCTYPE x><flat-profile/>"}) {
        SCOPED_TRACE(body);
        const auto report = read_body(body);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, Fault::bad_document);
        EXPECT_TRUE(report.error().detail.starts_with("the report is not a flat profile: line "));
    }
}

TEST(Report, AStatusIsOneToo) {
    const auto report = read_body(
        "<?xml version=\"1.0\"?><!-- by a phone --><status><Product_Information>"
        "<MAC_Address>000e08012345</MAC_Address><Admin_Password>hunter2</Admin_Password>"
        "</Product_Information><Provisioning_Status><Provisioning_Profile>[--key hunter2] "
        "http://h/a"
        "</Provisioning_Profile></Provisioning_Status></status>");
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->kind, ReportKind::status);
    EXPECT_EQ(report->size(), 2U);
    EXPECT_EQ(report->withheld, 1U);
    const std::string kept = report_document(*report);
    EXPECT_EQ(kept.find("hunter2"), std::string::npos);
    EXPECT_NE(kept.find("<MAC_Address>000e08012345</MAC_Address>"), std::string::npos);
    EXPECT_NE(kept.find("[--key ***] http://h/a"), std::string::npos);
    const auto again = read_body(kept);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, report->status);
    EXPECT_EQ(again->withheld, 0U);
}

TEST(Report, ABrokenStatusIsAnErrorWithItsPlace) {
    for (const std::string_view body :
         {"<status>", "<status><a></status>", "<?xml version=\"1.0\"?><status>\xFF</status>"}) {
        SCOPED_TRACE(body);
        const auto report = read_body(body);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, Fault::bad_document);
        EXPECT_TRUE(report.error().detail.starts_with("the report is not a status: line "));
    }
}

TEST(Report, IsBounded) {
    const std::string body =
        "<flat-profile>" + std::string(report_limits.bytes, ' ') + "</flat-profile>";
    EXPECT_FALSE(read_body(body));
}

}  // namespace onhook::provision
