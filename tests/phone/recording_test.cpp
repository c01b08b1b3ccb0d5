#include "phone/recording.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/prng.h"
#include "phone/policy_names.h"
#include "phone/recording_json.h"
#include "phone/recording_mask.h"
#include "support/sample_flyingvoice.h"
#include "support/sample_phone.h"

namespace onhook::phone {

namespace {

using test::SampleFlyingvoice;
using test::SamplePhone;

// Every event once, with something in every field.
std::vector<Event> samples() {
    const Lease given{
        "192.0.2.1",
        DhcpAnswer{"example.com", {{std::uint8_t{66}, "h"}}, {{std::uint16_t{160}, "i"}}}};
    return {
        Booted{BootReason::watchdog},
        WallClockRead{WallTime(Seconds(1))},
        NetworkUp{given},
        NetworkLost{},
        LinesChanged{true},
        RegistrationChanged{2, true},
        ServerFound{{1}, "192.0.2.2"},
        Answered{{2}, 200, "body\xFF", "l", "c", StoredFile{3, "ab"}, "e", "m", "a"},
        TransferFailed{{3}, TransferFault::protocol, "why"},
        ServersLookedUp{{4}, {{"h", 1, 2, 3}}},
        PnpAnswered{"u"},
        DeadlineReached{},
        ResyncRequested{{5}, "r", "c", Asker::xml_object, profile::Credentials{"u", Secret("p")}},
        UpgradeRequested{{6}, "r", "c"},
        AuthorityRequested{{13}, "r", "c"},
        NotifyArrived{{7}, "check-sync", Sender::wrong, 2, "b"},
        ValuesSubmitted{{8}, {{"GPP_A", "1"}}, Editor::screen},
        ProfileSubmitted{{9}, "<flat-profile/>"},
        RebootRequested{{10}},
        FactoryResetRequested{{11}},
        CodeEntered{{12}, "#123"}};
}

Memory sample_memory() {
    Memory memory(SamplePhone().set("GPP_A", "1").set("Password_1_", "").values);
    memory.values.set_access(*memory.values.catalogue().find("GPP_A"), profile::Access::read_only);
    memory.customization = CustomizationState::acquired;
    memory.synced_once = true;
    memory.resync_due = true;
    memory.follow_ups = 3;
    memory.customization_name = "Acme";
    memory.waits_for_code = true;
    memory.firmware =
        Firmware{"r", "i", "t", 2, "e", "s", {{WallTime(Seconds(5)), true, "u", "x"}}};
    memory.authorities = Authorities{"-----BEGIN", "Lab CA", WallTime(Seconds(7)), true, "e"};
    memory.unreported = std::vector{*memory.values.catalogue().find("GPP_A")};
    memory.reboots = {{std::nullopt, BootReason::sip}};
    memory.resyncs = {{WallTime(Seconds(6)), "u", "e", false, ResyncCode::tls}};
    return memory;
}

// One life: on, a NOTIFY, a timer.
std::string recorded_life() {
    const SamplePhone sample = SamplePhone()
                                   .set("Profile_Rule", "[--key geheim1] http://h/a.xml")
                                   .set("Resync_Random_Delay", "0")
                                   .set("Password_1_", "geheim2");
    std::string recording;
    Recorder recorder(profile::cisco_mpp(), sample.identity, {}, [&](std::string_view line) {
        recording += std::string(line) + "\n";
    });
    const Memory memory(sample.values);
    const TimePoint begin = TimePoint{} + 1000s;
    recorder.begin_life(5, memory, begin);
    Phone phone(profile::cisco_mpp(), sample.identity, {}, memory, 5);
    const auto step = [&](const Event& event, Duration at) {
        const Actions actions = phone.step(event, begin + at);
        recorder.stepped(event, begin + at, actions, phone.memory());
    };
    step(Booted{BootReason::power_up}, 0s);
    step(NetworkUp{{"192.0.2.9"}}, 0s);
    step(DeadlineReached{}, 1s);
    step(Answered{{1}, 200, "<flat-profile><GPP_SA>geheim3</GPP_SA></flat-profile>"}, 2s);
    return recording;
}

std::string error_of(std::string recording) {
    const auto replayed = replay(recording, [](std::string_view) {});
    return replayed ? "" : std::to_string(replayed.error().line) + ": " + replayed.error().what;
}

std::string without(std::string text, const std::string& part, const std::string& other = "") {
    const std::size_t at = text.find(part);
    CHECK(at != std::string::npos);
    return text.replace(at, part.size(), other);
}

}  // namespace

TEST(Recording, KnowsEveryFaultOfATransfer) {
    for (int fault = 0; fault <= static_cast<int>(TransferFault::not_stored); ++fault) {
        const TransferFailed failed{{1}, static_cast<TransferFault>(fault), "why"};
        const auto read = read_event_json(event_json(failed));
        ASSERT_TRUE(read) << fault;
        EXPECT_EQ(std::get<TransferFailed>(*read).fault, failed.fault);
    }
}

TEST(Recording, HoldsEveryEvent) {
    const auto events = samples();
    ASSERT_EQ(events.size(), std::variant_size_v<Event>);
    for (std::size_t i = 0; i < events.size(); ++i) {
        ASSERT_EQ(events[i].index(), i);
        const Json json = event_json(events[i]);
        SCOPED_TRACE(json.dump());
        const auto read = read_event_json(Json::parse(json.dump()));
        ASSERT_TRUE(read) << read.error();
        EXPECT_EQ(event_json(*read), json);
        EXPECT_EQ(read->index(), i);
    }
    const auto answered = std::get<Answered>(*read_event_json(event_json(events[7])));
    EXPECT_EQ(answered.body, "body\xFF");
    ASSERT_TRUE(answered.stored.has_value());
    EXPECT_EQ(answered.stored->size, 3U);
}

TEST(Recording, HoldsAllThatAPhoneRemembers) {
    const Memory memory = sample_memory();
    const auto read =
        read_memory_json(Json::parse(memory_json(memory).dump()), profile::cisco_mpp_catalogue());
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, memory);
}

