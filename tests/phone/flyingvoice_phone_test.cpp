// What a Flyingvoice phone does beyond the vectors of flyingvoice.md 13.
#include <gtest/gtest.h>

#include "phone/upgrade_plan.h"
#include "support/machine_bench.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SampleFlyingvoice;

namespace {

using Strings = std::vector<std::string>;
using Times = std::vector<int>;

const std::string first_file = "http://h/a.cfg";
const std::string two = "http://h/b.cfg";
const std::string folder = "http://h/p/";

// A phone that asks its own rule only, at once after power-up.
SampleFlyingvoice phone_with(std::string_view rule, std::string_view rule2 = "") {
    return SampleFlyingvoice()
        .set("DBID_PROFILE_RULE", rule)
        .set("DBID_PROFILE_RULE2", rule2)
        .set("DBID_PRV_SIPPNP_ENABLED", "0")
        .set("DBID_RANDOM_DELAY", "0");
}

Reply file(std::string_view text) { return {.body = std::string(text)}; }

Reply tagged(std::string_view text, std::string etag) {
    return {.body = std::string(text), .etag = std::move(etag)};
}

const Reply unchanged{.status = 304};

ResyncCode last_code(const PhoneWorld& world) { return world.saved().resyncs.at(0).code; }

}  // namespace

// 6.1: each row switches on one source more; the first that names a server is asked.
TEST(Flyingvoice, AsksTheFirstSourceThatNamesAServer) {
    struct Row {
        std::string_view name;
        std::string_view key;
        std::string_view value;
        std::vector<std::pair<std::uint8_t, std::string>> options;
        std::string asked;
    };

    const std::vector<Row> rows = {
        {"option 66 comes before the rule",
         "",
         "",
         {{66, "http://dhcp/x.cfg"}},
         "http://dhcp/x.cfg"},
        {"option 66 is off",
         "DBID_PRV_OPTION66_ENABLED",
         "0",
         {{66, "http://dhcp/x.cfg"}},
         first_file},
        {"a path alone names no server", "", "", {{67, "x.cfg"}}, first_file},
        {"option 67 is off",
         "DBID_PRV_OPTION67_ENABLED",
         "0",
         {{66, "http://dhcp/x.cfg"}, {67, "y.cfg"}},
         "http://dhcp/x.cfg"},
        {"option 67 alone may be a URL",
         "DBID_PRV_OPTION66_ENABLED",
         "0",
         {{66, "http://dhcp/x.cfg"}, {67, "http://dhcp/y.cfg"}},
         "http://dhcp/y.cfg"},
        {"an extra option comes before 66, in the order of the list",
         "static.auto_provision.dhcp_option.list_user_options",
         "128, 160,150",
         {{66, "http://dhcp/x.cfg"}, {150, "http://third/x.cfg"}, {160, "http://extra/x.cfg"}},
         "http://extra/x.cfg"},
        {"an extra option that is not there",
         "static.auto_provision.dhcp_option.list_user_options",
         "128",
         {{66, "http://dhcp/x.cfg"}},
         "http://dhcp/x.cfg"},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(row.name);
        SampleFlyingvoice sample = phone_with(first_file);
        if (!row.key.empty()) {
            sample.set(row.key, row.value);
        }
        PhoneWorld world(sample);
        world.power_up({"192.168.1.20", DhcpAnswer{"", row.options}});
        EXPECT_EQ(world.urls(), Strings{row.asked});
    }
    PhoneWorld world(
        phone_with(first_file).set("static.auto_provision.dhcp_option.list_user6_options", "59"));
    world.power_up({"192.168.1.20", DhcpAnswer{"", {}, {{59, "http://six/x.cfg"}}}});
    EXPECT_EQ(world.urls(), Strings{"http://six/x.cfg"});
}

