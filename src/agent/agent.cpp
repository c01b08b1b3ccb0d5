#include "agent/agent.h"

#include <utility>

#include <fmt/format.h>

#include "agent/tls_demands.h"
#include "profile/sip_account.h"

namespace onhook::agent {

namespace {

constexpr Duration retry_of_a_failed_save = 10s;
// What was said last is on its way to the syslog server and to who waits at the web utility.
constexpr Duration farewell = 300ms;

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
    const bool known = stored->has_value();
    auto state = known ? Result<PhoneState>(**std::move(stored)) : factory_state(settings);
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
    if (!settings.certificate.certificate_file.empty()) {
        if (auto checked = net::check_pair(settings.certificate); !checked) {
            return Failure{std::move(checked).error()};
        }
    }
    // What the phone was given this time, whatever it had before.
    state->identity.client_certificate = !settings.certificate.certificate_file.empty();
    const profile::Values values = state->memory.values;
    // make_unique cannot see the constructor.
    std::unique_ptr<Agent> agent(
        new Agent(loop, std::move(settings), *std::move(file), *std::move(state)));
    if (auto opened = agent->open_or_close_web(values); !opened) {
        return Failure{std::move(opened).error()};
    }
    if (auto opened = agent->apply_program_.open(agent->settings_.state_directory); !opened) {
        return Failure{std::move(opened).error()};
    }
    if (known) {
        agent->apply_program_.saved(values, "start");
    }
    agent->open_control();
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
      images_(settings_.state_directory + "/images"),
      transfers_(
          loop,
          {{settings_.ca_file,
            settings_.certificate.certificate_file,
            settings_.certificate.key_file},
           settings_.content,
           images_},
          [this](const phone::Event& event) { step(event); },
          [this](LogEvent event, std::string text) { say(event, std::move(text)); }),
      lookups_(
          loop,
          settings_.name_server,
          [this](const phone::Event& event) { step(event); },
          [this](std::string_view text) { say(LogEvent::lookup_failed, std::string(text)); }),
      network_lease_(
          loop,
          settings_.dhcp,
          settings_.lease,
          [this](phone::Lease lease) {
              sip_.reached_at(lease.ip.str());
              step(phone::NetworkUp{std::move(lease)});
          },
          [this](LogEvent event, std::string text) { say(event, std::move(text)); }),
      timer_(loop),
      save_again_(loop),
      syslog_(loop,
              settings_.syslog_transport,
              *settings_.dialect,
              identity_,
              [this](const std::string& why) { say(LogEvent::syslog_failed, "syslog: " + why); }),
      web_(loop,
           *settings_.dialect,
           identity_,
           {.phone = [this] { return next_life_ ? nullptr : phone_.get(); },
            .step = [this](const phone::Event& event) { step(event); },
            .say = [this](LogEvent event, std::string text) { say(event, std::move(text)); }}),
      control_({.ready = [this] { return !next_life_ && phone_ != nullptr; },
                .step = [this](const phone::Event& event) { step(event); },
                .stop = settings_.stop}),
      apply_program_(loop,
                     settings_.apply,
                     *settings_.dialect,
                     identity_,
                     [this](LogEvent event, std::string text) { say(event, std::move(text)); }),
      sip_(loop,
           *settings_.dialect,
           identity_,
           settings_.name_server,
           {.phone = [this] { return next_life_ ? nullptr : phone_.get(); },
            .step = [this](const phone::Event& event) { step(event); },
            .say = [this](LogEvent event, std::string text) { say(event, std::move(text)); }}) {
    make_engine();
    // The first step happens inside run(). A timer, since it dies with the agent.
    timer_.arm(net::Loop::now(),
               [this, reason = state.next_boot, memory = std::move(state.memory)] {
                   begin_first_life(reason, memory);
               });
}

Agent::~Agent() = default;

// 9: what a power cut may have left is looked at before anything runs.
void Agent::begin_first_life(phone::BootReason reason, phone::Memory memory) {
    for (std::string& line : check_partitions(images_, identity_.firmware.str(), memory)) {
        say(LogEvent::partition_damaged, std::move(line));
    }
    begin_life(reason, std::move(memory));
}

void Agent::resync_now() {
    if (phone_ && !next_life_) {
        step(phone::ResyncRequested{{}, {}, {}, phone::Asker::menu, {}});
    }
}

void Agent::begin_life(phone::BootReason reason, phone::Memory memory) {
    transfers_.forget();
    lookups_.forget();
    control_.forget();
    say(LogEvent::phone_starts,
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
        say(LogEvent::web_not_open, opened.error().detail);
    }
    step(phone::WallClockRead{net::Loop::wall_now()});
    step(phone::Booted{reason});
    if (control_.lines().busy()) {
        step(phone::LinesChanged{true});  // calls outlive a restart of the phone's services
    }
    sip_.begin_life(phone_->memory().values);
    if (engine_) {
        begin_life_of_engine();
    }
    bring_network_up();
}

// Calls and registrations are the telephone's own: they outlive a restart that leaves the
// extensions as they are.
void Agent::begin_life_of_engine() {
    const auto accounts = profile::sip_accounts(*settings_.dialect, phone_->memory().values);
    engine_->configure(accounts);
    for (const profile::SipAccount& account : accounts) {
        if (account.registers && only_the_telephone_registers()) {
            step(phone::RegistrationChanged{account.line,
                                            engine_->registered().contains(account.line)});
        }
    }
}

// Otherwise the phone's own registrations count.
bool Agent::only_the_telephone_registers() const {
    return !settings_.sip || !settings_.sip->registers;
}

void Agent::make_engine() {
    if (!settings_.engine) {
        return;
    }
    BaresipSettings settings = *settings_.engine;
    if (settings.directory.empty()) {
        settings.directory = settings_.state_directory + "/engine";
    }
    engine_ = std::make_unique<Baresip>(
        loop_,
        std::move(settings),
        Baresip::Events{
            .registration =
                [this](unsigned line, bool registered) {
                    if (only_the_telephone_registers()) {
                        step(phone::RegistrationChanged{line, registered});
                    }
                },
            .lines = [this](bool busy) { control_.telephone(busy); },
            .say = [this](LogEvent event, std::string text) { say(event, std::move(text)); }});
}

// 13.3: the options are asked for at each boot. A restart of the services keeps what there is.
void Agent::bring_network_up() {
    if (network_lease_.known()) {
        step(phone::NetworkUp{*network_lease_.known()});
    } else {
        network_lease_.ask(dhcp_question(*settings_.dialect, identity_, phone_->memory().values));
    }
}

// The driver's contract: one step, every action in order, then the one timer.
void Agent::step(const phone::Event& event) {
    cause_ = cause_of(event);
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
        timer_.arm(net::Loop::now(), [this] { begin_next_life(); });
        return;
    }
    if (const auto deadline = phone_->next_deadline()) {
        timer_.arm(*deadline, [this] { step(phone::DeadlineReached{}); });
    } else {
        timer_.cancel();
    }
}

// The new load is another program (9): a process of its own, if who runs this one sees to it and
// the disk holds what it must know.
void Agent::begin_next_life() {
    const phone::BootReason reason = *next_life_;
    if (reason == phone::BootReason::upgrade && settings_.restart_process) {
        const PhoneState last{identity_, phone_->memory(), reason};
        if (file_.save(*settings_.dialect, last)) {
            transfers_.forget();
            lookups_.forget();
            save_again_.cancel();
            timer_.arm(net::Loop::now() + farewell, [this] { settings_.restart_process(); });
            return;
        }
    }
    next_life_.reset();
    begin_life(reason, phone_->memory());
}

void Agent::perform(const phone::StartTransfer& action) {
    transfers_.start(action, tls_demands(*settings_.dialect, phone_->memory()));
}

void Agent::perform(const phone::LookUpServers& action) { lookups_.start(action); }

void Agent::perform(const phone::SaveMemory& /*action*/) { save(); }

void Agent::perform(const phone::Reboot& action) {
    sip_.reboot();
    next_life_ = action.reason;
    network_lease_.forget();
}

void Agent::perform(const phone::Restart& action) { next_life_ = action.reason; }

void Agent::perform(const phone::Log& action) {
    if (settings_.log) {
        settings_.log({net::Loop::wall_now(), &phone::info(action.event), action.text});
    }
    syslog_.send(phone_->memory().values,
                 phone::kind_of(action.severity(), action.syslog),
                 action.severity(),
                 action.text);
}

void Agent::perform(const phone::AnswerRequest& action) {
    if (!action.request) {
        if (!action.accepted) {
            say(LogEvent::resync_refused, "resync refused: " + action.text);
        }
        return;
    }
    web_.answer(action);
    control_.answer(action);
}

void Agent::perform(const phone::TidyImages& /*action*/) {
    phone::Firmware firmware = *phone_->memory().firmware;
    if (firmware.running.empty()) {
        firmware.running = identity_.firmware.str();
    }
    images_.tidy(firmware);
}

// A disk that is full today may have room tomorrow: the phone goes on with what it knows and tries
// again; who reads the log hears of it each time.
void Agent::save() {
    if (const auto saved = file_.save(*settings_.dialect, {identity_, phone_->memory()}); !saved) {
        say(LogEvent::state_not_saved, fmt::format("state not saved: {}", saved.error().detail));
        save_again_.arm(net::Loop::now() + retry_of_a_failed_save, [this] { save(); });
        return;
    }
    save_again_.cancel();
    apply_program_.saved(phone_->memory().values, cause_);
}

// A phone that cannot be told anything by hand is a phone all the same.
void Agent::open_control() {
    if (const auto opened = control_.open(loop_, settings_.state_directory); !opened) {
        say(LogEvent::control_not_open, opened.error().detail);
    }
}

void Agent::say(LogEvent event, std::string text) const {
    if (settings_.log) {
        settings_.log({net::Loop::wall_now(), &info(event), std::move(text)});
    }
}

// A phone whose address is not of this machine has no SIP; that is no reason not to provision it,
// unless SIP was asked for.
Status<> Agent::open_sip(const profile::Values& values) {
    if (!settings_.sip) {
        return Done{};
    }
    auto opened = sip_.open(*settings_.sip, values);
    if (!opened && !settings_.sip_required) {
        say(LogEvent::sip_not_open, opened.error().detail + "; the phone speaks no SIP");
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
