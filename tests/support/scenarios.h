#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fleet/scenario.h"
#include "fleet/simulation.h"

namespace onhook::test {

// Scenarios that name no files.
inline fleet::ScenarioFiles no_files() {
    const auto none = [](const std::string& name) -> Result<std::string, std::string> {
        return Failure{"there is no file '" + name + "'"};
    };
    return {none, none};
}

// Scenarios of tests/, and the system's time zones.
inline Result<std::string, std::string> read_file_of_tests(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return Failure{"there is no file '" + path + "'"};
    }
    return std::string{std::istreambuf_iterator<char>(in), {}};
}

inline fleet::ScenarioFiles system_files() {
    return {read_file_of_tests, [](const std::string& name) {
                return read_file_of_tests("/usr/share/zoneinfo/" + name);
            }};
}

// A phone of section 16 with these parameters and nothing but `rest` besides: "\"until\":60".
inline std::string scenario_text(const std::string& parameters, const std::string& rest) {
    return R"({"phone":{"dialect":"cisco-mpp","model":"8841","mac":"000E08012345",)"
           R"("serial":"88012BA01234","firmware":"sip88xx.11-3-1MPP-678","parameters":{)" +
           parameters + "}}," + rest + "}";
}

inline std::vector<fleet::Line> lines_of(const fleet::Scenario& scenario) {
    std::vector<fleet::Line> lines;
    fleet::Simulation simulation(scenario,
                                 [&lines](const fleet::Line& line) { lines.push_back(line); });
    const auto ran = simulation.run();
    EXPECT_TRUE(ran) << ran.error();
    return lines;
}

inline std::vector<fleet::Line> simulated(const std::string& text) {
    const auto scenario = fleet::read_scenario(text, no_files());
    EXPECT_TRUE(scenario) << scenario.error();
    return scenario ? lines_of(*scenario) : std::vector<fleet::Line>{};
}

// The seconds of the lines of one kind.
inline std::vector<double> times_of(const std::vector<fleet::Line>& lines, fleet::What what) {
    std::vector<double> times;
    for (const fleet::Line& line : lines) {
        if (line.what == what) {
            times.push_back(static_cast<double>(line.at.count()) / 1e9);
        }
    }
    return times;
}

}  // namespace onhook::test
