// The documents' own worked examples and the vectors of the specifications, as scenarios: what each
// prints is checked in beside it. Their names say the section and the number.
#include "support/scenarios.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "base/prng.h"
#include "support/golden.h"

namespace onhook::fleet {

namespace {

namespace fs = std::filesystem;

const std::string folder = ONHOOK_SOURCE_DIR "/tests/scenarios";

std::vector<std::string> scenario_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".json") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class Scenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(Scenarios, PrintWhatIsCheckedIn) {
    const std::string text = *test::read_file_of_tests(folder + "/" + GetParam() + ".json");
    const auto scenario = read_scenario(text, test::system_files());
    ASSERT_TRUE(scenario) << scenario.error();
    std::string printed;
    for (const Line& line : test::lines_of(*scenario)) {
        printed += to_json(line) + "\n";
    }
    expect_golden("tests/scenarios/" + GetParam() + ".jsonl", printed);
}

// Whatever becomes of its bytes, a document is a scenario or an error that says where.
TEST_P(Scenarios, AreReadOrRefusedWhenDamaged) {
    const std::string text = *test::read_file_of_tests(folder + "/" + GetParam() + ".json");
    Prng prng(text.size());
    for (int i = 0; i < 20; ++i) {
        std::string damaged = text;
        for (std::uint64_t n = prng.up_to(3); n-- > 0;) {
            constexpr std::string_view bytes = "{}[],:\"0-e\xFF";
            damaged[prng.up_to(damaged.size() - 1)] = bytes[prng.up_to(bytes.size() - 1)];
        }
        damaged.resize(damaged.size() - prng.up_to(1) * prng.up_to(damaged.size()));
        const auto scenario = read_scenario(damaged, test::no_files());
        EXPECT_TRUE(scenario || !scenario.error().empty());
    }
}

INSTANTIATE_TEST_SUITE_P(All,
                         Scenarios,
                         ::testing::ValuesIn(scenario_names()),
                         [](const auto& name) {
                             std::string words = name.param;
                             std::replace(words.begin(), words.end(), '-', '_');
                             return words;
                         });

// docs/reference/scenario.schema.json names the keys that the reader knows, and no others; so does
// the page for people.
TEST(ScenarioReference, HasTheReadersKeys) {
    const auto schema = nlohmann::json::parse(
        *test::read_file_of_tests(ONHOOK_SOURCE_DIR "/docs/reference/scenario.schema.json"));
    const std::string page =
        *test::read_file_of_tests(ONHOOK_SOURCE_DIR "/docs/reference/scenario.md");
    std::set<std::string> events;
    for (const ObjectKeys& object : scenario_keys()) {
        SCOPED_TRACE(object.object);
        const std::string name(object.object);
        const auto& properties =
            name.empty() ? schema.at("properties") : schema.at("$defs").at(name).at("properties");
        std::set<std::string> described;
        for (const auto& [key, value] : properties.items()) {
            described.insert(key);
        }
        std::set<std::string> read(object.keys.begin(), object.keys.end());
        EXPECT_EQ(described, read);
        for (const std::string& key : read) {
            EXPECT_NE(page.find("`" + key + "`"), std::string::npos) << key;
        }
        if (read.contains("event")) {
            events.insert(name);
            EXPECT_EQ(properties.at("event").at("const"), name);
        }
    }
    for (const std::string& event : events) {
        EXPECT_NE(page.find("| `" + event + "` |"), std::string::npos) << event;
    }
}

}  // namespace

}  // namespace onhook::fleet
