#include "provision/redirect.h"

#include "layers.h"
#include "profile/flat_profile.h"

namespace onhook::provision {

namespace {

std::string document_for(std::string_view base, const EffectiveSettings* effective) {
    return redirect_document(profile::cisco_mpp(), *Url::parse(base), effective);
}

}  // namespace

TEST(Redirect, AKnownDeviceIsSentToItsProfile) {
    const std::vector<Layer> layers = {
        {Scope(),
         {test::setting("Resync_Error_Retry_Delay", "30,60"), test::setting("GPP_A", "x")}}};
    const auto effective = merge(profile::cisco_mpp_catalogue(), layers);
    const auto elements = profile::read_flat_profile(document_for("http://h:8080", &effective));
    ASSERT_TRUE(elements);
    ASSERT_EQ(elements->size(), 2U);
    EXPECT_EQ(elements->at(0).name, "Profile_Rule");
    EXPECT_EQ(elements->at(0).text, "http://h:8080/$MA.xml");
    EXPECT_EQ(elements->at(1).name, "Resync_Error_Retry_Delay");
    EXPECT_EQ(elements->at(1).text, "30,60");
}

TEST(Redirect, TheRetryDelayIsLeftToThePhoneUnlessDecided) {
    const auto effective = merge(profile::cisco_mpp_catalogue(), {});
    const auto elements = profile::read_flat_profile(document_for("http://h:8080", &effective));
    ASSERT_TRUE(elements);
    EXPECT_EQ(elements->size(), 1U);
}

TEST(Redirect, AnUnknownDeviceGetsTheEmptyBody) {
    EXPECT_EQ(document_for("http://h:8080", nullptr), "");
}

}  // namespace onhook::provision