// D9: five seconds, then DHCP and the rule; who answers later is not heard.
TEST(Flyingvoice, WaitsFiveSecondsForPnp) {
    PhoneWorld world(phone_with(first_file).set("DBID_PRV_SIPPNP_ENABLED", "1"));
    world.serve(first_file, file("DBID_RESYNC_PERIODIC = 0"));
    world.power_up().run_for(4s);
    EXPECT_TRUE(world.requests.empty());
    world.run_for(1s);
    EXPECT_EQ(world.urls(), Strings{first_file});
    EXPECT_EQ(world.stopped_pnp, 1);
    world.step(PnpAnswered{"http://late/x.cfg"});
    world.run_for(24h);
    EXPECT_EQ(world.urls(), Strings{first_file});
}

// D9: the first acceptable answer ends the search, not the first one.
TEST(Flyingvoice, WaitsForAPnpServerThatNamesAUsableUrl) {
    PhoneWorld world(phone_with(first_file).set("DBID_PRV_SIPPNP_ENABLED", "1"));
    world.power_up().run_for(1s);
    world.step(PnpAnswered{"gopher://h/x"});
    world.run_for(1s);
    EXPECT_EQ(world.urls(), Strings{});
    EXPECT_EQ(world.stopped_pnp, 0);
    EXPECT_TRUE(world.logged("PnP named no usable URL"));
    world.step(PnpAnswered{"http://pnp/x.cfg"});
    world.settle();
    EXPECT_EQ(world.urls(), Strings{"http://pnp/x.cfg"});
    EXPECT_EQ(world.stopped_pnp, 1);
    PhoneWorld alone(phone_with(first_file).set("DBID_PRV_SIPPNP_ENABLED", "1"));
    alone.power_up().run_for(1s);
    alone.step(PnpAnswered{"gopher://h/x"});
    alone.run_for(4s);
    EXPECT_EQ(alone.urls(), Strings{first_file});
}

// 6.1: no source is no error, and no timer waits for one.
TEST(Flyingvoice, NothingToFetchIsNoFailure) {
    PhoneWorld world(phone_with(""));
    world.power_up();
    EXPECT_EQ(last_code(world), ResyncCode::no_source);
    EXPECT_FALSE(world.saved().resync_due);
    EXPECT_FALSE(world.phone().next_deadline());
    PhoneWorld second(phone_with("", two));
    second.serve(two, file("DBID_RESYNC_PERIODIC = 60")).power_up();
    EXPECT_EQ(second.urls(), Strings{two});
    EXPECT_EQ(second.get("DBID_RESYNC_PERIODIC"), "60");
}

// 8.1.6: which absent files matter, by what else is there.
TEST(Flyingvoice, MissesOnlyWhatNothingReplaces) {
    struct Row {
        std::string_view name;
        std::vector<std::pair<std::string, Reply>> served;  // the rest is 404
        ResyncCode code;
    };

    const std::string own_boot = "0021f222aef1.boot";
    const std::string own = "0021f222aef1.cfg";
    const std::string common = "y000000000000.cfg";
    const std::string boot =
        "#!version:1.0.0.1\ninclude:config \"" + common + "\"\ninclude:config \"" + own + "\"\n";
    const Reply setting = file("DBID_RESYNC_PERIODIC = 60");
    const Reply broken{.status = 500};
    for (const Row& row :
         {Row{"nothing", {}, ResyncCode::not_found},
          Row{"own file", {{own, setting}}, ResyncCode::changed},
          Row{"common file", {{common, setting}}, ResyncCode::changed},
          Row{"boot file, one include",
              {{own_boot, file(boot)}, {common, setting}},
              ResyncCode::changed},
          Row{"boot file, no include", {{own_boot, file(boot)}}, ResyncCode::unchanged},
          Row{"boot file that is none",
              {{own_boot, setting}, {own, setting}},
              ResyncCode::unreadable},
          Row{"server in trouble", {{own_boot, broken}, {own, setting}}, ResyncCode::transport},
          Row{"included file in trouble",
              {{own_boot, file(boot)}, {common, setting}, {own, broken}},
              ResyncCode::transport},
          Row{"a file without a pair",
              {{common, setting}, {own, file("#\n")}},
              ResyncCode::unreadable}}) {
        SCOPED_TRACE(row.name);
        PhoneWorld world(phone_with("http://h/p"));
        world.otherwise = Reply{.status = 404};
        for (const auto& [name, reply] : row.served) {
            world.serve(folder + name, reply);
        }
        world.power_up();
        EXPECT_EQ(last_code(world), row.code);
        EXPECT_EQ(world.get("DBID_RESYNC_PERIODIC"),
                  row.code == ResyncCode::changed ? "60" : "3600");
    }
}

