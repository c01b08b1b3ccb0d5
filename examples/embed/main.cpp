// A phone inside a program of yours: it fetches its profile, says what it is set to, and ends.
//   embed MAC PROFILE_RULE STATE_DIRECTORY
#include <iostream>
#include <string>

#include "agent/agent.h"
#include "phone/log_event.h"

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "embed MAC PROFILE_RULE STATE_DIRECTORY\n";
        return 2;
    }
    const auto mac = onhook::MacAddress::parse(argv[1]);
    if (!mac) {
        std::cerr << argv[1] << " is no MAC address\n";
        return 2;
    }

    onhook::net::Loop loop;
    bool provisioned = false;
    onhook::agent::AgentSettings settings{
        .dialect = &onhook::profile::cisco_mpp(),
        .identity = {*mac, false, "8841", "EMBED1", "sip88xx.11-3-1MPP-678", "1.0"},
        .state_directory = argv[3],
        .factory_values = {{"Profile_Rule", argv[2]}, {"Resync_Random_Delay", "0"}},
        .web_address = std::nullopt,
        .log = [&](const onhook::agent::LogLine& line) {
            using onhook::phone::LogEvent;
            std::cout << line.event->name << ": " << line.text << '\n';
            if (line.event == &onhook::phone::info(LogEvent::resync_succeeded)) {
                provisioned = true;
                loop.stop();
            } else if (line.event == &onhook::phone::info(LogEvent::resync_failed)) {
                loop.stop();
            }
        }};
    loop.on_stop_signal([&] { loop.stop(); });

    const auto phone = onhook::agent::Agent::start(loop, std::move(settings));
    if (!phone) {
        std::cerr << phone.error().detail << '\n';
        return 1;
    }
    loop.run();

    const auto& values = (*phone)->values();
    const auto name = values.catalogue().find("Display_Name_1_");
    std::cout << "Display_Name_1_ is " << values.get(*name) << '\n';
    return provisioned ? 0 : 1;
}
