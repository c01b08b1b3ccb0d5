#include "phone/status.h"

#include <ctime>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "profile/mask.h"

namespace onhook::phone {

namespace {

using profile::StatusSection;

constexpr std::string_view unknown_time = "[time unknown]";

// The UTC calendar time; nothing for one that no calendar of ours has: such a clock is not set.
std::optional<std::tm> calendar_time(const std::optional<WallTime>& at) {
    constexpr std::int64_t latest = 253'402'300'799;  // the last second of the year 9999
    const auto seconds = at ? at->time_since_epoch().count() : -1;
    return seconds < 0 || seconds > latest ? std::nullopt : std::optional(fmt::gmtime(seconds));
}

template <typename Record>
std::string outcome_line(std::string_view what, const Record& record) {
    return fmt::format("{} {} {} {}{}{}",
                       page_time(record.at),
                       what,
                       record.succeeded ? "succeeded" : "failed",
                       record.url,
                       record.error.empty() ? "" : " -- ",
                       record.error);
}

// 10.2: Reboot History has two digits of the year, Provisioning Status four.
std::string reboot_line(const RebootRecord& record, StatusForm form) {
    const auto time = calendar_time(record.at);
    return fmt::format(
        "{}{}{}",
        time ? fmt::format("[{:%m/%d/%y %H:%M:%S}]", *time) : std::string(unknown_time),
        form == StatusForm::page ? " " : "",
        to_string(record.reason));
}

StatusSection reboot_history(const Memory& memory, StatusForm form) {
    StatusSection section{"Reboot History", {}};
    for (std::size_t i = 0; i < Memory::most_reboots; ++i) {
        section.fields.push_back(
            {fmt::format("Reboot Reason {}", i + 1),
             i < memory.reboots.size() ? reboot_line(memory.reboots[i], form) : std::string()});
    }
    return section;
}

// 7.2: an acquired phone shows who provisioned it, if it knows.
std::string customization_of(const Memory& memory) {
    return memory.customization == CustomizationState::acquired &&
                   !memory.customization_name.empty()
               ? memory.customization_name.str()
               : std::string(to_string(memory.customization));
}

StatusSection product_information(const profile::Dialect& dialect,
                                  const profile::Identity& identity,
                                  const Memory& memory) {
    return {
        "Product Information",
        {{"Product Name", dialect.product_name(identity.model)},
         {"Software Version",
          memory.firmware->running.empty() ? identity.firmware.str() : memory.firmware->running},
         {"MAC Address", identity.mac.to_string()},
         {"Customization", customization_of(memory)},
         {"Serial Number", identity.serial.str()},
         {"Hardware Version", identity.hardware.str()},
         {"Client Certificate", identity.client_certificate ? "Installed" : "Not Installed"}}};
}

// The documents name the section and not its fields; ours are the web page's of each line.
StatusSection ext_status(const Registrations& registrations) {
    StatusSection section{"Ext Status", {}};
    for (const Registrations::Line& line : registrations.lines) {
        section.fields.push_back({fmt::format("Registration State {}", line.number),
                                  line.registered ? "Registered" : "Not Registered"});
    }
    return section;
}

// A line for each record, newest first, and empty ones up to `slots`.
template <typename Record>
void add_records(StatusSection& section,
                 std::string_view label,
                 const std::vector<Record>& records,
                 std::size_t slots) {
    for (std::size_t i = 0; i < slots; ++i) {
        section.fields.push_back({fmt::format("{} {}", label, i + 1),
                                  i < records.size() ? page_line(records[i]) : std::string()});
    }
}

// 11.2, in the documents' words.
std::string authority_line(const Authorities& authorities) {
    if (!authorities.tried) {
        return {};
    }
    const auto time = calendar_time(authorities.at);
    return fmt::format(
        "Last provisioning {} {}",
        authorities.error.empty() ? "succeeded" : "failed",
        time ? fmt::format("on {:%m/%d/%Y %H:%M:%S}", *time) : std::string("at an unknown time"));
}

StatusSection custom_ca_status(const Authorities& authorities) {
    return {
        "Custom CA Status",
        {{"Custom CA Provisioning Status", authority_line(authorities)},
         {"Custom CA Info",
          authorities.certificates.empty() ? "Not Installed" : "Installed " + authorities.name}}};
}

StatusSection download_status(const Memory& memory) {
    StatusSection section{"Download Status", {}};
    add_records(
        section, "Firmware Upgrade Status", memory.firmware->upgrades, Memory::most_upgrades);
    add_records(section, "Provisioning Status", memory.resyncs, Memory::most_resyncs);
    const Authorities& authorities = *memory.authorities;
    section.fields.push_back({"Custom CA Status",
                              authority_line(authorities) +
                                  (authorities.error.empty() ? "" : " -- ") + authorities.error});
    // No phone of ours renews its certificate or installs a licence yet.
    section.fields.push_back({"MIC Cert Refresh Status", ""});
    section.fields.push_back({"Transition Authorization Status", ""});
    return section;
}

StatusSection provisioning_status(const profile::Dialect& dialect, const Memory& memory) {
    StatusSection section{"Provisioning Status", {}};
    section.fields.push_back(
        {"Provisioning Profile",
         profile::masked_rule(memory.values.get(dialect.parameter.profile_rules[0]),
                              dialect.catalogue)});
    add_records(section, "Provisioning Status", memory.resyncs, Memory::most_resyncs);
    section.fields.push_back(
        {"Provisioning Failure Reason",
         memory.resyncs.empty() ? std::string() : memory.resyncs[0].error.str()});
    return section;
}

std::vector<StatusSection> last_sections(const profile::Dialect& dialect, const Memory& memory) {
    return {{"PRT Status", {{"PRT Generation Status", ""}, {"PRT Upload Status", ""}}},
            custom_ca_status(*memory.authorities),
            provisioning_status(dialect, memory),
            download_status(memory)};
}

}  // namespace

std::string page_time(const std::optional<WallTime>& at) {
    const auto time = calendar_time(at);
    return time ? fmt::format("[{:%m/%d/%Y %H:%M:%S}]", *time) : std::string(unknown_time);
}

std::string page_line(const ResyncRecord& record) { return outcome_line("Resync", record); }

std::string page_line(const UpgradeRecord& record) { return outcome_line("Upgrade", record); }

profile::StatusDocument status_document(const profile::Dialect& dialect,
                                        const profile::Identity& identity,
                                        const Memory& memory,
                                        const Registrations& registrations,
                                        StatusForm form) {
    profile::StatusDocument document;
    document.sections = {reboot_history(memory, form),
                         product_information(dialect, identity, memory)};
    if (!registrations.lines.empty()) {
        document.sections.push_back(ext_status(registrations));
    }
    for (StatusSection& section : last_sections(dialect, memory)) {
        document.sections.push_back(std::move(section));
    }
    return document;
}

}  // namespace onhook::phone