TEST(Flyingvoice, MissesTheFilesOfProfile2WhateverProfile1Had) {
    PhoneWorld world(phone_with("http://h/p", "http://h/q"));
    world.otherwise = Reply{.status = 404};
    world.serve(folder + "y000000000000.cfg", file("DBID_SIP_ACCOUNT = 1")).power_up();
    EXPECT_EQ(last_code(world), ResyncCode::not_found);
    EXPECT_EQ(world.get("DBID_SIP_ACCOUNT"), "");
}

// D20: relative to the boot file or absolute, in order, the later over the earlier; what an
// included file includes is none of them.
TEST(Flyingvoice, ReadsWhatTheBootFileIncludes) {
    PhoneWorld world(phone_with("http://h/p/"));
    world
        .serve(folder + "0021f222aef1.boot",
               file("#!version:1.0.0.1\ninclude:config sub/a.cfg\ninclude:config "
                    "\"http://other/$(MA).cfg\"\ninclude:config /b.cfg\n"))
        .serve(folder + "sub/a.cfg", file("DBID_RESYNC_PERIODIC = 1\nDBID_SIP_ACCOUNT = a"))
        .serve("http://other/0021f222aef1.cfg", file("DBID_RESYNC_PERIODIC = 2"))
        .serve("http://h/b.cfg", file("DBID_RESYNC_PERIODIC = 70"));
    world.power_up();
    EXPECT_EQ(world.urls(),
              (Strings{folder + "0021f222aef1.boot",
                       folder + "sub/a.cfg",
                       "http://other/0021f222aef1.cfg",
                       "http://h/b.cfg"}));
    EXPECT_EQ(world.get("DBID_RESYNC_PERIODIC"), "70");
    EXPECT_EQ(world.get("DBID_SIP_ACCOUNT"), "a");
}

TEST(Flyingvoice, BoundsWhatABootFileIncludes) {
    std::string boot = "#!version:1.0.0.1\n";
    for (int i = 0; i < 33; ++i) {
        boot += "include:config a.cfg\n";
    }
    PhoneWorld world(phone_with("http://h/p/"));
    world.serve(folder + "0021f222aef1.boot", file(boot)).power_up();
    EXPECT_EQ(world.requests.size(), 1U);
    EXPECT_EQ(last_code(world), ResyncCode::unreadable);
}

TEST(Flyingvoice, BoundsTheFilesOfAnAttemptTogether) {
    std::string boot = "#!version:1.0.0.1\n";
    for (int i = 0; i < 9; ++i) {
        boot += "include:config a.cfg\n";
    }
    // Nothing is wrong with it but its size.
    std::string large = "DBID_SIP_ACCOUNT = a\n";
    for (int i = 0; i < 1000; ++i) {
        large += "#" + std::string(998, 'x') + "\n";
    }
    PhoneWorld world(phone_with("http://h/p/"));
    world.serve(folder + "0021f222aef1.boot", file(boot)).serve(folder + "a.cfg", file(large));
    world.power_up();
    EXPECT_EQ(world.asked(folder + "a.cfg"), 9);
    EXPECT_EQ(last_code(world), ResyncCode::unreadable);
    EXPECT_EQ(world.saved().resyncs.at(0).error,
              "the files are larger than 8388608 bytes together; the server must send less");
    EXPECT_EQ(world.get("DBID_SIP_ACCOUNT"), "");
}