TEST(Recording, HoldsTheIdentityAndThePolicies) {
    const auto identity = test::sample_identity();
    const auto read = read_identity_json(identity_json(identity));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->mac, identity.mac);
    EXPECT_EQ(read->firmware, identity.firmware);
    Settings settings{.redirect_rule = "https://rc/",
                      .policy = {},
                      .zone = *profile::parse_posix_zone("CET-1CEST,M3.5.0,M10.5.0/3"),
                      .customization_name = "$A"};
    for (const PolicyName& policy : policy_names()) {
        SCOPED_TRACE(policy.name);
        // Something else than the default: the other word, or a small number.
        const std::string before = policy.get(settings.policy);
        bool changed = false;
        for (const std::string_view other : {"1",
                                             "7",
                                             "spa",
                                             "accepted",
                                             "request",
                                             "false",
                                             "true",
                                             "second",
                                             "gen_a",
                                             "at_once",
                                             "until_idle",
                                             "start",
                                             "always",
                                             "power_up_and_upgrades"}) {
            changed = changed || (other != before && policy.set(settings.policy, other));
        }
        EXPECT_TRUE(changed);
        EXPECT_NE(policy.get(settings.policy), before);
        EXPECT_FALSE(policy.set(settings.policy, "nonsense"));
        EXPECT_FALSE(policy.set(settings.policy, "-1"));
    }
    const auto again = read_settings_json(settings_json(settings));
    ASSERT_TRUE(again) << again.error();
    EXPECT_EQ(settings_json(*again), settings_json(settings));
    EXPECT_EQ(again->redirect_rule, "https://rc/");
    EXPECT_EQ(again->zone, settings.zone);
    EXPECT_EQ(again->customization_name, "$A");
}

TEST(Recording, ReplaysToTheSameActions) {
    const std::string recording = recorded_life();
    std::string once;
    std::string again;
    const auto replayed =
        replay(recording, [&](std::string_view line) { once += std::string(line) + "\n"; });
    ASSERT_TRUE(replayed) << replayed.error().what;
    EXPECT_EQ(replayed->lives, 1U);
    EXPECT_EQ(replayed->steps, 4U);
    EXPECT_FALSE(replayed->difference) << *replayed->difference;
    ASSERT_TRUE(
        replay(recording, [&](std::string_view line) { again += std::string(line) + "\n"; }));
    EXPECT_EQ(once, again);
    EXPECT_NE(once.find(R"("action":"start_transfer")"), std::string::npos) << once;
    EXPECT_EQ(recording.find("geheim"), std::string::npos) << recording;
    EXPECT_EQ(once.find("masked"), std::string::npos) << once;  // a key is there or not
}

TEST(Recording, ReplayFindsWhatIsDifferent) {
    const auto replayed = replay(without(recorded_life(), "http://h/a.xml", "http://h/b.xml"),
                                 [](std::string_view) {});
    ASSERT_TRUE(replayed) << replayed.error().what;
    EXPECT_EQ(replayed->difference, 5U);  // where the transfer starts
}

