#include "phone/status.h"

#include <ctime>
#include <string_view>

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

// 7.2: who provisioned the phone, where that is known.
std::string customization(const Memory& memory) {
    const bool named =
        memory.customization == CustomizationState::acquired && !memory.customization_name.empty();
    return named ? memory.customization_name : std::string(to_string(memory.customization));
}

StatusSection product_information(const profile::Dialect& dialect,
                                  const profile::Identity& identity,
                                  const Memory& memory) {
    return {"Product Information",
            {{"Product Name", dialect.product_name(identity.model)},
             {"Software Version", identity.firmware},
             {"MAC Address", identity.mac.to_string()},
             {"Customization", customization(memory)},
             {"Serial Number", identity.serial},
             {"Hardware Version", identity.hardware},
             {"Client Certificate", identity.client_certificate ? "Installed" : "Not Installed"}}};
}

StatusSection provisioning_status(const profile::Dialect& dialect, const Memory& memory) {
    StatusSection section{"Provisioning Status", {}};
    section.fields.push_back(
        {"Provisioning Profile",
         profile::masked_rule(memory.values.get(dialect.parameter.profile_rules[0]),
                              dialect.catalogue)});
    for (std::size_t i = 0; i < Memory::most_resyncs; ++i) {
        section.fields.push_back(
            {fmt::format("Provisioning Status {}", i + 1),
             i < memory.resyncs.size() ? page_line(memory.resyncs[i]) : std::string()});
    }
    section.fields.push_back({"Provisioning Failure Reason",
                              memory.resyncs.empty() ? std::string() : memory.resyncs[0].error});
    return section;
}

}  // namespace

std::string page_time(const std::optional<WallTime>& at) {
    const auto time = calendar_time(at);
    return time ? fmt::format("[{:%m/%d/%Y %H:%M:%S}]", *time) : std::string(unknown_time);
}

std::string page_line(const ResyncRecord& record) {
    std::string line = fmt::format("{} Resync {} {}",
                                   page_time(record.at),
                                   record.succeeded ? "succeeded" : "failed",
                                   record.url);
    if (!record.error.empty()) {
        line += " -- " + record.error;
    }
    return line;
}

profile::StatusDocument status_document(const profile::Dialect& dialect,
                                        const profile::Identity& identity,
                                        const Memory& memory,
                                        StatusForm form) {
    return {{reboot_history(memory, form),
             product_information(dialect, identity, memory),
             {"PRT Status", {{"PRT Generation Status", ""}, {"PRT Upload Status", ""}}},
             // 11.2: no phone of ours installs one yet.
             {"Custom CA Status",
              {{"Custom CA Provisioning Status", ""}, {"Custom CA Info", "Not Installed"}}},
             provisioning_status(dialect, memory)}};
}

}  // namespace onhook::phone
