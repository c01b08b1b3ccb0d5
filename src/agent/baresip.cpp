#include "agent/baresip.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "net/durable_file.h"

namespace onhook::agent {

namespace {

using profile::SipAccount;

constexpr std::size_t longest_control_payload = std::size_t{64} << 10U;
// It listens on its control port soon after its start.
constexpr Duration between_connections = 200ms;
constexpr int most_connections = 50;
constexpr Duration to_end_by_itself = 500ms;
// It starts again after this, doubled each time up to the second; one that ran long enough begins
// at the first again.
constexpr Duration first_pause = 1s;
constexpr Duration longest_pause = 60s;
constexpr Duration long_enough = 60s;

}  // namespace

Baresip::Baresip(net::Loop& loop, BaresipSettings settings, Events events)
    : loop_(loop),
      settings_(std::move(settings)),
      events_(std::move(events)),
      timer_(loop),
      reader_(longest_control_payload),
      pause_(first_pause) {}

Baresip::~Baresip() = default;

void Baresip::configure(std::vector<profile::SipAccount> accounts) {
    BaresipAccounts written = baresip_accounts(accounts, settings_.answering);
    if (written.text == written_) {
        return;
    }
    for (const std::string& refusal : written.refusals) {
        events_.say(LogEvent::extension_left_out, "baresip: " + refusal);
    }
    accounts_ = std::move(accounts);
    written_ = std::move(written.text);
    control_.reset();
    child_.reset();
    timer_.cancel();
    nothing_holds_any_more();
    pause_ = first_pause;
    if (!written_.empty()) {
        launch();
    }
}

// It reads its files once, at its start.
bool Baresip::write_files() {
    const std::string config = baresip_config({.sip_address = settings_.sip_address,
                                               .sip_port = sip_port_,
                                               .control_port = control_port_,
                                               .module_directory = settings_.module_directory,
                                               .modules = baresip_codec_modules(accounts_),
                                               .ca_file = settings_.ca_file});
    Status<> written = net::make_private_directory(settings_.directory);
    if (written) {
        written = net::replace_file(settings_.directory + "/config", config);
    }
    if (written) {
        written = net::replace_file(settings_.directory + "/accounts", written_);
    }
    if (!written) {
        events_.say(LogEvent::telephone_not_started, "baresip: " + written.error().detail);
    }
    return written.has_value();
}

void Baresip::launch() {
    if (sip_port_ == 0) {
        sip_port_ = net::free_tcp_port(settings_.sip_address);
    }
    control_port_ = net::free_tcp_port("127.0.0.1");
    if (!write_files()) {
        launch_later();
        return;
    }
    auto child = net::Child::start(
        loop_,
        {.program = settings_.program, .arguments = {"-f", settings_.directory}},
        // What it prints is for a terminal; its control connection says what counts.
        {.line = [](std::string_view /*line*/) {},
         .ended = [this](net::ChildEnd end) { ended(end.to_string()); }});
    if (!child) {
        events_.say(LogEvent::telephone_not_started,
                    fmt::format("{}; install the package baresip-core, or name the program with "
                                "--engine-program",
                                child.error().detail));
        launch_later();
        return;
    }
    child_ = *std::move(child);
    launched_at_ = net::Loop::now();
    connections_ = 0;
    events_.say(LogEvent::telephone_starts, "baresip starts");
    timer_.arm(net::Loop::now() + between_connections, [this] { connect(); });
}

void Baresip::connect() {
    reader_ = wire::netstring::Reader(longest_control_payload);
    ++connections_;
    control_ = std::make_unique<net::StreamClient>(
        loop_,
        "127.0.0.1",
        control_port_,
        net::StreamEvents{.connected = [this] { connected(); },
                          .received = [this](std::string_view bytes) { received(bytes); },
                          .closed = [this](const std::string& why) { closed(why); }});
}

// It opens this connection's port after the one for calls.
void Baresip::connected() {
    events_.say(LogEvent::telephone_ready,
                fmt::format("baresip is ready; extensions: {}; it takes calls on {}",
                            std::count(written_.begin(), written_.end(), '\n'),
                            host_and_port({settings_.sip_address, sip_port_})));
}

// It may not listen yet.
void Baresip::closed(const std::string& why) {
    if (connections_ < most_connections && calls_.empty() && registered_.empty()) {
        timer_.arm(net::Loop::now() + between_connections, [this] { connect(); });
    } else {
        broken(why);
    }
}

void Baresip::received(std::string_view bytes) {
    const auto payloads = reader_.feed(bytes);
    if (!payloads) {
        const auto& error = payloads.error();
        ended(fmt::format(
            "its control connection: byte {}: expected {}", error.offset, error.expected));
        return;
    }
    for (const std::string& payload : *payloads) {
        if (const auto event = read_baresip_event(payload)) {
            std::visit([this](const auto& happened) { take(happened); }, *event);
        }
    }
}

void Baresip::take(const EngineRegistered& event) { set_registered(event.account, true); }

void Baresip::take(const EngineNotRegistered& event) {
    if (!event.why.empty()) {
        events_.say(LogEvent::line_not_registered,
                    fmt::format("baresip: {} is not registered: {}", event.account, event.why));
    }
    set_registered(event.account, false);
}

void Baresip::set_registered(const std::string& account, bool registered) {
    for (const SipAccount& one : accounts_) {
        if (baresip_name(one) != account) {
            continue;
        }
        const bool changed =
            registered ? registered_.insert(one.line).second : registered_.erase(one.line) > 0;
        if (changed) {
            events_.say(registered ? LogEvent::line_registered : LogEvent::line_lost,
                        fmt::format("extension {} is {}",
                                    one.line,
                                    registered ? "registered" : "not registered any more"));
            events_.registration(one.line, registered);
        }
    }
}

void Baresip::take(const EngineCall& event) {
    const bool first = calls_.empty();
    calls_.insert(event.id);
    if (first) {
        events_.say(LogEvent::call_began, "a call holds a line");
        events_.lines(true);
    }
}

void Baresip::take(const EngineCallEnded& event) {
    if (calls_.erase(event.id) > 0 && calls_.empty()) {
        events_.say(LogEvent::call_ended, "no call holds a line any more");
        events_.lines(false);
    }
}

// Nobody can tell what it does any more. Most often it is ending, and its end says why.
void Baresip::broken(const std::string& why) {
    events_.say(LogEvent::telephone_out_of_touch, "baresip's control connection ended: " + why);
    control_.reset();
    timer_.arm(net::Loop::now() + to_end_by_itself, [this] { child_->stop(); });
}

// From a callback of what it destroys, which is allowed.
void Baresip::ended(const std::string& why) {
    events_.say(LogEvent::telephone_ended,
                fmt::format("baresip ended ({}); it starts again in {} s",
                            why,
                            std::chrono::duration_cast<std::chrono::seconds>(pause_).count()));
    control_.reset();
    child_.reset();
    if (net::Loop::now() - launched_at_ >= long_enough) {
        pause_ = first_pause;
    }
    nothing_holds_any_more();
    launch_later();
}

void Baresip::nothing_holds_any_more() {
    for (const unsigned line : std::exchange(registered_, {})) {
        events_.registration(line, false);
    }
    if (!std::exchange(calls_, {}).empty()) {
        events_.lines(false);
    }
}

void Baresip::launch_later() {
    timer_.arm(net::Loop::now() + std::exchange(pause_, std::min(2 * pause_, longest_pause)),
               [this] { launch(); });
}

}  // namespace onhook::agent