TEST(Recording, ErrorsNameTheLineTheCauseAndTheRemedy) {
    const std::string whole = recorded_life();
    EXPECT_EQ(error_of(""), "1: the recording is empty");
    EXPECT_EQ(error_of("{}\n"),
              "1: this is no recording; make one with onhook phone --record or onhook simulate "
              "--record");
    EXPECT_EQ(error_of(without(whole, "\"recording\":1", "\"recording\":2")),
              "1: the recording has format 2, and this onhook reads 1; replay it with the version "
              "that recorded it");
    EXPECT_EQ(
        error_of(whole.substr(0, whole.size() - 20)),
        "6: it is no JSON object; a recording that was cut off replays without its last line");
    EXPECT_EQ(error_of(without(whole, "\"booted\"", "\"bootet\"")).substr(0, 31),
              "3: event 'bootet' is none of bo");
    EXPECT_EQ(error_of(without(whole, "\"network_up\"", "\"booted\"")).substr(0, 3), "4: ");
    const std::size_t life = whole.find("{\"life\"");
    EXPECT_EQ(error_of(whole.substr(0, life) + whole.substr(whole.find('\n', life) + 1)),
              "2: an event comes before the first life");
    EXPECT_EQ(error_of(without(whole, "\"at\":1000000000,", "\"at\":-1,")),
              "5: its time is none that a recording has");
    EXPECT_EQ(error_of(whole + "{\"at\":0,\"event\":\"network_lost\"}"),
              "7: its time is before that of the line above");
    EXPECT_EQ(error_of(without(whole, "\"Password_1_\"", "\"Passwort_1_\"")),
              "2: there is no parameter Passwort_1_; replay it with the version of onhook that "
              "recorded it");
    const std::size_t booted = whole.find("{\"at\":0,\"event\":\"booted\"");
    const std::string line = whole.substr(booted, whole.find('\n', booted) + 1 - booted);
    EXPECT_EQ(error_of(without(whole, line, line + line)), "4: the phone booted already");
}

TEST(Recording, ReplaysOrRefusesWhateverBecameOfItsBytes) {
    const std::string whole = recorded_life();
    Prng prng(1);
    for (int i = 0; i < 2000; ++i) {
        std::string damaged = whole;
        for (std::uint64_t n = 1 + prng.up_to(2); n-- > 0;) {
            constexpr std::string_view bytes = "{}[],:\"0-e9\xFF";
            damaged[prng.up_to(damaged.size() - 1)] = bytes[prng.up_to(bytes.size() - 1)];
        }
        const auto replayed = replay(damaged, [](std::string_view) {});
        EXPECT_TRUE(replayed || (replayed.error().line > 0 && !replayed.error().what.empty()));
    }
}

TEST(SecretTokens, AreAsLongAsTheSecretAndItsOwn) {
    SecretTokens tokens;
    EXPECT_EQ(tokens.token(""), "");
    EXPECT_EQ(tokens.token("a-long-secret"), "*masked-1****");
    EXPECT_EQ(tokens.token("another-one"), "*masked-2**");
    EXPECT_EQ(tokens.token("a-long-secret"), "*masked-1****");
    EXPECT_EQ(tokens.token("s"), "0");
    EXPECT_EQ(tokens.token("t"), "1");
    EXPECT_EQ(tokens.token("abc"), "**0");
    EXPECT_EQ(tokens.token("\xC3\xA4\xC3\xB6\xC3\xBC"), "**1");  // three characters
}

