#include "provision/admission.h"

#include <set>

#include <gtest/gtest.h>

namespace onhook::provision {

namespace {

const MacAddress phone_a = *MacAddress::parse("000e08aaaaaa");
const MacAddress phone_b = *MacAddress::parse("000e08bbbbbb");

Decision decide(std::string_view target, std::string_view user_agent) {
    const auto request = read_request_target(target);
    CHECK(request.has_value());
    return claimed_device(claims_of(*request, user_agent));
}

}  // namespace

TEST(Admission, EveryCombinationOfClaimsIsDecided) {
    const std::optional<MacAddress> claims[] = {std::nullopt, phone_a, phone_b};
    for (const auto& path : claims) {
        for (const auto& query : claims) {
            for (const auto& user_agent : claims) {
                std::set<MacAddress> claimed;
                for (const auto& claim : {path, query, user_agent}) {
                    if (claim) {
                        claimed.insert(*claim);
                    }
                }
                const auto decision =
                    claimed_device({.path = path, .query = query, .user_agent = user_agent});
                if (claimed.size() == 1) {
                    ASSERT_TRUE(decision);
                    EXPECT_EQ(*decision, *claimed.begin());
                } else {
                    ASSERT_FALSE(decision);
                    EXPECT_EQ(decision.error().status, claimed.empty() ? 404 : 403);
                    EXPECT_FALSE(decision.error().reason.empty());
                }
            }
        }
    }
}

TEST(Admission, TheReasonNamesBothSidesOfADisagreement) {
    const auto decision = decide("/000e08aaaaaa.xml", "Cisco-CP-8841-3PCC/11.3.1 (000e08bbbbbb)");
    ASSERT_FALSE(decision);
    EXPECT_EQ(decision.error().status, 403);
    EXPECT_EQ(decision.error().reason,
              "the path says 000e08aaaaaa but the User-Agent says 000e08bbbbbb");
}

TEST(Admission, APathWithoutAMacTakesTheUserAgents) {
    const auto decision = decide("/8841-3PCC.xml", "Cisco-CP-8841-3PCC/11.3.1 (000e08bbbbbb)");
    ASSERT_TRUE(decision);
    EXPECT_EQ(*decision, phone_b);
}

TEST(Admission, AnotherProgramsUserAgentClaimsNothing) {
    for (const std::string_view header :
         {"", "curl/7.88.1", "Mozilla/5.0 (000e08bbbbbb)", "Cisco-CP-8841-3PCC/11.3.1"}) {
        SCOPED_TRACE(header);
        const auto decision = decide("/000e08aaaaaa.xml", header);
        ASSERT_TRUE(decision);
        EXPECT_EQ(*decision, phone_a);
        EXPECT_FALSE(decide("/8841-3PCC.xml", header));
    }
}

TEST(Admission, ARedirectsIdIsAClaimToo) {
    const std::string_view target =
        "/software/edos/callhome/rc?id=000E08AAAAAA:88012BA01234:CP-8841-3PCC";
    ASSERT_TRUE(decide(target, ""));
    EXPECT_EQ(*decide(target, ""), phone_a);
    EXPECT_FALSE(decide(target, "Cisco-CP-8841-3PCC/11.3.1 (000e08bbbbbb)"));
}

TEST(Admission, AnUnknownDeviceIsNotFound) {
    EXPECT_EQ(unknown_device(phone_a).status, 404);
    EXPECT_EQ(unknown_device(phone_a).reason, "no device 000e08aaaaaa; add it to serve it");
}

}  // namespace onhook::provision
