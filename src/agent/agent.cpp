#include "agent/agent.h"

#include <utility>

#include <fmt/format.h>

#include "wire/syslog/format.h"

namespace onhook::agent {

namespace {

constexpr Duration retry_of_a_failed_save = 10s;

Failure<Error> refused(std::string why) {
    return Failure{Error{std::make_error_code(std::errc::invalid_argument), std::move(why)}};
}

// A phone out of its box, with what an administrator set before it was switched on.
Result<PhoneState> factory_state(const AgentSettings& settings) {
    PhoneState state{settings.identity,
                     phone::Memory(profile::factory_values(*settings.dialect, settings.identity))};
    for (const auto& [name, text] : settings.factory_values) {
        const auto id = settings.dialect->catalogue->find(name);
        if (!id) {
            return refused(
                fmt::format("there is no parameter '{}'; names are those of the profile, "
                            "such as Profile_Rule",
                            name));
        }
        auto value = profile::check_value((*settings.dialect->catalogue)[*id], text);
        if (!value) {
            return refused(std::move(value).error());
        }
        state.memory.values.set(*id, *std::move(value));
    }
    return state;
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::start(net::Loop& loop, AgentSettings settings) {
    CHECK(settings.dialect != nullptr);
    auto file = StateFile::open(settings.state_directory);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    auto stored = file->load();
    if (!stored) {
        return Failure{std::move(stored).error()};
    }
    auto state = *stored ? Result<PhoneState>(**std::move(stored)) : factory_state(settings);
    if (!state) {
        return Failure{std::move(state).error()};
    }
    if (state->identity.mac != settings.identity.mac) {
        return refused(
            fmt::format("the state in '{}' belongs to phone {}; choose another directory "
                        "with --state",
                        settings.state_directory,
                        state->identity.mac.to_string()));
    }
    if (&state->memory.values.catalogue() != settings.dialect->catalogue) {
        return refused(
            fmt::format("the state in '{}' is of another maker's phone; choose another directory "
                        "with --state",
                        settings.state_directory));
    }
    const profile::Values values = state->memory.values;
    // make_unique cannot see the constructor.
    std::unique_ptr<Agent> agent(
        new Agent(loop, std::move(settings), *std::move(file), *std::move(state)));
    if (auto opened = agent->open_or_close_web(values); !opened) {
        return Failure{std::move(opened).error()};
    }
    if (auto opened = agent->open_sip(values); !opened) {
        return Failure{std::move(opened).error()};
    }
    agent->file_.keep();
    return agent;
}

Agent::Agent(net::Loop& loop, AgentSettings settings, StateFile file, PhoneState state)
    : loop_(loop),
      settings_(std::move(settings)),
      file_(std::move(file)),
      identity_(std::move(state.identity)),
      transfers_(
          loop,
          settings_.ca_file,
          settings_.content,
          [this](const phone::Event& event) { step(event); },
          [this](std::string_view text) { say(phone::Severity::warning, std::string(text)); }),
      lookups_(
          loop,
          settings_.name_server,
          [this](const phone::Event& event) { step(event); },
          [this](std::string_view text) { say(phone::Severity::warning, std::string(text)); }),
      timer_(loop),
      save_again_(loop),
      web_(loop,
           *settings_.dialect,
           identity_,
           {.phone = [this] { return next_life_ ? nullptr : phone_.get(); },
            .step = [this](const phone::Event& event) { step(event); },
            .say = [this](phone::Severity severity,
                          std::string text) { say(severity, std::move(text)); }}),
      sip_(loop,
           *settings_.dialect,
           identity_,
           settings_.name_server,
           {.phone = [this] { return next_life_ ? nullptr : phone_.get(); },
            .step = [this](const phone::Event& event) { step(event); },
            .say = [this](phone::Severity severity,
                          std::string text) { say(severity, std::move(text)); }}) {
    // The first step happens inside run(). A timer, since it dies with the agent.
    timer_.arm(net::Loop::now(), [this, memory = std::move(state.memory)] {
        begin_life(phone::BootReason::power_up, memory);
    });
}

Agent::~Agent() = default;

void Agent::begin_life(phone::BootReason reason, phone::Memory memory) {
    transfers_.forget();
    lookups_.forget();
    say(phone::Severity::info,
        fmt::format("{} {} starts: {}",
                    settings_.dialect->product_name(identity_.model),
                    identity_.mac.to_string(),
                    to_string(reason)));
    phone::Settings settings;
    settings.redirect_rule = settings_.redirect_rule;
    const std::uint64_t seed = settings_.seed.value_or(net::Loop::random_seed());
    if (settings_.record) {
        if (!recorder_) {
            recorder_ = std::make_unique<phone::Recorder>(
                *settings_.dialect, identity_, settings, settings_.record);
        }
        recorder_->begin_life(seed, memory, net::Loop::now());
    }
    phone_ = std::make_unique<phone::Phone>(
        *settings_.dialect, identity_, settings, std::move(memory), seed);
    if (const auto opened = open_or_close_web(phone_->memory().values); !opened) {
        say(phone::Severity::error, opened.error().detail);
    }
    step(phone::WallClockRead{net::Loop::wall_now()});
    step(phone::Booted{reason});
    sip_.begin_life(phone_->memory().values);
    step(phone::NetworkUp{settings_.lease});
}

// The driver's contract: one step, every action in order, then the one timer.
void Agent::step(const phone::Event& event) {
    const TimePoint now = net::Loop::now();
    const phone::Actions actions = phone_->step(event, now);
    if (recorder_) {
        recorder_->stepped(event, now, actions, phone_->memory());
    }
    for (const phone::Action& action : actions) {
        std::visit([this](const auto& order) { perform(order); }, action);
    }
    if (next_life_) {
        // From the loop: the profile decides how many lives follow each other, the stack must not.
        timer_.arm(net::Loop::now(), [this] {
            begin_life(*std::exchange(next_life_, std::nullopt), phone_->memory());
        });
        return;
    }
    if (const auto deadline = phone_->next_deadline()) {
        timer_.arm(*deadline, [this] { step(phone::DeadlineReached{}); });
    } else {
        timer_.cancel();
    }
}

void Agent::perform(const phone::StartTransfer& action) { transfers_.start(action); }

void Agent::perform(const phone::LookUpServers& action) { lookups_.start(action); }

void Agent::perform(const phone::SaveMemory& /*action*/) { save(); }

void Agent::perform(const phone::Reboot& action) {
    sip_.reboot();
    next_life_ = action.reason;
}

void Agent::perform(const phone::Restart& action) { next_life_ = action.reason; }

void Agent::perform(const phone::Log& action) {
    say(action.severity, action.text);
    if (action.syslog) {
        send_syslog(action);
    }
}

void Agent::perform(const phone::AnswerRequest& action) { web_.answer(action); }

// A disk that is full today may have room tomorrow: the phone goes on with what it knows and tries
// again; who reads the log hears of it each time.
void Agent::save() {
    if (const auto saved = file_.save(*settings_.dialect, {identity_, phone_->memory()}); !saved) {
        say(phone::Severity::error, fmt::format("state not saved: {}", saved.error().detail));
        save_again_.arm(net::Loop::now() + retry_of_a_failed_save, [this] { save(); });
        return;
    }
    save_again_.cancel();
}

void Agent::say(phone::Severity severity, std::string text) const {
    if (settings_.log) {
        settings_.log({net::Loop::wall_now(), severity, std::move(text)});
    }
}

std::string_view Agent::value(profile::ParameterId id) const {
    return phone_->memory().values.get(id);
}

// 6.7: UDP, RFC 3164, facility local0; the identifier stands behind the timestamp.
void Agent::send_syslog(const phone::Log& action) {
    const auto& parameter = settings_.dialect->parameter;
    const std::string_view target = value(parameter.syslog_server);
    if (target.empty()) {
        return;
    }
    if (!syslog_ || syslog_target_ != target) {
        syslog_target_ = target;
        syslog_ = std::make_unique<net::SyslogSender>(
            loop_, syslog_target_, [this](const std::string& why) {
                say(phone::Severity::warning, "syslog: " + why);
            });
    }
    const profile::MacroContext macros(*settings_.dialect, identity_, phone_->memory().values);
    const std::string_view identifier = value(parameter.syslog_identifier);
    const auto now = net::Loop::wall_now();
    syslog_->send(wire::syslog::format_rfc3164(
        {.priority = {wire::syslog::Facility::local0,
                      static_cast<wire::syslog::Severity>(action.severity)},
         .at = std::chrono::local_seconds(now.time_since_epoch()),
         .host = identifier == "None" ? "" : profile::expand(identifier, macros).text,
         .text = action.text}));
}

// A phone whose address is not of this machine has no SIP; that is no reason not to provision it,
// unless SIP was asked for.
Status<> Agent::open_sip(const profile::Values& values) {
    if (!settings_.sip) {
        return Done{};
    }
    auto opened = sip_.open(*settings_.sip, values);
    if (!opened && !settings_.sip_required) {
        say(phone::Severity::warning, opened.error().detail + "; the phone speaks no SIP");
        return Done{};
    }
    return opened;
}

// 10.1: Enable_Web_Server = No closes the port; it counts from the next boot.
Status<> Agent::open_or_close_web(const profile::Values& values) {
    if (!settings_.web_address ||
        !profile::is_yes(values.get(settings_.dialect->parameter.web_server))) {
        web_.close();
        return Done{};
    }
    return web_.is_open() ? Status<>(Done{})
                          : web_.open(*settings_.web_address, settings_.web_port);
}

}  // namespace onhook::agent