TEST(RecordingMask, TakesSecretsOutOfEverythingAPhoneIsGiven) {
    const SamplePhone sample;
    RecordingMask mask(profile::cisco_mpp(), sample.identity);
    const Memory memory(SamplePhone()
                            .set("GPP_B", "plain")
                            .set("Password_2_", "geheim & co")
                            .set("Report_Rule", "[--key geheim-xyz]http://s")
                            .values);

    struct Row {
        std::string_view document;
        std::string_view masked;
    };

    for (
        const Row& row : {
            Row{"<flat-profile><Password_1_>hidden-4711</Password_1_><GPP_A>1</GPP_A></"
                "flat-profile>",
                "<flat-profile><Password_1_>*masked-1**</Password_1_><GPP_A>1</GPP_A></"
                "flat-profile>"},
            // What is shorter in its value keeps its place.
            Row{"<flat-profile><Password_2_>\n geheim &amp; co</Password_2_></flat-profile>",
                "<flat-profile><Password_2_>\n *masked-2**    </Password_2_></flat-profile>"},
            Row{"<flat-profile><GPP_SA><![CDATA[hidden-4711]]></GPP_SA></flat-profile>",
                "<flat-profile><GPP_SA><![CDATA[*masked-1**]]></GPP_SA></flat-profile>"},
            Row{"<flat-profile><Profile_Rule>[--key "
                "\"hidden-4711\"]http://joe:hidden-4711@h/$MA.xml"
                "</Profile_Rule></flat-profile>",
                "<flat-profile><Profile_Rule>[--key "
                "\"*masked-1**\"]http://joe:*masked-1**@h/$MA.xml"
                "</Profile_Rule></flat-profile>"},
            Row{"<flat-profile><Profile_Rule>[--key $SA --pwd $(SB:2)]http://h</Profile_Rule>"
                "</flat-profile>",
                "<flat-profile><Profile_Rule>[--key $SA --pwd $(SB:2)]http://h</Profile_Rule>"
                "</flat-profile>"},
            Row{"<flat-profile><Profile_Rule>(\"$A\" eq \"x\")? (Password_1_ = \"hidden-4711\" ;)! "
                "http://h</Profile_Rule></flat-profile>",
                "<flat-profile><Profile_Rule>(\"$A\" eq \"x\")? (Password_1_ = \"*masked-1**\" ;)! "
                "http://h</Profile_Rule></flat-profile>"},
            // An alias may give any name to any parameter: what the phone has now tells.
            Row{"<a><x>plain</x><y>geheim &amp; co</y><z>unknown-at-all</z></a>",
                "<a><x>plain</x><y>*masked-2**    </y><z>*masked-3*****</z></a>"},
            Row{"<a><r>[--key geheim-xyz]http://s</r><!-- geheim --></a>",
                "<a><r>[--key *masked-4*]http://s</r><!-- ****** --></a>"},
            // What cannot be read could hide anything anywhere.
            Row{"<Password_1_>hidden-4711", "                        "},
        }) {
        const Event masked =
            mask.masked(ProfileSubmitted{{}, std::string(row.document)}, memory, Purpose::profile);
        EXPECT_EQ(std::get<ProfileSubmitted>(masked).document, row.masked);
    }
}

TEST(RecordingMask, KnowsWhatAnAnswerIsFor) {
    RecordingMask mask(profile::cisco_mpp(), test::sample_identity());
    const Memory memory(SamplePhone().values);
    const std::string manifest = "kern88xx.sbn 12 " + std::string(64, 'a') + '\n';
    const auto body = [&](Purpose purpose) {
        const Event masked =
            mask.masked(Answered{{1}, 200, "# a comment\n" + manifest}, memory, purpose);
        return std::get<Answered>(masked).body;
    };
    EXPECT_EQ(body(Purpose::upgrade), manifest);
    EXPECT_EQ(body(Purpose::report), "");                             // nobody reads it
    EXPECT_EQ(body(Purpose::authority), "# a comment\n" + manifest);  // certificates are no secret
    const Event refused =
        mask.masked(Answered{{1}, 404, "hidden-4711"}, memory, Purpose::authority);
    EXPECT_EQ(std::get<Answered>(refused).body, "");
}

TEST(RecordingMask, ReadsFlyingvoiceFiles) {
    const SampleFlyingvoice sample;
    RecordingMask mask(profile::flyingvoice(), sample.identity);
    const Memory memory(sample.values);
    const Event masked = mask.masked(
        Answered{{1},
                 200,
                 "#!version:1.0.0.1\n# geheim\nDBID_SIP_PASSWORD = hidden-4711 hidden-4712\r\n"
                 "PrvUserPass = \"hidden-4711\"\nPrvUserPass2 = FVSN0001\n"
                 "DBID_PROFILE_RULE = http://u:hidden-4711@h/\nNOPE = hidden-4711\n"
                 "DBID_RANDOM_DELAY = 5\n"},
        memory,
        Purpose::profile);
    EXPECT_EQ(std::get<Answered>(masked).body,
              "#!version:1.0.0.1\n# ******\nDBID_SIP_PASSWORD = *masked-1** *masked-2**\r\n"
              "PrvUserPass = \"*masked-1**\"\nPrvUserPass2 = FVSN0001\n"
              "DBID_PROFILE_RULE = http://u:*masked-1**@h/\nNOPE = *masked-1**\n"
              "DBID_RANDOM_DELAY = 5\n");
}

TEST(RecordingMask, KeepsWhatTheFactoryPutIn) {
    const SampleFlyingvoice sample;
    RecordingMask mask(profile::flyingvoice(), sample.identity);
    const Memory memory(sample.values);
    EXPECT_EQ(mask.masked(memory), memory);
}

}  // namespace onhook::phone
