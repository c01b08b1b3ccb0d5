// What it costs to read and apply a profile, beside what the XML library alone takes for the same
// bytes. The counter `ratio` is the one over the other: both take turns in one run, and the fastest
// turn of each counts, so that what else the machine does falls out.
#include <algorithm>
#include <chrono>
#include <string>

#include <benchmark/benchmark.h>
#include <expat.h>
#include <fmt/format.h>

#include "base/check.h"
#include "base/html.h"
#include "profile/apply.h"

namespace {

using namespace onhook;
using profile::Parameter;
using profile::ValueType;

constexpr std::size_t most_parameters = 1300;

// What a provider would write into a parameter: seldom its default.
std::string usual_value(const Parameter& parameter, std::size_t number) {
    switch (parameter.type) {
        case ValueType::boolean:
            return number % 3 == 0 ? "Yes" : "No";
        case ValueType::choice:
            return parameter.choices[number % parameter.choices.size()];
        case ValueType::number:
            return std::to_string(std::min(parameter.maximum, parameter.minimum + 42));
        case ValueType::port:
            return std::to_string(5060 + number % 40);
        case ValueType::ip:
            return fmt::format("192.168.1.{}", number % 250);
        case ValueType::fqdn:
            return fmt::format("sip{}.voice.example.com", number % 4);
        case ValueType::rule:
            return "[--key $SA] https://prov.example.com/$PN/$MA.cfg?a=1&b=2";
        case ValueType::text:
        case ValueType::message:
            return fmt::format("Office {} <north> & \"south\"", number);
        default:
            return parameter.default_value;
    }
}

// Comments, line ends, entities and an attribute now and then, as in the profiles that are about.
const std::string& sample() {
    static const std::string text = [] {
        std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<device>\n<flat-profile>\n";
        std::string section;
        std::size_t number = 0;
        const auto& parameters = profile::cisco_mpp_catalogue().parameters();
        CHECK(!parameters.empty());
        for (; number < most_parameters; ++number) {
            const Parameter& parameter = parameters[number % parameters.size()];
            if (parameter.section != section) {
                section = parameter.section;
                out += fmt::format("\n<!-- {} / {} -->\n", parameter.tab, section);
            }
            std::string value = usual_value(parameter, number);
            if (!profile::check_value(parameter, value)) {
                value = parameter.default_value;
            }
            out += fmt::format("  <{}{}>", parameter.name, number % 2 == 0 ? " ua=\"na\"" : "");
            append_xml_escaped(out, value);
            out += fmt::format("</{}>\n", parameter.name);
        }
        return out + "</flat-profile>\n</device>\n";
    }();
    return text;
}

void parse_with_expat() {
    XML_Parser parser = XML_ParserCreate("UTF-8");
    CHECK(XML_Parse(parser, sample().data(), static_cast<int>(sample().size()), XML_TRUE) ==
          XML_STATUS_OK);
    XML_ParserFree(parser);
}

profile::Applied read_and_apply(const profile::Values& before) {
    auto applied = profile::apply_flat_profile(sample(), before);
    CHECK(applied.has_value() && applied->ignored.empty());
    return *std::move(applied);
}

// Both, one after the other; the time of the benchmark is that of ours.
void beside_expat(benchmark::State& state, const profile::Values& before) {
    using Clock = std::chrono::steady_clock;
    using Span = std::chrono::duration<double>;
    Span expat = Span::max();
    Span ours = Span::max();
    std::size_t changes = 0;
    for (auto _ : state) {
        const auto start = Clock::now();
        parse_with_expat();
        const auto between = Clock::now();
        const profile::Applied applied = read_and_apply(before);
        benchmark::DoNotOptimize(applied.settings.data());
        const auto end = Clock::now();
        expat = std::min<Span>(expat, between - start);
        ours = std::min<Span>(ours, end - between);
        changes = applied.changes.size();
        state.SetIterationTime(Span(end - between).count());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * sample().size()));
    state.counters["expat_us"] = expat.count() * 1e6;
    state.counters["ours_us"] = ours.count() * 1e6;
    state.counters["ratio"] = ours / expat;
    state.counters["changes"] = static_cast<double>(changes);
}

// The first profile after the box was opened.
void read_and_apply_changed(benchmark::State& state) {
    beside_expat(state, profile::Values(profile::cisco_mpp_catalogue()));
}

BENCHMARK(read_and_apply_changed)->UseManualTime();

// Every one after it.
void read_and_apply_unchanged(benchmark::State& state) {
    profile::Values settled(profile::cisco_mpp_catalogue());
    settled.set_all(read_and_apply(settled).settings);
    beside_expat(state, settled);
}

BENCHMARK(read_and_apply_unchanged)->UseManualTime();

}  // namespace
