// Which boots resync, and what they wait for (cisco-mpp.md 5.1 CONFLICT 1, 6.5).
#include "phone/states/driven_phone.h"

namespace onhook::phone {

namespace {

struct BootKind {
    test::StateName name;
    BootReason reason;
    std::string_view resync_on_reset;
    std::string_view resync_after_upgrade;
};

constexpr std::array<BootKind, 5> boot_kinds = {{
    {{"restart for parameters", {}}, BootReason::provisioning, "Yes", "Yes"},
    {{"after an upgrade with `Resync_After_Upgrade_Attempt`", {}},
     BootReason::upgrade,
     "No",
     "Yes"},
    {{"after an upgrade without it", {}}, BootReason::upgrade, "Yes", "No"},
    {{"any other with `Resync_On_Reset`", {}}, BootReason::power_up, "Yes", "No"},
    {{"any other without it", {}}, BootReason::power_up, "No", "Yes"},
}};

struct BootMemory {
    std::string_view name;
    std::string_view section;
    void (*remembers)(Memory&);
    void (*given)(DrivenPhone&) = [](DrivenPhone&) {};
    Lease lease = {"192.168.1.100"};
};

void was_in_sync(Memory& memory) { memory.synced_once = true; }

void owes_retry(Memory& memory) {
    memory.synced_once = true;
    memory.resync_due = true;
}

void owes_at_once(Memory& memory) {
    owes_retry(memory);
    memory.follow_ups = 1;
}

void knows_provider(Memory& memory) { memory.customization = CustomizationState::custom_pending; }

void is_fresh(DrivenPhone& d) {
    d.sample.set("Profile_Rule", "/$PSN.xml");
    d.settings.redirect_rule = test::redirect_rule;
}

const std::vector<BootMemory> boot_memories = {
    {"nothing, and there never was a success", "6.3", [](Memory&) {}},
    {"nothing, it was in sync", "5.1, 6.3", was_in_sync},
    {"a retry, the last pass failed", "6.3", owes_retry},
    {"a resync at once: a rule changed, or the restart overtook one", "6.6", owes_at_once},
    {"nothing, Custom-Pending", "7.2", knows_provider},
    {"a retry, Custom-Pending",
     "7.2",
     [](Memory& memory) {
         owes_retry(memory);
         knows_provider(memory);
     }},
    {"nothing, unprovisioned, DHCP names a server",
     "6.5, 13",
     [](Memory&) {},
     is_fresh,
     {"192.168.1.100", DhcpAnswer{"", {{std::uint8_t{160}, "http://10.0.0.1"}}}}},
    {"nothing, unprovisioned, DHCP names a domain",
     "6.5, 6.8",
     [](Memory&) {},
     is_fresh,
     {"192.168.1.100", DhcpAnswer{"example.com", {}}}},
    {"nothing, unprovisioned, DHCP names nothing", "6.5, 7.2", [](Memory&) {}, is_fresh},
};

// What the boot waits for, or what it does at once.
test::Cell see_boot(const BootKind& kind, const BootMemory& memory) {
    DrivenPhone d;
    d.sample.set("Resync_Random_Delay", "2")
        .set("Resync_On_Reset", kind.resync_on_reset)
        .set("Resync_After_Upgrade_Attempt", kind.resync_after_upgrade);
    d.remembers = memory.remembers;
    memory.given(d);
    d.step(Booted{kind.reason});
    const std::size_t before = d.actions().size();
    d.step(NetworkUp{memory.lease});
    const auto ordered = std::span(d.actions()).subspan(before);
    if (action_of<StartTransfer>(d.actions()) != nullptr ||
        action_of<LookUpServers>(d.actions()) != nullptr) {
        return {kind.name.name, fmt::format("at once: {}", test::words_of(ordered))};
    }
    const auto deadline = d.glance().deadline;
    std::string_view wait = "idle";
    for (const Action& action : ordered) {
        const auto* seen = std::get_if<Observed>(&action);
        wait = seen != nullptr && seen->what == Observed::What::timer ? seen->to : wait;
    }
    return {kind.name.name,
            deadline ? fmt::format("**{}** ({})", wait, test::words_of(*deadline - d.now))
                     : fmt::format("**{}**", wait)};
}

}  // namespace

test::Table boot_table() {
    test::Table table;
    for (const BootKind& kind : boot_kinds) {
        table.states.push_back(kind.name);
    }
    test::Group& group = table.groups.emplace_back(
        test::Group{"Which boots resync", {}, "owed from the life before"});
    for (const BootMemory& memory : boot_memories) {
        test::Row& row = group.rows.emplace_back(test::Row{memory.name, memory.section, {}});
        for (const BootKind& kind : boot_kinds) {
            row.cells.push_back(see_boot(kind, memory));
        }
    }
    return table;
}

}  // namespace onhook::phone
