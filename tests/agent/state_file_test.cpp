#include "agent/state_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/properties.h"
#include "support/sample_ca.h"
#include "support/sample_phone.h"
#include "support/temporary_directory.h"

namespace onhook::agent {
namespace {

using Json = nlohmann::ordered_json;

PhoneState sample_state() {
    PhoneState state{test::sample_identity(),
                     phone::Memory(profile::Values(profile::cisco_mpp_catalogue()))};
    const auto id = [&](std::string_view name) {
        return *state.memory.values.catalogue().find(name);
    };
    state.memory.values.set(id("Profile_Rule"), "[--key $SA] https://h/$MA.xml");
    state.memory.values.set(id("Station_Name"), "J\xC3\xBCrgen \"J\"");
    state.memory.values.set(id("GPP_A"), "");
    state.memory.values.set_access(id("GPP_B"), profile::Access::read_write);
    state.memory.customization = phone::CustomizationState::acquired;
    state.memory.synced_once = true;
    state.memory.follow_ups = 2;
    state.memory.reboots = {{WallTime(Seconds(1'700'000'000)), phone::BootReason::provisioning},
                            {std::nullopt, phone::BootReason::redirect}};
    state.memory.resyncs = {{WallTime(Seconds(1'700'000'001)), "https://h/a.xml", "", true},
                            {std::nullopt, "", "connect failed", false}};
    state.memory.customization_name = "Acme Telecom";
    state.memory.firmware =
        phone::Firmware{.running = "sip88xx.12-0-1MN-113",
                        .inactive = "sip88xx.11-3-1MPP-678",
                        .tried = "http://h/sip88xx.12-0-1MN-113.loads",
                        .failures = 3,
                        .etag = "\"v1\"",
                        .sha256 = "ab12",
                        .upgrades = {{WallTime(Seconds(1'700'000'002)), true, "http://h/a", ""},
                                     {std::nullopt, false, "http://h/b", "file not found"}}};
    state.memory.authorities = phone::Authorities{
        test::sample_ca, "Sample CA", WallTime(Seconds(1'700'000'003)), true, "file not found"};
    auto& unreported = state.memory.unreported.own();
    unreported = {id("Profile_Rule"), id("Station_Name")};
    std::sort(unreported.begin(), unreported.end());
    return state;
}

std::string text_of(const PhoneState& state) { return write_state(profile::cisco_mpp(), state); }

void expect_same(const Result<PhoneState>& read, const PhoneState& written) {
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(text_of(*read), text_of(written));
    EXPECT_EQ(read->memory, written.memory);
    EXPECT_EQ(read->identity.mac, written.identity.mac);
    EXPECT_EQ(read->identity.serial, written.identity.serial);
}

TEST(StateFile, ReadsWhatItWrote) {
    const PhoneState state = sample_state();
    expect_same(read_state(text_of(state)), state);
}

TEST(StateFile, KeepsWhyThePhoneBootsNext) {
    PhoneState state = sample_state();
    state.next_boot = phone::BootReason::upgrade;
    const auto read = read_state(text_of(state));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->next_boot, phone::BootReason::upgrade);
    EXPECT_EQ(read_state(text_of(sample_state()))->next_boot, phone::BootReason::power_up);
    Json json = Json::parse(text_of(state));
    json["next_boot"] = "Boredom";
    EXPECT_FALSE(read_state(json.dump()));
}

RC_GTEST_PROP(StateFile, ReadsAnyStateItWrote, ()) {
    PhoneState state = sample_state();
    const auto size = state.memory.values.catalogue().size();
    const auto count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i) {
        const profile::ParameterId id{
            *rc::gen::inRange<std::uint16_t>(0, static_cast<std::uint16_t>(size))};
        if (*rc::gen::arbitrary<bool>()) {
            state.memory.values.set(
                id, *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)));
        } else {
            state.memory.values.set_access(id, profile::Access::read_only);
        }
    }
    state.memory.follow_ups = *rc::gen::arbitrary<std::uint8_t>();
    state.memory.resync_due = *rc::gen::arbitrary<bool>();
    state.memory.customization = static_cast<phone::CustomizationState>(*rc::gen::inRange(0, 6));
    state.memory.reboots.clear();
    const auto reboots = *rc::gen::inRange<std::size_t>(0, phone::Memory::most_reboots + 1);
    for (std::size_t i = 0; i < reboots; ++i) {
        state.memory.reboots.push_back(
            {WallTime(Seconds(*rc::gen::inRange<std::int64_t>(0, 253'402'300'800))),
             static_cast<phone::BootReason>(*rc::gen::inRange(0, 4))});
    }
    const auto read = read_state(text_of(state));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->memory == state.memory);
}

TEST(StateFile, KeepsNoTimeThatCannotBe) {
    PhoneState state = sample_state();
    state.memory.reboots = {{WallTime(Seconds(-5)), phone::BootReason::user}};
    const auto read = read_state(text_of(state));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_FALSE(read->memory.reboots.front().at);
}

TEST(StateFile, DropsAParameterThatIsNoMore) {
    Json json = Json::parse(text_of(sample_state()));
    json["values"]["Gone_With_The_Wind"] = {{"value", "x"}};
    json["unreported"].push_back("Gone_With_The_Wind");
    expect_same(read_state(json.dump()), sample_state());
}

TEST(StateFile, RefusesEveryDamagedForm) {
    const Json good = Json::parse(text_of(sample_state()));

    struct Row {
        const char* pointer;
        const char* value;
    };

    for (const Row& row : {Row{"/format", "0"},
                           Row{"/format", "4"},
                           Row{"/format", "1e300"},
                           Row{"/format", "\"1\""},
                           Row{"/dialect", "\"atari\""},
                           Row{"/identity", "[]"},
                           Row{"/identity/mac", "\"zz\""},
                           Row{"/identity/client_certificate", "1"},
                           Row{"/customization", "\"Lost\""},
                           Row{"/synced_once", "0"},
                           Row{"/follow_ups", "256"},
                           Row{"/follow_ups", "-1"},
                           Row{"/follow_ups", "1.5"},
                           Row{"/follow_ups", "true"},
                           Row{"/values", "[]"},
                           Row{"/values", "null"},
                           Row{"/values/GPP_A", "\"x\""},
                           Row{"/values/GPP_A/value", "1"},
                           Row{"/values/GPP_B/access", "\"all\""},
                           Row{"/reboots", "null"},
                           Row{"/reboots", "{}"},
                           Row{"/reboots", "[1,2,3,4,5,6]"},
                           Row{"/reboots/0", "1"},
                           Row{"/reboots/0/at", "9223372036854775807"},
                           Row{"/reboots/0/at", "-1"},
                           Row{"/reboots/0/at", "1e300"},
                           Row{"/reboots/0/reason", "\"Boredom\""},
                           Row{"/resyncs", "\"x\""},
                           Row{"/resyncs/0/succeeded", "\"yes\""},
                           Row{"/resyncs/0/url", "null"},
                           Row{"/customization_name", "1"},
                           Row{"/firmware", "[]"},
                           Row{"/firmware/running", "null"},
                           Row{"/firmware/inactive", "1"},
                           Row{"/firmware/tried", "{}"},
                           Row{"/firmware/failures", "256"},
                           Row{"/firmware/failures", "\"1\""},
                           Row{"/firmware/etag", "[]"},
                           Row{"/firmware/sha256", "null"},
                           Row{"/firmware/upgrades", "{}"},
                           Row{"/firmware/upgrades", "[1,2,3,4]"},
                           Row{"/firmware/upgrades/0", "1"},
                           Row{"/firmware/upgrades/0/at", "-1"},
                           Row{"/firmware/upgrades/0/succeeded", "\"yes\""},
                           Row{"/firmware/upgrades/1/url", "null"},
                           Row{"/authorities", "[]"},
                           Row{"/authorities/certificates", "1"},
                           Row{"/authorities/certificates", "\"no PEM\""},
                           Row{"/authorities/name", "null"},
                           Row{"/authorities/at", "-1"},
                           Row{"/authorities/tried", "1"},
                           Row{"/authorities/error", "null"},
                           Row{"/unreported", "{}"},
                           Row{"/unreported/0", "1"},
                           Row{"/resyncs/0/code", "10"},
                           Row{"/resyncs/0/code", "\"1\""}}) {
        SCOPED_TRACE(std::string(row.pointer) + " = " + row.value);
        Json damaged = good;
        damaged[Json::json_pointer(row.pointer)] = Json::parse(row.value);
        const auto read = read_state(damaged.dump());
        ASSERT_FALSE(read);
        EXPECT_NE(read.error().detail, "");
    }
    for (const auto& [name, value] : good.items()) {
        SCOPED_TRACE("without " + name);
        Json damaged = good;
        damaged.erase(name);
        EXPECT_FALSE(read_state(damaged.dump()));
    }
}

// What a phone wrote before it had partitions; what it did not know is as out of the box.
TEST(StateFile, ReadsFormat1) {
    PhoneState state = sample_state();
    Json json = Json::parse(text_of(state));
    json["format"] = 1;
    for (const char* name : {"customization_name", "firmware", "unreported", "authorities"}) {
        json.erase(name);
    }
    state.memory.customization_name = {};
    state.memory.firmware = {};
    state.memory.unreported = {};
    state.memory.authorities = {};
    expect_same(read_state(json.dump()), state);
}

TEST(StateFile, RefusesATextThatIsCutAnywhere) {
    const std::string text = text_of(sample_state());
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {  // without "}\n"
        EXPECT_FALSE(read_state(std::string_view(text).substr(0, size))) << size;
    }
}

RC_GTEST_PROP(StateFile, NeverCrashesOnAFlippedByte, ()) {
    std::string text = text_of(sample_state());
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    if (const auto read = read_state(text)) {
        RC_ASSERT(read_state(text_of(*read)).has_value());
    }
}

TEST(StateFile, SavesAndLoads) {
    const test::TemporaryDirectory directory;
    const std::string path = directory.file("phone");
    {
        const auto file = StateFile::open(path);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->load());
        EXPECT_FALSE(*file->load());
        ASSERT_TRUE(file->save(profile::cisco_mpp(), sample_state()));
        const auto perms = std::filesystem::status(path + "/phone.json").permissions();
        EXPECT_EQ(perms & std::filesystem::perms(077), std::filesystem::perms::none);
    }
    const auto peeked = StateFile::peek(path);
    ASSERT_TRUE(peeked);
    ASSERT_TRUE(*peeked);
    EXPECT_EQ((*peeked)->memory, sample_state().memory);
}

TEST(StateFile, SaysWhichFileIsDamagedAndWhatToDo) {
    const test::TemporaryDirectory directory;
    std::ofstream(directory.file("phone.json")) << "{\"format\": 1}";
    const auto read = StateFile::peek(directory.path().string());
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().detail.find("phone.json' is damaged: "), std::string::npos);
    EXPECT_NE(read.error().detail.find("move it away"), std::string::npos);
}

}  // namespace
}  // namespace onhook::agent
