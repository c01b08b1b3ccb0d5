#include "phone/custom_ca.h"

#include <gtest/gtest.h>

#include "phone/samples.h"
#include "phone/states/driven_custom_ca.h"
#include "phone/status.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

const std::string http_profile = "http://prov.test/a.xml";
const std::string https_profile = "https://prov.test/b.xml";
const std::string ca_file_url = "http://prov.test/ca.pem";

Reply ca_file(std::string certificates = "PEM 1", std::string name = "Lab CA") {
    return {.status = 200, .body = std::move(certificates), .authority = std::move(name)};
}

SamplePhone with_rule(std::string_view rule = ca_file_url) {
    return SamplePhone()
        .set("Profile_Rule", http_profile)
        .set("Resync_Random_Delay", "0")
        .set("Custom_CA_Rule", rule);
}

std::string custom_ca_fields(const PhoneWorld& world) {
    const auto document =
        status_document(profile::cisco_mpp(), test::sample_identity(), world.saved());
    std::string text;
    for (const auto& section : document.sections) {
        for (const auto& field : section.fields) {
            if (field.label.starts_with("Custom CA")) {
                text += field.label + "=" + field.value + "\n";
            }
        }
    }
    return text;
}

}  // namespace

TEST(CustomCa, IsFetchedAtEachBoot) {
    PhoneWorld world(with_rule("http://prov.test/$MA.pem"));
    world.wall_at_start = WallTime(Seconds(1'407'910'358));  // 2014-08-13 06:12:38 UTC
    world.serve_profile(http_profile, "").serve("http://prov.test/000e08012345.pem", ca_file());
    world.power_up();
    EXPECT_EQ(world.asked("http://prov.test/000e08012345.pem"), 1);
    EXPECT_EQ(world.requests[0].purpose, Purpose::authority);
    EXPECT_EQ(world.saved().authorities->certificates, "PEM 1");
    EXPECT_TRUE(
        world.logged("custom CA 'Lab CA' installed from http://prov.test:80/000e08012345.pem") ||
        world.logged("custom CA 'Lab CA' installed from http://prov.test/000e08012345.pem"))
        << world.everything_said();
    EXPECT_EQ(custom_ca_fields(world),
              "Custom CA Provisioning Status=Last provisioning succeeded on 08/13/2014 06:12:38\n"
              "Custom CA Info=Installed Lab CA\n"
              "Custom CA Status=Last provisioning succeeded on 08/13/2014 06:12:38\n");
    world.run_for(24h);
    EXPECT_EQ(world.asked("http://prov.test/000e08012345.pem"), 1);  // the rule is what it was
    world.power_up();
    EXPECT_EQ(world.asked("http://prov.test/000e08012345.pem"), 2);
}

TEST(CustomCa, AChangedRuleIsFollowedAfterASuccessfulResync) {
    PhoneWorld world(with_rule("").set("Resync_Periodic", "3600"));
    world.serve_profile(http_profile, "")
        .serve_profile(http_profile, "<Custom_CA_Rule>" + ca_file_url + "</Custom_CA_Rule>")
        .serve(ca_file_url, ca_file());
    world.power_up();
    EXPECT_EQ(world.asked(ca_file_url), 0);
    world.run_for(3600s);
    EXPECT_EQ(world.asked(ca_file_url), 1);
    world.run_for(2h);
    EXPECT_EQ(world.asked(ca_file_url), 1);
    // Set by hand it waits for the same.
    world.serve("http://prov.test/two.pem", ca_file("PEM 2", "Two"));
    world.submit("Custom_CA_Rule", "http://prov.test/two.pem");
    EXPECT_EQ(world.asked("http://prov.test/two.pem"), 0);
}

TEST(CustomCa, WhatFailedIsTriedAfterTheNextSuccess) {
    PhoneWorld world(with_rule().set("Resync_Periodic", "3600"));
    world.serve_profile(http_profile, "")
        .serve(ca_file_url, {.status = 404})
        .serve(ca_file_url, {.status = 200, .body = "no PEM"})
        .serve(ca_file_url, ca_file());
    world.power_up();
    EXPECT_TRUE(world.logged("custom CA from " + Url::parse(ca_file_url)->to_string() +
                             " failed: file not found"));
    EXPECT_EQ(custom_ca_fields(world),
              "Custom CA Provisioning Status=Last provisioning failed at an unknown time\n"
              "Custom CA Info=Not Installed\n"
              "Custom CA Status=Last provisioning failed at an unknown time -- corrupt file: "
              "it holds no certificate of a CA\n");
    world.run_for(10h);
    EXPECT_EQ(world.asked(ca_file_url), 3);
    EXPECT_EQ(world.saved().authorities->name, "Lab CA");
    EXPECT_EQ(world.saved().authorities->error, "");
}

TEST(CustomCa, AFailureLeavesWhatIsInstalled) {
    PhoneWorld world(with_rule());
    world.serve_profile(http_profile, "").serve(ca_file_url, ca_file());
    world.serve_fault(ca_file_url, TransferFault::corrupt).power_up();
    world.power_up();
    EXPECT_EQ(world.saved().authorities->certificates, "PEM 1");
    EXPECT_EQ(world.saved().authorities->error, "corrupt file: as told");
    world.submit("Custom_CA_Rule", "");
    world.power_up();
    EXPECT_EQ(world.saved().authorities->certificates, "PEM 1");
    world.step(FactoryResetRequested{{3}});
    EXPECT_TRUE(world.saved().authorities->certificates.empty());
    EXPECT_FALSE(world.saved().authorities->tried);
}

TEST(CustomCa, RulesThatMakeNoSenseAreNamed) {
    struct Row {
        std::string_view rule;
        std::string_view why;
    };

    for (const Row& row :
         {Row{"/ca.pem", "there is no server in it"},
          Row{"gds://", "gds:// names no file"},
          Row{"[--srv] http://h/ca.pem", "--srv and --alias are for profile rules"},
          Row{"[--alias a] http://h/ca.pem", "--srv and --alias are for profile rules"},
          Row{"[--nope] http://h/ca.pem", "rule syntax error: "}}) {
        SCOPED_TRACE(row.rule);
        DrivenCustomCa driven;
        driven.request(std::string(row.rule));
        EXPECT_EQ(driven.state(), CustomCa::State::idle);
        EXPECT_NE(driven.bench.memory.authorities->error.find(row.why), std::string::npos)
            << driven.bench.memory.authorities->error;
        EXPECT_EQ(driven.bench.count<StartTransfer>(), 0U);
    }
}

TEST(CustomCa, KnowsTheOptionsOfProfileRules) {
    DrivenCustomCa driven;
    driven.bench.set("GPP_A", "$MA");
    driven.request(
        "(\"a\" eq \"b\")? http://no/ | ( GPP_B = \"x\" )! [--key k --uid u --pwd p "
        "--post a] https://h/ca.pem");
    const StartTransfer& order = driven.bench.transfer();
    EXPECT_EQ(order.url.to_string(), Url::parse("https://h/ca.pem")->to_string());
    EXPECT_EQ(order.method, Method::post);
    EXPECT_EQ(order.body, "000e08012345");
    EXPECT_TRUE(order.keys.key);
    EXPECT_TRUE(order.keys.of_text);
    EXPECT_EQ(order.purpose, Purpose::authority);
    EXPECT_EQ(driven.bench.memory.values.get(*profile::cisco_mpp_catalogue().find("GPP_B")), "x");
}

// 4.1: of a request, the host that asks.
TEST(CustomCa, ARequestWithoutAServerMeansItsSender) {
    for (const auto& [sender, url] : {std::pair("192.168.1.5", "tftp://192.168.1.5/ca.pem"),
                                      std::pair("2001:db8::1", "tftp://[2001:db8::1]/ca.pem")}) {
        DrivenCustomCa driven;
        driven.request("/ca.pem", sender);
        EXPECT_EQ(driven.bench.transfer().url.to_string(), Url::parse(url)->to_string());
    }
}

TEST(CustomCa, IsInstalledOnRequest) {
    PhoneWorld world(with_rule(""));
    world.serve_profile(http_profile, "").serve(ca_file_url, ca_file()).power_up();
    world.hold_transfers = true;
    world.step(AuthorityRequested{{7}, ca_file_url, "192.0.2.5"});
    EXPECT_TRUE(world.answers.back().accepted);
    world.step(AuthorityRequested{{8}, ca_file_url, "192.0.2.5"});
    EXPECT_FALSE(world.answers.back().accepted);
    EXPECT_EQ(world.answers.back().text, "a custom CA is being fetched; ask again");
    world.settle();
    EXPECT_EQ(world.saved().authorities->name, "Lab CA");
    EXPECT_EQ(world.get("Custom_CA_Rule"), "");
    world.step(AuthorityRequested{{9}, " ", ""});
    EXPECT_NE(world.answers.back().text.find("/admin/updateca?http://"), std::string::npos);
    world.submit("Enable_Direct_Action_Url", "No");
    world.step(AuthorityRequested{{10}, ca_file_url, ""});
    EXPECT_FALSE(world.answers.back().accepted);
}

TEST(CustomCa, FlyingvoicePhonesTakeNone) {
    PhoneWorld world{test::SampleFlyingvoice()};
    world.power_up();
    world.step(AuthorityRequested{{7}, ca_file_url, ""});
    EXPECT_EQ(world.answers.back().text, "this phone takes no custom CA");
}

TEST(CustomCa, ARestartSaysWhatItDropped) {
    PhoneWorld world(with_rule(""));
    world.serve_profile(http_profile, "").power_up();
    world.hold_transfers = true;
    world.step(AuthorityRequested{{7}, ca_file_url, ""});
    world.step(RebootRequested{{8}});
    EXPECT_TRUE(world.logged("the requested custom CA was not fetched: the phone restarts"));
}

// Whichever comes first: what the server of the profile shows is trusted once the CA is there.
class LateTrust : public ::testing::Test {
  protected:
    LateTrust() {
        // The profile over TLS fails until the CA is installed.
        world_.serve_fault(https_profile, TransferFault::tls);
    }

    PhoneWorld world_{SamplePhone()
                          .set("Profile_Rule", https_profile)
                          .set("Resync_Random_Delay", "0")
                          .set("Resync_Error_Retry_Delay", "0")
                          .set("Custom_CA_Rule", ca_file_url)};
};

TEST_F(LateTrust, AResyncThatFailedByTlsIsDoneAgainAtOnce) {
    world_.serve_profile(https_profile, "<GPP_A>here</GPP_A>");
    world_.hold_transfers = true;
    world_.power_up();
    world_.wait_for_deadline();
    ASSERT_EQ(world_.under_way(), 2U);  // the CA, then the profile
    world_.reply_to(1);
    EXPECT_EQ(world_.under_way(), 1U);
    world_.reply_to(0, ca_file());
    world_.settle();
    EXPECT_EQ(world_.get("GPP_A"), "here");
    EXPECT_EQ(world_.asked(https_profile), 2);
}

TEST_F(LateTrust, SoIsOneThatRanWhenTheCaCame) {
    world_.serve_profile(https_profile, "<GPP_A>here</GPP_A>");
    world_.hold_transfers = true;
    world_.power_up();
    world_.wait_for_deadline();
    world_.reply_to(0, ca_file());
    EXPECT_EQ(world_.under_way(), 1U);
    world_.reply_to(0);
    world_.settle();
    EXPECT_EQ(world_.get("GPP_A"), "here");
    EXPECT_EQ(world_.asked(https_profile), 2);
}

TEST_F(LateTrust, OnlyOnceForTheSameCertificates) {
    world_.serve(ca_file_url, ca_file()).power_up().run_for(1h);
    const int asked = world_.asked(https_profile);
    EXPECT_EQ(asked, 1);  // the CA was there before, and was no help
    world_.step(AuthorityRequested{{7}, ca_file_url, ""});
    world_.settle().run_for(1h);
    EXPECT_EQ(world_.asked(https_profile), asked);
    world_.serve("http://prov.test/two.pem", ca_file("PEM 2", "Two"));
    world_.step(AuthorityRequested{{8}, "http://prov.test/two.pem", ""});
    world_.settle().run_for(1h);
    EXPECT_EQ(world_.asked(https_profile), asked + 1);
}

TEST_F(LateTrust, AnotherFailureIsNoReason) {
    PhoneWorld world(with_rule().set("Resync_Error_Retry_Delay", "0"));
    world.serve(http_profile, {.status = 500}).serve(ca_file_url, ca_file());
    world.power_up().run_for(1h);
    EXPECT_EQ(world.asked(http_profile), 1);
}

// 7.2: the redirect service may bring the CA of the provider that it names.
TEST(CustomCa, OfARedirectIsFetchedBeforeTheProfile) {
    PhoneWorld world(SamplePhone().set("Resync_Random_Delay", "0"), test::redirect_rule);
    world
        .serve_profile(test::redirect_url,
                       "<Custom_CA_Rule>" + ca_file_url + "</Custom_CA_Rule><Profile_Rule>" +
                           https_profile + "</Profile_Rule>")
        .serve(ca_file_url, ca_file())
        .serve_profile(https_profile, "<GPP_A>here</GPP_A>");
    world.power_up().run_for(1h);
    const auto urls = world.urls();
    const auto place = [&](const std::string& url) {
        return std::find(urls.begin(), urls.end(), Url::parse(url)->to_string()) - urls.begin();
    };
    EXPECT_LT(place(ca_file_url), place(https_profile));
    EXPECT_EQ(world.get("GPP_A"), "here");
}

TEST(CustomCa, SurvivesAPowerCut) {
    for (std::size_t cut = 0; cut < 12; ++cut) {
        SCOPED_TRACE(cut);
        PhoneWorld world(with_rule());
        world.serve_profile(http_profile, "").serve(ca_file_url, ca_file());
        world.cut_power_after(cut);
        world.power_up().run_for(10h);
        EXPECT_EQ(world.saved().authorities->certificates, "PEM 1");
    }
}

TEST(CustomCa, SaysNoSecret) {
    PhoneWorld world(with_rule("[--uid joe --pwd geheim] http://joe:geheim@prov.test/ca.pem"));
    world.serve_profile(http_profile, "").power_up();
    world.step(AuthorityRequested{{7}, "[--pwd geheim --nope] http://prov.test/ca.pem", ""});
    world.settle();
    EXPECT_EQ(world.everything_said().find("geheim"), std::string::npos);
    EXPECT_EQ(custom_ca_fields(world).find("geheim"), std::string::npos);
}

}  // namespace onhook::phone
