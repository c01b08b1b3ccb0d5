// Which parameter makes which other one idle (cisco-mpp.md 5, 9, 10.1).
#include <array>
#include <span>

#include <fmt/format.h>

#include "profile/findings.h"
#include "profile/values.h"

namespace onhook::profile {

namespace {

// What the other parameter's value must be.
enum class When : std::uint8_t { no, time, no_time, empty, not_periodically, not_on_local_change };

struct Idle {
    std::string_view idle;
    std::string_view cause;
    When when = When::no;
    // Also told of the factory value. Elsewhere that is what a dump of all values holds, and says
    // nothing about what its author wanted.
    bool also_default = false;
};

constexpr std::array cisco_table = {
    // 5.1: a valid time of day replaces the period.
    Idle{"Resync_Periodic", "Resync_At__HHmm_", When::time, true},
    Idle{"Resync_At_Random_Delay", "Resync_At__HHmm_", When::no_time},
    // 5.1: the delay is that of the first attempt after a boot.
    Idle{"Resync_Random_Delay", "Resync_On_Reset", When::no},
    // 5.1: the master gate.
    Idle{"Profile_Rule", "Provision_Enable", When::no},
    Idle{"Profile_Rule_B", "Provision_Enable", When::no},
    Idle{"Profile_Rule_C", "Provision_Enable", When::no},
    Idle{"Profile_Rule_D", "Provision_Enable", When::no},
    Idle{"Resync_Periodic", "Provision_Enable", When::no},
    Idle{"Resync_At__HHmm_", "Provision_Enable", When::no},
    Idle{"Resync_Trigger_1", "Provision_Enable", When::no},
    Idle{"Resync_Trigger_2", "Provision_Enable", When::no},
    // 5.3.
    Idle{"periodic_upload_to_server", "Report_to_Server", When::not_periodically},
    Idle{"Upload_Delay_On_Local_Change", "Report_to_Server", When::not_on_local_change},
    Idle{"Report_to_Server", "Report_Rule", When::empty},
    Idle{"HTTP_Report_Method", "Report_Rule", When::empty},
    // 5.4, 9.
    Idle{"Upgrade_Rule", "Upgrade_Enable", When::no},
    Idle{"Upgrade_Error_Retry_Delay", "Upgrade_Enable", When::no},
    Idle{"Peer_Firmware_Sharing_Log_Server", "Peer_Firmware_Sharing", When::no},
    // 5.5, 10.1: without the server its port is closed.
    Idle{"MIC_Cert_Refresh_Rule", "MIC_Cert_Refresh_Enable", When::no},
    Idle{"Web_Server_Port", "Enable_Web_Server", When::no},
    Idle{"Enable_Protocol", "Enable_Web_Server", When::no},
};

// flyingvoice.md 3, 4.
constexpr std::array flyingvoice_table = {
    // Slip 4: the master switch.
    Idle{"DBID_PROFILE_RULE", "DBID_PRV_ENABLED", When::no},
    Idle{"DBID_PROFILE_RULE2", "DBID_PRV_ENABLED", When::no},
    Idle{"DBID_RESYNC_PERIODIC", "DBID_PRV_ENABLED", When::no},
    // Slip 10: only before the first contact after a boot.
    Idle{"DBID_RANDOM_DELAY", "DBID_RESYNC_ON_RESET", When::no},
    // Slip 15: a blank user means no credentials.
    Idle{"PrvUserPass", "PrvUserName", When::empty},
    Idle{"PrvUserPass2", "PrvUserName2", When::empty},
    // Slip 14.
    Idle{"DBID_UPGRADE_RULE", "DBID_UPGRADE_ENABLED", When::no},
    Idle{"DBID_UPGRADE_RETRY_DELAY", "DBID_UPGRADE_ENABLED", When::no},
};

bool holds(When when, std::string_view value) {
    switch (when) {
        case When::no:
            return value == "No" || value == "0";
        case When::time:
            return !value.empty();  // only valid ones are given
        case When::no_time:
        case When::empty:
            return value.empty();
        case When::not_periodically:
            return value != "Periodically";
        case When::not_on_local_change:
            return value != "On Local Change";
    }
    return false;
}

std::string reason(const Idle& row, std::string_view value, std::size_t line) {
    return value.empty() ? fmt::format("{} is empty on line {}", row.cause, line)
                         : fmt::format("{} is {} on line {}", row.cause, value, line);
}

const Given* find(const Catalogue& catalogue, const AllGiven& given, std::string_view name) {
    const auto found = given.find(catalogue.id_of(name));
    return found == given.end() ? nullptr : &found->second;
}

void check_table(std::span<const Idle> table,
                 const Catalogue& catalogue,
                 const AllGiven& given,
                 Findings& findings) {
    for (const Idle& row : table) {
        const Given* idle = find(catalogue, given, row.idle);
        const Given* cause = find(catalogue, given, row.cause);
        if (idle == nullptr || cause == nullptr || !holds(row.when, cause->value)) {
            continue;
        }
        const Parameter& parameter = catalogue[*catalogue.find(row.idle)];
        const bool off = idle->value.empty() || idle->value == "0";
        if (off || (idle->value == parameter.default_value && !row.also_default)) {
            continue;
        }
        findings.add(
            idle->offset,
            "idle-parameter",
            fmt::format("{} does nothing: {}",
                        row.idle,
                        reason(row, cause->value, findings.lines().at(cause->offset).first)),
            fmt::format("remove {}, or change {}", row.idle, row.cause));
    }
}

}  // namespace

void check_idle_cisco(const AllGiven& given, Findings& findings) {
    check_table(cisco_table, cisco_mpp_catalogue(), given, findings);
}

void check_idle_flyingvoice(const AllGiven& given, Findings& findings) {
    check_table(flyingvoice_table, flyingvoice_catalogue(), given, findings);
}

}  // namespace onhook::profile
