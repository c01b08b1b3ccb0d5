#include "agent/apply_program.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/state_file.h"
#include "net/durable_file.h"
#include "profile/mask.h"

namespace onhook::agent {

namespace {

constexpr Duration first_pause_of_the_program = 5s;
constexpr Duration longest_pause_of_the_program = 1h;
constexpr std::size_t taken_limit = 16 * 1024 * 1024;

// What each alternative of the event is to the program.
struct CauseOf {
    std::string_view operator()(const phone::ValuesSubmitted& event) const {
        return event.editor == phone::Editor::screen ? "screen" : "web";
    }

    std::string_view operator()(const phone::ProfileSubmitted& /*event*/) const { return "upload"; }

    std::string_view operator()(const phone::FactoryResetRequested& /*event*/) const {
        return "reset";
    }

    std::string_view operator()(const phone::Booted& /*event*/) const { return "start"; }

    std::string_view operator()(const phone::NetworkUp& /*event*/) const { return "start"; }

    // All else can only change values through a profile or its rule.
    template <typename Event>
    std::string_view operator()(const Event& /*event*/) const {
        return "profile";
    }
};

nlohmann::ordered_json change_of(const profile::Parameter& parameter,
                                 const profile::Catalogue& catalogue,
                                 const profile::Change& change,
                                 bool secrets) {
    nlohmann::ordered_json one = {{"name", parameter.name}};
    const bool secret = parameter.secret || parameter.hidden;
    if (secret) {
        one["secret"] = true;
    }
    if (secret && !secrets) {
        return one;
    }
    const bool masked = !secrets && profile::may_carry_credentials(parameter.type);
    one["from"] = masked ? profile::masked_rule(change.from, &catalogue) : change.from;
    one["to"] = masked ? profile::masked_rule(change.to, &catalogue) : change.to;
    return one;
}

}  // namespace

std::string_view cause_of(const phone::Event& event) noexcept {
    return std::visit(CauseOf{}, event);
}

std::vector<profile::Change> changes_between(const profile::Values& before,
                                             const profile::Values& after) {
    std::vector<profile::ParameterId> ids;
    for (const profile::Values* values : {&before, &after}) {
        for (const profile::Values::Entry& entry : values->entries()) {
            ids.push_back(entry.id);
        }
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<profile::Change> changes;
    for (const profile::ParameterId id : ids) {
        if (before.get(id) != after.get(id)) {
            changes.push_back({id, std::string(before.get(id)), std::string(after.get(id))});
        }
    }
    return changes;
}

std::string apply_document(const profile::Identity& identity,
                           const profile::Catalogue& catalogue,
                           const std::vector<profile::Change>& changes,
                           std::string_view cause,
                           bool secrets) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const profile::Change& change : changes) {
        list.push_back(change_of(catalogue[change.id], catalogue, change, secrets));
    }
    const nlohmann::ordered_json document = {
        {"format", 1},
        {"mac", identity.mac.to_string()},
        {"model", identity.model.view()},
        {"cause", cause},
        {"effect", profile::to_string(profile::effect_of(changes, catalogue))},
        {"changes", std::move(list)}};
    return document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

ApplyProgram::ApplyProgram(net::Loop& loop,
                           ApplySettings settings,
                           const profile::Dialect& dialect,
                           const profile::Identity& identity,
                           Say say)
    : loop_(loop),
      settings_(std::move(settings)),
      dialect_(dialect),
      identity_(identity),
      say_(std::move(say)),
      again_(loop),
      taken_(*dialect.catalogue),
      wanted_(*dialect.catalogue) {}

Status<> ApplyProgram::open(const std::string& state_directory) {
    if (settings_.program.empty()) {
        return Done{};
    }
    path_ = state_directory + "/taken.json";
    const auto text = net::read_file(path_, taken_limit);
    if (!text) {
        // It has taken nothing yet.
        return text.error().code == std::errc::no_such_file_or_directory
                   ? Status<>(Done{})
                   : Status<>(Failure{text.error()});
    }
    auto state = read_state(*text);
    if (!state || &state->memory.values.catalogue() != dialect_.catalogue) {
        return Failure{
            Error{std::make_error_code(std::errc::invalid_argument),
                  fmt::format("'{}' is damaged: {}; remove it and the program of --on-apply gets "
                              "everything once more",
                              path_,
                              state ? "it is of another maker's phone" : state.error().detail)}};
    }
    taken_ = std::move(state->memory.values);
    return Done{};
}

void ApplyProgram::saved(const profile::Values& values, std::string_view cause) {
    if (settings_.program.empty() || values == wanted_) {
        return;
    }
    wanted_ = values;
    cause_ = cause;
    if (!program_ && !pause_) {
        // From the loop: the phone has more to do in this step.
        again_.arm(net::Loop::now(), [this] { run(); });
    }
}

void ApplyProgram::run() {
    const auto changes = changes_between(taken_, wanted_);
    if (changes.empty()) {
        pause_.reset();
        return;
    }
    auto started = net::Child::start(
        loop_,
        {.program = settings_.program,
         .input =
             apply_document(identity_, *dialect_.catalogue, changes, cause_, settings_.secrets),
         .time_limit = settings_.limit,
         .patience = 5s},
        {.line =
             [this](std::string_view line) {
                 say_(LogEvent::apply_output, fmt::format("{} says: {}", settings_.program, line));
             },
         .ended = [this, given = wanted_](const net::ChildEnd& end) { ended(given, end); }});
    if (!started) {
        failed(started.error().detail);
        return;
    }
    say_(LogEvent::apply_started,
         fmt::format("{} gets {} changes", settings_.program, changes.size()));
    program_ = *std::move(started);
}

void ApplyProgram::ended(const profile::Values& given, const net::ChildEnd& end) {
    if (end.lines_left_out > 0) {
        say_(LogEvent::apply_output_cut,
             fmt::format("{}: {} more lines are left out", settings_.program, end.lines_left_out));
    }
    program_.reset();
    if (!end.succeeded()) {
        failed(end.to_string());
        return;
    }
    pause_.reset();
    say_(LogEvent::apply_succeeded, fmt::format("{} took the changes", settings_.program));
    keep(given);
    again_.arm(net::Loop::now(), [this] { run(); });  // what came meanwhile
}

void ApplyProgram::failed(const std::string& why) {
    pause_ = pause_ ? std::min<Duration>(*pause_ * 2, longest_pause_of_the_program)
                    : first_pause_of_the_program;
    say_(LogEvent::apply_failed,
         fmt::format("{} did not take the changes: {}; it is tried again in {} s",
                     settings_.program,
                     why,
                     std::chrono::duration_cast<Seconds>(*pause_).count()));
    again_.arm(net::Loop::now() + *pause_, [this] { run(); });
}

// When the disk refuses, the program gets these changes again after the next start, no less.
void ApplyProgram::keep(const profile::Values& taken) {
    taken_ = taken;
    const auto kept =
        net::replace_file(path_, write_state(dialect_, {identity_, phone::Memory(taken)}));
    if (!kept) {
        say_(LogEvent::apply_not_noted, kept.error().detail);
    }
}

}  // namespace onhook::agent
