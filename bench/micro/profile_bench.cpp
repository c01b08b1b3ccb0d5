// What it costs to read and apply the sample profile, beside what the XML library alone takes for
// the same bytes.
#include <fstream>
#include <iterator>
#include <string>

#include <benchmark/benchmark.h>
#include <expat.h>

#include "base/check.h"
#include "profile/apply.h"
#include "profile/flat_profile.h"

namespace {

using namespace onhook;

const std::string& sample() {
    static const std::string text = [] {
        std::ifstream in(ONHOOK_SOURCE_DIR "/examples/profiles/acme-office.xml", std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(in), {}};
    }();
    return text;
}

void expat_alone(benchmark::State& state) {
    for (auto _ : state) {
        XML_Parser parser = XML_ParserCreate("UTF-8");
        CHECK(XML_Parse(parser, sample().data(), static_cast<int>(sample().size()), XML_TRUE) ==
              XML_STATUS_OK);
        XML_ParserFree(parser);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * sample().size()));
}

BENCHMARK(expat_alone);

void read_and_apply(benchmark::State& state) {
    const profile::Values factory(profile::cisco_mpp_catalogue());
    for (auto _ : state) {
        const auto elements = profile::read_flat_profile(sample());
        CHECK(elements.has_value());
        benchmark::DoNotOptimize(profile::apply_profile(*elements, factory));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * sample().size()));
}

BENCHMARK(read_and_apply);

void read_and_apply_unchanged(benchmark::State& state) {
    const auto elements = profile::read_flat_profile(sample());
    CHECK(elements.has_value());
    const profile::Values settled =
        profile::apply_profile(*elements, profile::Values(profile::cisco_mpp_catalogue())).values;
    for (auto _ : state) {
        const auto again = profile::read_flat_profile(sample());
        benchmark::DoNotOptimize(profile::apply_profile(*again, settled));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * sample().size()));
}

BENCHMARK(read_and_apply_unchanged);

}  // namespace