// D26: profile 2 overrides profile 1, is fetched when that failed, and has its own words.
TEST(Flyingvoice, FetchesBothProfilesEachInItsOwnWords) {
    PhoneWorld world(phone_with(first_file, two)
                         .set("PrvUserAgentVal", "one/$(SN)")
                         .set("PrvUserAgentVal2", "two/$(SN)")
                         .set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic")
                         .set("DBID_PRV_HTTP_AUTHENTRCATION2", "Basic")
                         .set("PrvUserName", "alice")
                         .set("PrvUserName2", "bob"));
    world.serve(first_file, file("DBID_RESYNC_PERIODIC = 60\nDBID_SIP_ACCOUNT = 1"))
        .serve(two, file("DBID_RESYNC_PERIODIC = 70"));
    world.power_up();
    ASSERT_EQ(world.requests.size(), 2U);
    EXPECT_EQ(world.requests[0].user_agent, "one/FVSN0001");
    EXPECT_EQ(world.requests[0].user, "alice");
    EXPECT_EQ(world.requests[1].user_agent, "two/FVSN0001");
    EXPECT_EQ(world.requests[1].user, "bob");
    EXPECT_EQ(world.get("DBID_RESYNC_PERIODIC"), "70");
    EXPECT_EQ(world.get("DBID_SIP_ACCOUNT"), "1");

    PhoneWorld failing(phone_with(first_file, two));
    failing.serve(first_file, {.status = 500}).serve(two, file("DBID_RESYNC_PERIODIC = 70"));
    failing.power_up();
    EXPECT_EQ(failing.urls(), (Strings{first_file, two}));
    EXPECT_EQ(failing.get("DBID_RESYNC_PERIODIC"), "3600");
    EXPECT_EQ(failing.saved().resyncs.at(0).url, first_file);
}

TEST(Flyingvoice, ARuleThatAProfileChangesCountsNextTime) {
    PhoneWorld world(phone_with(first_file));
    world.serve(first_file, file("DBID_PROFILE_RULE2 = " + two + "\nDBID_RESYNC_PERIODIC = 60"))
        .serve(two, file("DBID_SIP_ACCOUNT = 2"));
    world.power_up();
    EXPECT_EQ(world.urls(), Strings{first_file});
    world.run_for(60s);
    EXPECT_EQ(world.urls(), (Strings{first_file, first_file, two}));
}

// D24: which challenges get an answer.
TEST(Flyingvoice, AnswersOnlyTheConfiguredKindOfChallenge) {
    struct Row {
        std::string_view configured;
        std::string_view challenge;
        std::vector<std::string> users;  // of the requests, in order
    };

    const std::string_view digest = R"(Digest realm="a, Basic b", nonce="n", qop="auth")";
    for (const Row& row :
         {Row{"Digest", digest, {"", "FVSN0001"}},
          Row{"Digest", R"(Basic realm="Digest, Digest x")", {""}},
          Row{"Digest", R"(Basic realm="p", Digest realm="p", nonce="n")", {"", "FVSN0001"}},
          Row{"Digest", R"(Negotiate abc==, digest realm="\"", nonce="n")", {"", "FVSN0001"}},
          Row{"Digest", "", {""}},
          Row{"Basic", R"(Basic realm="p")", {"FVSN0001"}},
          Row{"Basic", digest, {"FVSN0001"}}}) {
        SCOPED_TRACE(row.challenge);
        PhoneWorld world(
            phone_with(first_file).set("DBID_PRV_HTTP_AUTHENTRCATION", row.configured));
        world.serve(first_file, {.status = 401, .challenge = std::string(row.challenge)})
            .power_up();
        std::vector<std::string> users;
        for (const test::Request& request : world.requests) {
            users.push_back(request.user);
            EXPECT_EQ(request.unasked, row.configured == "Basic");
        }
        EXPECT_EQ(users, row.users);
        EXPECT_EQ(last_code(world), ResyncCode::authentication);
    }
}

