// onhook replay: what a recorded phone did, again.
#include <memory>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "phone/recording.h"

namespace onhook::cli {

namespace {

constexpr std::size_t largest_recording = std::size_t{1} << 30U;

int replay_file(const std::string& path) {
    const auto recording = read_input(path, largest_recording);
    if (!recording) {
        return complain(recording.error());
    }
    const auto replayed =
        phone::replay(*recording, [](std::string_view line) { fmt::print("{}\n", line); });
    if (!replayed) {
        return complain(fmt::format(
            "recording '{}', line {}: {}", path, replayed.error().line, replayed.error().what));
    }
    if (replayed->difference) {
        complain(fmt::format(
            "recording '{}', line {}: the phone orders something else than when this was recorded; "
            "replay it with the version of onhook that recorded it and compare the lines",
            path,
            *replayed->difference));
        return 1;
    }
    return 0;
}

}  // namespace

void add_replay(CLI::App& app, int& status) {
    auto path = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand(
        "replay",
        "Runs the phone of a recording again and prints every action that it orders, a JSON object "
        "a line: the same lines on any machine. The status is 1 when they are not those of the "
        "recorded phone, 2 when the recording cannot be read.");
    command
        ->add_option("recording",
                     *path,
                     "A file that onhook phone --record or onhook simulate --record wrote; - is "
                     "standard input")
        ->required();
    command->callback([path, &status] { status = replay_file(*path); });
}

}  // namespace onhook::cli
