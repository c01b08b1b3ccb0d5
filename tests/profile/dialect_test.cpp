#include "profile/dialect.h"

#include <gtest/gtest.h>

#include "support/sample_phone.h"

namespace onhook::profile {

TEST(CiscoDialect, NamesProductsAndSeries) {
    EXPECT_EQ(cisco_mpp().product_name("8841"), "CP-8841-3PCC");
    EXPECT_EQ(cisco_mpp().series_name("7841"), "7841-3PCC");
    EXPECT_EQ(find_dialect("cisco-mpp"), &cisco_mpp());
    EXPECT_EQ(find_dialect("nope"), nullptr);
}

TEST(CiscoDialect, SendsAndReadsItsUserAgent) {
    const std::string header = cisco_mpp().user_agent(test::sample_identity());
    EXPECT_EQ(header, "Cisco-CP-8841-3PCC/11.3.1 (000e08012345)");
    const auto hint = read_user_agent(header);
    ASSERT_TRUE(hint);
    EXPECT_EQ(hint->model, "8841");
    EXPECT_EQ(hint->firmware, "11.3.1");
    EXPECT_EQ(hint->mac, *MacAddress::parse("000e08012345"));
}

TEST(CiscoDialect, ReadsUserAgentsInAnyVersionAndRefusesOthers) {
    EXPECT_EQ(read_user_agent("Cisco-CP-7832-3PCC/11.0.1 (00562b043615)")->firmware, "11.0.1");
    EXPECT_FALSE(read_user_agent("Cisco-CP-8841-3PCC/12.0.3 (serial)")->mac);
    EXPECT_FALSE(read_user_agent("curl/7.88.1"));
    EXPECT_FALSE(read_user_agent("Cisco-CP-x-3PCC/1 (00562b043615)"));
}

}  // namespace onhook::profile
