// A whole profile as a provider writes one, from the file to the values.
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "base/text.h"
#include "profile/apply.h"
#include "profile/report.h"
#include "profile/samples.h"

namespace onhook::profile {

namespace {

std::string contents(const std::string& name) {
    const std::string path = std::string(ONHOOK_SOURCE_DIR "/examples/profiles/") + name;
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.is_open()) << path;
    return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> expected_values() {
    const std::string table = contents("acme-office.expected.tsv");
    std::map<std::string, std::string> values;
    for (const std::string_view line : split(table, '\n')) {
        if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos) {
            values.emplace(line.substr(0, tab), line.substr(tab + 1));
        }
    }
    return values;
}

Values fresh_from_its_box() { return Values(cisco_mpp_catalogue()); }

Applied apply_document(std::string_view document, const Values& before) {
    auto applied = apply_flat_profile(document, before);
    CHECK(applied.has_value());
    return *std::move(applied);
}

Values provisioned() {
    Values values = fresh_from_its_box();
    values.set_all(apply_document(contents("acme-office.xml"), values).settings);
    return values;
}

ParameterId id_at(std::size_t index) { return {static_cast<std::uint16_t>(index)}; }

}  // namespace

TEST(RealProfile, SetsExactlyWhatIsExpected) {
    const auto expected = expected_values();
    ASSERT_GE(expected.size(), 300U);
    const Values values = provisioned();
    const Catalogue& catalogue = cisco_mpp_catalogue();
    for (const auto& [name, value] : expected) {
        const auto id = catalogue.find(name);
        ASSERT_TRUE(id) << name;
        EXPECT_EQ(values.get(*id), value) << name;
        EXPECT_EQ(values.is_set(*id), value != catalogue[*id].default_value) << name;
    }
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const Parameter& parameter = catalogue[id_at(i)];
        if (!expected.contains(parameter.name)) {
            EXPECT_EQ(values.get(id_at(i)), parameter.default_value) << parameter.name;
        }
    }
}

TEST(RealProfile, ChangesNothingTheSecondTime) {
    const Values once = provisioned();
    const Applied twice = apply_document(contents("acme-office.xml"), once);
    EXPECT_TRUE(twice.settings.empty());
    EXPECT_TRUE(twice.changes.empty());
    EXPECT_TRUE(twice.access.empty());
    EXPECT_EQ(twice.effect, Effect::none);
}

TEST(RealProfile, ItsReportReadsBackToTheSameElements) {
    const std::string report = full_report(provisioned());
    const auto elements = elements_of(report);
    ASSERT_GE(elements.size(), 300U);
    EXPECT_EQ(write_flat_profile(elements), report);
}

TEST(RealProfile, ItsReportMakesAFreshPhoneTheSameButForTheSecrets) {
    const Values values = provisioned();
    Values copy = fresh_from_its_box();
    Applied applied = apply_document(full_report(values), copy);
    EXPECT_TRUE(applied.ignored.empty());
    copy.set_all(std::move(applied.settings));
    const Catalogue& catalogue = cisco_mpp_catalogue();
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const Parameter& parameter = catalogue[id_at(i)];
        EXPECT_EQ(copy.get(id_at(i)),
                  parameter.secret ? parameter.default_value : values.get(id_at(i)))
            << parameter.name;
    }
}

}  // namespace onhook::profile
