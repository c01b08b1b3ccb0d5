// onhook simulate: one phone in virtual time against a scripted world.
#include <memory>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/recording_file.h"
#include "fleet/line.h"
#include "fleet/scenario.h"
#include "fleet/simulation.h"
#include "fleet/timeline.h"
#include "net/durable_file.h"

namespace onhook::cli {

namespace {

constexpr std::size_t largest_scenario = std::size_t{64} << 20U;
constexpr std::size_t largest_zone_file = std::size_t{1} << 20U;

struct SimulateOptions {
    std::string scenario;
    bool table = false;
    std::string svg;
    std::string record;
};

// Files that a scenario names stand beside it.
std::string beside(const std::string& scenario, const std::string& name) {
    const std::size_t slash = scenario.rfind('/');
    return name.starts_with('/') || slash == std::string::npos
               ? name
               : scenario.substr(0, slash + 1) + name;
}

// Europe/Berlin: a name that leads out of the folder is none.
Result<std::string, std::string> read_zone(const std::string& name) {
    if (name.empty() || name.starts_with('/') || name.find("..") != std::string::npos) {
        return Failure{fmt::format("'{}' is no name of a time zone", name)};
    }
    return read_input("/usr/share/zoneinfo/" + name, largest_zone_file);
}

Result<fleet::Scenario, std::string> read_scenario_file(const std::string& path) {
    const auto text = read_input(path, largest_scenario);
    if (!text) {
        return Failure{text.error()};
    }
    auto scenario =
        fleet::read_scenario(*text,
                             {.read =
                                  [&path](const std::string& name) {
                                      return read_input(beside(path, name), largest_scenario);
                                  },
                              .read_zone = read_zone});
    if (!scenario) {
        return Failure{fmt::format("scenario '{}': {}", path, scenario.error())};
    }
    return scenario;
}

std::vector<fleet::CallSpan> calls_of(const fleet::Scenario& scenario) {
    std::vector<fleet::CallSpan> calls;
    std::vector<Duration> open;
    for (const fleet::ScheduledEvent& event : scenario.events) {
        if (std::holds_alternative<fleet::CallStarted>(event.what)) {
            open.push_back(event.at);
        } else if (std::holds_alternative<fleet::CallEnded>(event.what) && !open.empty()) {
            calls.push_back({open.back(), event.at});
            open.pop_back();
        }
    }
    for (const Duration from : open) {
        calls.push_back({from, scenario.until});
    }
    return calls;
}

int print_results(const SimulateOptions& options,
                  const fleet::Scenario& scenario,
                  const std::vector<fleet::Line>& lines) {
    if (options.table) {
        std::vector<std::vector<std::string>> rows{fleet::table_head()};
        for (const fleet::Line& line : lines) {
            rows.push_back(fleet::table_row(line));
        }
        print_table(rows);
    }
    if (options.svg.empty()) {
        return 0;
    }
    const auto written = net::replace_file(
        options.svg,
        fleet::draw_timeline(
            lines, calls_of(scenario), {.title = options.scenario, .until = scenario.until}));
    return written ? 0 : complain(written.error().detail);
}

int simulate(const SimulateOptions& options) {
    const auto scenario = read_scenario_file(options.scenario);
    if (!scenario) {
        return complain(scenario.error());
    }
    RecordingFile recording;
    std::unique_ptr<phone::Recorder> recorder;
    if (!options.record.empty()) {
        if (const auto opened = recording.open(options.record); !opened) {
            return complain(opened.error());
        }
        recorder = std::make_unique<phone::Recorder>(
            *scenario->dialect, scenario->identity, scenario->settings, recording.sink());
    }
    std::vector<fleet::Line> lines;
    const bool keep = options.table || !options.svg.empty();
    fleet::Simulation simulation(
        *scenario,
        [&](const fleet::Line& line) {
            if (!options.table) {
                fmt::print("{}\n", fleet::to_json(line));
            }
            if (keep) {
                lines.push_back(line);
            }
        },
        recorder.get());
    const auto ran = simulation.run();
    const int printed = print_results(options, *scenario, lines);
    if (!ran) {
        return complain(ran.error());
    }
    if (const auto written = recorder ? recording.close() : Status<std::string>(Done{}); !written) {
        return complain(written.error());
    }
    return printed;
}

}  // namespace

void add_simulate(CLI::App& app, int& status) {
    auto options = std::make_shared<SimulateOptions>();
    CLI::App* command = app.add_subcommand(
        "simulate",
        "Runs one phone in virtual time against servers and events that a file describes, and "
        "prints what it does and why, a JSON object a line. The same scenario gives the same "
        "lines. docs/reference/scenario.md describes the file. The status is 2 when the scenario "
        "is wrong.");
    command
        ->add_option("scenario",
                     options->scenario,
                     "SCENARIO.json: the phone, the world's answers and what happens when; - is "
                     "standard input")
        ->required();
    command->add_flag("--table", options->table, "Prints a table for people instead of JSON");
    command->add_option("--svg", options->svg, "Draws the timeline into this file, too");
    command->add_option("--record",
                        options->record,
                        "Writes what the phone was given into this file, for onhook replay");
    command->callback([options, &status] { status = simulate(*options); });
}

}  // namespace onhook::cli
