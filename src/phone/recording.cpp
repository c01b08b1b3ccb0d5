#include "phone/recording.h"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "phone/recording_json.h"

namespace onhook::phone {

namespace {

constexpr std::int64_t recording_format = 1;
// Times of a recording, in nanoseconds: a hundred years.
constexpr std::int64_t latest_nanosecond = 3'155'760'000'000'000'000;

std::string dump_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The lines that a replay prints for one step.
std::vector<std::string> action_lines(const Actions& actions, TimePoint now, TimePoint base) {
    std::vector<std::string> lines;
    for (const Action& action : actions) {
        Json line = {{"at", (now - base).count()}};
        line.update(action_json(action, base));
        lines.push_back(dump_line(line));
    }
    return lines;
}

// FNV-1a over the lines: tells by accident or change, not by intent, other actions apart.
std::string digest_of(const std::vector<std::string>& lines) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::string& line : lines) {
        for (const char c : line + '\n') {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
    }
    return fmt::format("{:016x}", hash);
}

// Runs the lines of one recording.
class Player {
  public:
    explicit Player(const Recorder::Sink& print) : print_(print) {}

    Replayed result;

    // What is wrong with the line.
    Status<std::string> take(std::string_view line, std::size_t number) {
        const Json json = Json::parse(line, nullptr, false);
        if (!json.is_object()) {
            return Failure{
                std::string("it is no JSON object; a recording that was cut off replays without "
                            "its last line")};
        }
        try {
            if (dialect_ == nullptr) {
                return take_header(json);
            }
            return json.contains("life") ? take_life(json.at("life")) : take_step(json, number);
        } catch (const Json::exception& error) {  // a key is missing or of another type
            return Failure{fmt::format("{}; it is no line that onhook writes", error.what())};
        }
    }

  private:
    Status<std::string> take_header(const Json& json) {
        if (!json.contains("recording")) {
            return Failure{
                std::string("this is no recording; make one with onhook phone --record or "
                            "onhook simulate --record")};
        }
        if (json.at("recording") != recording_format) {
            return Failure{
                fmt::format("the recording has format {}, and this onhook reads {}; "
                            "replay it with the version that recorded it",
                            json.at("recording").dump(),
                            recording_format)};
        }
        const auto name = json.at("dialect").get<std::string>();
        const auto* dialect = profile::find_dialect(name);
        if (dialect == nullptr) {
            return Failure{fmt::format("there is no dialect '{}'", name)};
        }
        auto identity = read_identity_json(json.at("identity"));
        if (!identity) {
            return Failure{std::move(identity).error()};
        }
        auto settings = read_settings_json(json.at("settings"));
        if (!settings) {
            return Failure{std::move(settings).error()};
        }
        dialect_ = dialect;
        identity_ = *std::move(identity);
        settings_ = *std::move(settings);
        return Done{};
    }

    Status<std::string> take_life(const Json& life) {
        auto memory = read_memory_json(life.at("memory"), *dialect_->catalogue);
        if (!memory) {
            return Failure{std::move(memory).error()};
        }
        phone_ = std::make_unique<Phone>(*dialect_,
                                         *identity_,
                                         settings_,
                                         *std::move(memory),
                                         life.at("seed").get<std::uint64_t>());
        booted_ = false;
        alive_ = false;
        ++result.lives;
        return Done{};
    }

    // What no shell may do would stop the process.
    Status<std::string> check_order(const Event& event, TimePoint now) {
        if (!phone_) {
            return Failure{std::string("an event comes before the first life")};
        }
        if (now < now_) {
            return Failure{std::string("its time is before that of the line above")};
        }
        if (std::holds_alternative<Booted>(event) && (std::exchange(booted_, true) || alive_)) {
            return Failure{std::string("the phone booted already")};
        }
        alive_ |= std::holds_alternative<NetworkUp>(event);
        return Done{};
    }

    Status<std::string> take_step(const Json& json, std::size_t number) {
        const auto at = json.at("at").get<std::int64_t>();
        auto event = read_event_json(json);
        if (!event) {
            return Failure{std::move(event).error()};
        }
        if (at < 0 || at > latest_nanosecond) {
            return Failure{std::string("its time is none that a recording has")};
        }
        const TimePoint now = TimePoint{} + Duration(at);
        if (auto right = check_order(*event, now); !right) {
            return right;
        }
        now_ = now;
        const auto lines = action_lines(phone_->step(*event, now), now, TimePoint{});
        for (const std::string& line : lines) {
            print_(line);
        }
        ++result.steps;
        const bool same =
            json.at("actions") == lines.size() && json.at("digest") == digest_of(lines);
        if (!same && !result.difference) {
            result.difference = number;
        }
        return Done{};
    }

    const Recorder::Sink& print_;
    const profile::Dialect* dialect_ = nullptr;
    std::optional<profile::Identity> identity_;
    Settings settings_;
    std::unique_ptr<Phone> phone_;
    bool booted_ = false;
    bool alive_ = false;
    TimePoint now_{};
};

}  // namespace

Recorder::Recorder(const profile::Dialect& dialect,
                   const profile::Identity& identity,
                   const Settings& settings,
                   Sink sink)
    : sink_(std::move(sink)), mask_(dialect, identity) {
    Settings masked = settings;
    masked.redirect_rule = mask_.masked_rule(settings.redirect_rule);
    sink_(dump_line({{"recording", recording_format},
                     {"dialect", dialect.name},
                     {"identity", identity_json(identity)},
                     {"settings", settings_json(masked)}}));
}

void Recorder::begin_life(std::uint64_t seed, const Memory& memory, TimePoint now) {
    base_ = base_.value_or(now);
    purposes_.clear();
    sink_(dump_line({{"life",
                      {{"at", (now - *base_).count()},
                       {"seed", seed},
                       {"memory", memory_json(mask_.masked(memory))}}}}));
}

void Recorder::stepped(const Event& event,
                       TimePoint now,
                       const Actions& actions,
                       const Memory& after) {
    CHECK(base_.has_value());  // a life begins before its first event
    Purpose purpose = Purpose::profile;
    if (const auto* answered = std::get_if<Answered>(&event)) {
        const auto known = purposes_.find(answered->transfer);
        purpose = known == purposes_.end() ? purpose : known->second;
    }
    for (const Action& action : actions) {
        if (const auto* transfer = std::get_if<StartTransfer>(&action)) {
            purposes_[transfer->transfer] = transfer->purpose;
        }
    }
    Json line = {{"at", (now - *base_).count()}};
    line.update(event_json(mask_.masked(event, after, purpose)));
    const auto lines = action_lines(actions, now, *base_);
    line["actions"] = lines.size();
    line["digest"] = digest_of(lines);
    sink_(dump_line(line));
}

Result<Replayed, RecordingError> replay(std::string_view recording, const Recorder::Sink& print) {
    Player player(print);
    std::size_t number = 0;
    while (!recording.empty()) {
        const std::string_view line = recording.substr(0, recording.find('\n'));
        recording.remove_prefix(std::min(recording.size(), line.size() + 1));
        ++number;
        if (trim(line).empty()) {
            continue;
        }
        if (auto taken = player.take(line, number); !taken) {
            return Failure{RecordingError{number, std::move(taken).error()}};
        }
    }
    if (number == 0) {
        return Failure{RecordingError{1, "the recording is empty"}};
    }
    return player.result;
}

}  // namespace onhook::phone