// D12, 6.4: those of the rule win, and wait to be asked; a blank user is none.
TEST(Flyingvoice, TakesCredentialsFromRuleOrParameters) {
    PhoneWorld embedded(
        phone_with("http://eve:pw@h/a.cfg").set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic"));
    embedded.serve(first_file, {.status = 401, .challenge = "Basic realm=\"p\""})
        .serve(first_file, file("DBID_SIP_ACCOUNT = 1"));
    embedded.power_up();
    ASSERT_EQ(embedded.requests.size(), 2U);
    EXPECT_EQ(embedded.requests[0].user, "");
    EXPECT_EQ(embedded.requests[1].user, "eve");
    EXPECT_EQ(embedded.everything_said().find("pw"), std::string::npos);

    PhoneWorld blank(
        phone_with(first_file).set("PrvUserName", "").set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic"));
    blank.serve(first_file, file("DBID_SIP_ACCOUNT = 1")).power_up();
    EXPECT_EQ(blank.requests.at(0).user, "");

    PhoneWorld tftp(phone_with("tftp://h/a.cfg").set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic"));
    tftp.power_up();
    EXPECT_EQ(tftp.requests.at(0).user, "");

    PhoneWorld ftp(phone_with("ftp://h/a.cfg"));
    ftp.power_up();
    EXPECT_EQ(ftp.requests.at(0).user, "FVSN0001");
}

// D23: a file that has not changed counts beside one that has, so it is read again.
TEST(Flyingvoice, AsksOnlyForWhatHasChanged) {
    PhoneWorld world(phone_with(first_file, two).set("DBID_RESYNC_PERIODIC", "60"));
    world.serve(first_file, tagged("PrvUserAgentVal = a", "\"a1\""))
        .serve(first_file, unchanged)
        .serve(first_file, tagged("DBID_SIP_ACCOUNT = 2\nDBID_SIP_DIS_NAME = x", "\"a2\""))
        .serve(first_file, unchanged);
    world.serve(two, tagged("DBID_SIP_DIS_NAME = b", "\"b1\""))
        .serve(two, unchanged)
        .serve(two, unchanged)
        .serve(two, tagged("DBID_SIP_DIS_NAME = b", "\"b1\""))
        .serve(two, unchanged);
    world.power_up();  // applied, and a restart: the next life knows nothing of ETags
    EXPECT_EQ(world.requests.at(0).if_none_match, "");
    world.run_for(60s);
    ASSERT_EQ(world.requests.size(), 4U);
}

TEST(Flyingvoice, RemembersETagsWithinALife) {
    PhoneWorld world(phone_with(first_file, two).set("DBID_RESYNC_PERIODIC", "60"));
    const std::string setting = "PrvUserAgentVal = ";
    world.serve(first_file, tagged(setting + "1", "\"a1\""))
        .serve(first_file, unchanged)
        .serve(first_file, tagged(setting + "2", "\"a2\""))
        .serve(first_file, unchanged);
    world.serve(two, {.body = setting + "b", .last_modified = "Mon"})
        .serve(two, unchanged)
        .serve(two, unchanged)
        .serve(two, {.body = setting + "c", .last_modified = "Tue"})
        .serve(two, unchanged);
    world.power_up();
    EXPECT_EQ(last_code(world), ResyncCode::changed);
    world.run_for(60s);
    ASSERT_EQ(world.requests.size(), 4U);
    EXPECT_EQ(world.requests[2].if_none_match, "\"a1\"");
    EXPECT_EQ(world.requests[3].if_modified_since, "Mon");
    EXPECT_EQ(last_code(world), ResyncCode::unchanged);
    EXPECT_TRUE(world.saved().resyncs.at(0).succeeded);
    world.run_for(60s);  // first_file has changed: two is read too, without a condition
    ASSERT_EQ(world.requests.size(), 7U);
    EXPECT_EQ(world.requests[6].url, two);
    EXPECT_EQ(world.requests[6].if_modified_since, "");
    EXPECT_EQ(world.get("PrvUserAgentVal"), "c");
    world.run_for(60s);
    ASSERT_EQ(world.requests.size(), 9U);
    EXPECT_EQ(world.requests[7].if_none_match, "\"a2\"");
    EXPECT_EQ(last_code(world), ResyncCode::unchanged);
}

// Both of what the server says of its files, or none is remembered.
TEST(Flyingvoice, AsksWithoutConditionWhereOneFileHasNoTag) {
    PhoneWorld world(phone_with(first_file, two).set("DBID_RESYNC_PERIODIC", "60"));
    world.serve(first_file, tagged("PrvUserAgentVal = 1", "\"a1\""))
        .serve(two, file("PrvUserAgentVal2 = 2"));
    world.power_up().run_for(60s);
    ASSERT_EQ(world.requests.size(), 4U);
    EXPECT_EQ(world.requests[2].if_none_match, "");
}

// A 304 that nobody asked for is no file.
TEST(Flyingvoice, An304WithoutConditionIsAFailure) {
    PhoneWorld world(phone_with(first_file));
    world.serve(first_file, unchanged).power_up();
    EXPECT_EQ(last_code(world), ResyncCode::transport);
}

// D32: each code from its cause, and the next attempt can say it.
TEST(Flyingvoice, CountsHowAnAttemptEnded) {
    struct Row {
        std::string_view name;
        Reply reply;
        ResyncCode code;
    };

    Reply tls;
    tls.fault = TransferFault::tls;
    Reply refused;
    refused.fault = TransferFault::connect;
    Reply undecoded;
    undecoded.fault = TransferFault::undecoded;
    for (const Row& row : {Row{"changed", file("PrvUserAgentVal = x"), ResyncCode::changed},
                           Row{"unchanged", file("PrvUserAgentVal ="), ResyncCode::unchanged},
                           Row{"refused", refused, ResyncCode::transport},
                           Row{"status", {.status = 503}, ResyncCode::transport},
                           Row{"not there", {.status = 404}, ResyncCode::not_found},
                           Row{"password", {.status = 401}, ResyncCode::authentication},
                           Row{"no file", file("<flat-profile/>"), ResyncCode::unreadable},
                           Row{"sealed", undecoded, ResyncCode::unreadable},
                           Row{"tls", tls, ResyncCode::tls}}) {
        SCOPED_TRACE(row.name);
        const std::string rule = "http://h/a?$(PRVST)";
        PhoneWorld world(phone_with(rule)
                             .set("DBID_RESYNC_PERIODIC", "60")
                             .set("DBID_RESYNC_RETRY_DELAY", "60"));
        world.serve("http://h/a?0", row.reply);
        world.power_up();
        EXPECT_EQ(last_code(world), row.code);
        world.run_for(60s);
        EXPECT_EQ(world.requests.back().url,
                  "http://h/a?" + std::to_string(static_cast<int>(row.code)));
    }
    PhoneWorld wrong(phone_with("http://"));
    wrong.power_up();
    EXPECT_EQ(last_code(wrong), ResyncCode::unreadable);
    EXPECT_TRUE(wrong.logged("rule not understood"));
}

// D13, D14, 7.2: the retry timer alone runs after a failure, and 0 is never.
TEST(Flyingvoice, RetriesUntilSuccessAndThenPeriodically) {
    PhoneWorld world(phone_with(first_file)
                         .set("DBID_RESYNC_PERIODIC", "600")
                         .set("DBID_RESYNC_RETRY_DELAY", "100"));
    world.serve(first_file, {.status = 500})
        .serve(first_file, {.status = 500})
        .serve(first_file, file("PrvUserAgentVal ="))
        .serve(first_file, {.status = 500})
        .serve(first_file, file("PrvUserAgentVal ="));
    world.power_up().run_for(900s);
    EXPECT_EQ(world.times(), (Times{0, 100, 200, 800, 900}));
    PhoneWorld never(phone_with(first_file)
                         .set("DBID_RESYNC_PERIODIC", "600")
                         .set("DBID_RESYNC_RETRY_DELAY", "0"));
    never.serve(first_file, file("PrvUserAgentVal =")).serve(first_file, {.status = 500});
    never.power_up().run_for(24h);
    EXPECT_EQ(never.times(), (Times{0, 600}));
}

TEST(Flyingvoice, AManualSyncStartsThePeriodAnew) {
    PhoneWorld world(phone_with(first_file).set("DBID_RESYNC_PERIODIC", "600"));
    world.serve(first_file, file("PrvUserAgentVal =")).power_up().run_for(300s);
    world.step(ResyncRequested{.request = {}, .rule = {}, .client_ip = {}, .asker = Asker::menu});
    world.run_for(600s);
    EXPECT_EQ(world.times(), (Times{0, 300, 900}));
}

// 6.1 against D13: the named switch.
TEST(Flyingvoice, ThePeriodOutlivesAPlannedRestart) {
    PhoneWorld world(phone_with(first_file).set("DBID_RESYNC_PERIODIC", "600"));
    world.serve(first_file, file("account.1.user_name = 100")).power_up().run_for(600s);
    EXPECT_EQ(world.boots, (std::vector{BootReason::power_up, BootReason::provisioning}));
    EXPECT_EQ(world.times(), (Times{0, 600}));
}

// D17: who may say it.
TEST(Flyingvoice, HearsTheRegistrarOnly) {
    struct Row {
        std::string_view authenticates;
        Sender sender;
        int status;
    };

    for (const Row& row : {Row{"0", Sender::registrar, 200},
                           Row{"0", Sender::known, 200},
                           Row{"0", Sender::unknown, 401},
                           Row{"0", Sender::wrong, 403},
                           Row{"1", Sender::registrar, 401},
                           Row{"1", Sender::known, 200}}) {
        PhoneWorld world(phone_with("").set("X_PRV_AUTH_NOTIFY", row.authenticates));
        world.power_up();
        world.step(NotifyArrived{.request = {}, .event = "check-sync", .sender = row.sender});
        EXPECT_EQ(world.notify_answers, std::vector<int>{row.status});
        EXPECT_EQ(world.power_cycles, row.status == 200 ? 1 : 0);
    }
    PhoneWorld other(phone_with(""));
    other.power_up();
    other.step(NotifyArrived{.request = {}, .event = "resync", .sender = Sender::registrar});
    EXPECT_EQ(other.notify_answers, std::vector<int>{489});
}

// D15: the reboot that check-sync asks for, and Resync on Reset decides about the rest.
TEST(Flyingvoice, CheckSyncFetchesByItsReboot) {
    for (const std::string_view on_reset : {"0", "1"}) {
        PhoneWorld world(phone_with("").set("DBID_RESYNC_ON_RESET", on_reset));
        world.power_up();
        world.step(ValuesSubmitted{.request = {}, .settings = {{"DBID_PROFILE_RULE", first_file}}});
        world.step(
            NotifyArrived{.request = {}, .event = "check-sync", .sender = Sender::registrar});
        world.run_for(1s);
        EXPECT_EQ(world.boots.back(), BootReason::sip);
        EXPECT_EQ(world.asked(first_file), on_reset == "1" ? 1 : 0);
    }
}

// 3, slips 4 and 6: the defaults that the maker's page prints provision nothing by themselves.
TEST(Flyingvoice, TheDocumentedDefaultsAreSilent) {
    SampleFlyingvoice sample;
    sample.dialect = &profile::flyingvoice_doc();
    sample.values = profile::factory_values(*sample.dialect, sample.identity);
    PhoneWorld silent(sample);
    silent.power_up({"192.168.1.20", DhcpAnswer{"", {{66, "http://dhcp/x.cfg"}}}}).run_for(24h);
    EXPECT_TRUE(silent.requests.empty());
    PhoneWorld enabled(sample.set("DBID_PRV_ENABLED", "1"));
    enabled.power_up({"192.168.1.20", DhcpAnswer{"", {{66, "http://dhcp/x.cfg"}}}}).run_for(41s);
    EXPECT_EQ(enabled.urls(), Strings{"http://dhcp/x.cfg"});
    EXPECT_TRUE(enabled.asked_pnp.empty());
}

// D25: the key goes along, for a file that is sealed.
TEST(Flyingvoice, TheFileKeyGoesWithTheRequest) {
    PhoneWorld without(phone_with(first_file));
    without.power_up();
    EXPECT_FALSE(without.requests.at(0).key);
    PhoneWorld with(phone_with(first_file).set("X_PRV_FILE_KEY", "sesame"));
    with.power_up();
    EXPECT_TRUE(with.requests.at(0).key);
    EXPECT_EQ(with.everything_said().find("sesame"), std::string::npos);
}

// D29 to D31: what an upgrade rule asks for.
TEST(Flyingvoice, PlansAnUpgradeByTheImagesName) {
    using Step = UpgradePlan::Step;

    struct Row {
        std::string_view rule;
        Step step;
        std::string_view load;
        std::string_view if_none_match;
    };

    test::MachineBench bench{
        SampleFlyingvoice().set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic").set("PrvUserName", "al")};
    bench.memory.firmware.own().etag = "\"one\"";
    for (const Row& row :
         {Row{"", Step::skip, "", ""},
          Row{"tftp://h/$(PN)-FVUI_V0.7.1_202201010000_RC.bin", Step::fetch_image, "0.7.1", ""},
          Row{"http://h/newest.bin", Step::fetch_image, "", "\"one\""},
          Row{"http://h/images", Step::refuse, "", ""}}) {
        SCOPED_TRACE(row.rule);
        const auto plan = plan_image_upgrade({std::string(row.rule), {}}, bench.context());
        ASSERT_TRUE(plan);
        EXPECT_EQ(plan->step, row.step);
        EXPECT_EQ(plan->load, row.load);
        EXPECT_EQ(plan->if_none_match, row.if_none_match);
        EXPECT_EQ(plan->step == Step::refuse, !plan->error.empty());
        if (plan->url) {
            EXPECT_EQ(plan->credentials->user, "al");
            EXPECT_TRUE(plan->unasked);
        }
    }
    EXPECT_FALSE(plan_image_upgrade({"http://", {}}, bench.context()));
    const auto embedded = plan_image_upgrade({"http://eve:pw@h/a.bin", {}}, bench.context());
    EXPECT_EQ(embedded->credentials->user, "eve");
    EXPECT_FALSE(embedded->unasked);
    bench.set("DBID_PRV_ENABLED", "0");
    EXPECT_EQ(plan_image_upgrade({"http://h/a.bin", {}}, bench.context())->step, Step::skip);
}

TEST(Flyingvoice, ARuleOfARequestIsFetchedAlone) {
    PhoneWorld world(phone_with(first_file, two).set("DBID_RESYNC_ON_RESET", "0"));
    world.serve("http://once/c.cfg", file("PrvUserAgentVal = c")).power_up();
    world.step(ResyncRequested{.request = {}, .rule = "http://once/c.cfg", .client_ip = {}});
    world.run_for(24h);
    EXPECT_EQ(world.urls(), Strings{"http://once/c.cfg"});
    EXPECT_EQ(world.get("PrvUserAgentVal"), "c");
}

TEST(Flyingvoice, ARuleOfARequestLeavesTheTagsOfTheProfilesAlone) {
    PhoneWorld world(phone_with(first_file).set("DBID_RESYNC_PERIODIC", "60"));
    world.serve(first_file, tagged("PrvUserAgentVal = a", "\"a1\""))
        .serve("http://once/c.cfg", tagged("PrvUserAgentVal = c", "\"c1\""));
    world.power_up();
    world.step(ResyncRequested{.request = {}, .rule = "http://once/c.cfg", .client_ip = {}});
    world.settle().run_for(60s);
    ASSERT_EQ(world.urls(), (Strings{first_file, "http://once/c.cfg", first_file}));
    EXPECT_EQ(world.requests[2].if_none_match, "\"a1\"");
}

}  // namespace onhook::phone
