// onhook phone: one phone on the network, and a look at its state.
#include <memory>
#include <string>
#include <utility>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "agent/agent.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/phone_options.h"
#include "cli/phone_orders.h"
#include "cli/phone_status.h"
#include "cli/recording_file.h"
#include "net/durable_file.h"
#include "net/host.h"
#include "net/process.h"
#include "net/service_manager.h"

namespace onhook::cli {

namespace {

// The words that it was started with again; the new load finds everything else in the state.
int restart_this_program() {
    const auto failed = net::start_program_again();
    return complain(
        fmt::format("cannot start again after the upgrade: {}; start it by hand", failed.detail));
}

// What `systemctl status` shows: how the last resync went.
void tell_status(const net::ServiceManager& manager, const agent::LogLine& line) {
    using phone::LogEvent;
    for (const LogEvent event : {LogEvent::resync_succeeded,
                                 LogEvent::resync_failed,
                                 LogEvent::provisioned,
                                 LogEvent::profile_failed}) {
        if (line.event == &phone::info(event)) {
            manager.status(line.text);
        }
    }
}

// The port may be any free one: whoever looks for the page finds it beside the state.
Status<> tell_web_address(const agent::Agent& agent,
                          const std::string& address,
                          const std::string& state_directory,
                          bool json) {
    if (agent.web_port() == 0) {
        return Done{};
    }
    const std::string url = net::local_url(address, agent.web_port()) + "/";
    print_log(net::Loop::wall_now(),
              agent::info(agent::LogEvent::web_open),
              "web utility on " + url,
              json);
    return net::replace_file(state_directory + "/web.url", url + "\n");
}

int run(const PhoneOptions& options) {
    net::give_freed_memory_back();
    auto settings = phone_settings(options);
    if (!settings) {
        return complain(settings.error());
    }
    const bool json = options.json;
    net::Loop loop;
    net::ServiceManager manager(loop);
    settings->log = [json, &manager](const agent::LogLine& line) {
        print_log(line.at, *line.event, line.text, json);
        tell_status(manager, line);
    };
    RecordingFile recording;
    if (!options.record.empty()) {
        if (const auto opened = recording.open(options.record); !opened) {
            return complain(opened.error());
        }
        settings->record = recording.sink();
    }
    const std::string web_address = settings->web_address.value_or("");
    const std::string state_directory = settings->state_directory;
    // The lines say goodbye first; who asks twice does not want to wait for that.
    agent::Agent* agent = nullptr;
    settings->stop = [&loop, &agent] {
        if (auto* const running = std::exchange(agent, nullptr)) {
            running->stop([&loop] { loop.stop(); });
        } else {
            loop.stop();
        }
    };
    loop.on_stop_signal(settings->stop);
    bool restarts = false;
    if (!options.one_process && options.record.empty()) {
        settings->restart_process = [&loop, &restarts] {
            restarts = true;
            loop.stop();
        };
    }
    auto started = agent::Agent::start(loop, *std::move(settings));
    if (!started) {
        return complain(started.error().detail);
    }
    agent = started->get();
    if (const auto told = tell_sip_addresses(**started, state_directory, json); !told) {
        return complain(told.error().detail);
    }
    agent = started->get();
    for (const auto& told : {tell_sip_addresses(**started, state_directory, json),
                             tell_web_address(**started, web_address, state_directory, json)}) {
        if (!told) {
            return complain(told.error().detail);
        }
    }
    loop.on_hangup_signal([&agent = **started] { agent.resync_now(); });
    manager.ready("started; no resync yet");
    loop.run();
    started->reset();  // closes what the next process opens: the lock, the port
    if (restarts) {
        manager.hand_on();
        return restart_this_program();
    }
    return 0;
}

// Where the state of the phone is that the options mean; empty: they do not say.
std::string state_directory_of(const PhoneOptions& options) {
    const auto mac = MacAddress::parse(options.mac);
    if (options.state.empty() && mac) {
        return default_phone_directory(mac->to_string());
    }
    return options.state;
}

}  // namespace

void add_phone(CLI::App& app, int& status) {
    auto options = std::make_shared<PhoneOptions>();
    CLI::App* command = app.add_subcommand(
        "phone", "Runs one phone: it finds its provider, fetches its profile and stays in sync");
    add_phone_options(*command, *options);
    CLI::App* look =
        command->add_subcommand("status", "Prints what a phone's state directory says");
    look->add_option("--state", options->state, "The phone's state directory")->required();
    look->add_flag("--json", options->json, "Prints JSON");
    look->callback(
        [options, &status] { status = show_phone_status(options->state, options->json); });
    add_phone_orders(*command, status);
    command->callback([options, command, &status] {
        if (!command->get_subcommands().empty()) {
            return;
        }
        const std::string directory = state_directory_of(*options);
        if (options->print_phone) {
            status = directory.empty()
                         ? complain(
                               "--print-phone needs --state DIRECTORY or the --mac of a phone "
                               "that ran")
                         : print_saved_phone(directory, options->reveal);
        } else if (options->mac.empty()) {
            status = complain("a phone needs --mac, twelve hex digits, e.g. --mac 000e08aabbcc");
        } else {
            status = run(*options);
        }
    });
}

}  // namespace onhook::cli
