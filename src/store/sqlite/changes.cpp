#include "store/sqlite/changes.h"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "profile/catalogue.h"
#include "store/fault.h"

namespace onhook::store::sqlite {

namespace {

Result<bool> is_there(Database& database, std::string_view sql, std::string_view key) {
    auto row = database.first(
        sql, [](const Row&) { return Done{}; }, key);
    if (!row) {
        return Failure{std::move(row).error()};
    }
    return row->has_value();
}

Status<> need_group(Database& database, const provision::GroupName& name) {
    const auto there =
        is_there(database, "SELECT 1 FROM device_group WHERE name = ?1", name.to_string());
    if (!there) {
        return Failure{there.error()};
    }
    if (!*there) {
        return fail(Fault::not_found, fmt::format("no group {0}; add it first", name.to_string()));
    }
    return Done{};
}

Failure<Error> no_device(MacAddress mac) {
    return fail(Fault::not_found, fmt::format("no device {}", mac.to_string()));
}

Status<> need_place(Database& database, const provision::Scope& scope) {
    if (const provision::GroupName* group = scope.group()) {
        return need_group(database, *group);
    }
    if (const MacAddress* mac = scope.device()) {
        const auto there =
            is_there(database, "SELECT 1 FROM device WHERE mac = ?1", mac->to_string());
        if (!there) {
            return Failure{there.error()};
        }
        if (!*there) {
            return no_device(*mac);
        }
    }
    if (scope == provision::Scope::server()) {
        return fail(Fault::not_found,
                    "the server's own settings are not stored; set the provider's");
    }
    return Done{};
}

Status<> on(Database& database, const ClearSettings& change) {
    return database.execute("DELETE FROM setting WHERE scope = ?1", change.scope.to_string());
}

Status<> on(Database& database, const AddGroup& change) {
    const provision::Group& group = change.group;
    const bool replace = change.if_known == IfKnown::replace;
    auto added = database.execute(
        "INSERT INTO device_group (name, comment) VALUES (?1, ?2) "
        "ON CONFLICT (name) DO UPDATE SET comment = excluded.comment WHERE ?3",
        group.name.to_string(),
        group.comment,
        std::int64_t{replace});
    if (added && database.changed() == 0) {
        return fail(Fault::already_exists,
                    fmt::format("group {} exists already", group.name.to_string()));
    }
    return added;
}

Status<> on(Database& database, const RemoveGroup& change) {
    const std::string& name = change.name.to_string();
    const auto used =
        is_there(database, "SELECT 1 FROM device WHERE group_name = ?1 LIMIT 1", name);
    if (!used) {
        return Failure{used.error()};
    }
    if (*used) {
        return fail(Fault::in_use,
                    fmt::format("group {} has devices; move or remove them first", name));
    }
    auto removed = database.execute("DELETE FROM device_group WHERE name = ?1", name);
    if (!removed) {
        return removed;
    }
    if (database.changed() == 0) {
        return fail(Fault::not_found, fmt::format("no group {}", name));
    }
    return on(database, ClearSettings{provision::Scope(change.name)});
}

Status<> on(Database& database, const AddDevice& change) {
    const provision::Device& device = change.device;
    std::optional<std::string_view> group;
    if (device.group) {
        auto there = need_group(database, *device.group);
        if (!there) {
            return there;
        }
        group = device.group->to_string();
    }
    const std::string mac = device.mac.to_string();
    const bool replace = change.if_known == IfKnown::replace;
    auto added = database.execute(
        "INSERT INTO device (mac, model, group_name, name, comment) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (mac) DO UPDATE SET model = excluded.model, "
        "group_name = excluded.group_name, name = excluded.name, comment = excluded.comment "
        "WHERE ?6",
        mac,
        device.model,
        group,
        device.name,
        device.comment,
        std::int64_t{replace});
    if (!added) {
        return added;
    }
    if (database.changed() == 0) {
        return fail(Fault::already_exists, fmt::format("device {} exists already", mac));
    }
    return database.execute("UPDATE contact SET stranger = 0 WHERE mac = ?1", mac);
}

Status<> on(Database& database, const RemoveDevice& change) {
    const std::string mac = change.mac.to_string();
    auto removed = database.execute("DELETE FROM device WHERE mac = ?1", mac);
    if (!removed) {
        return removed;
    }
    if (database.changed() == 0) {
        return no_device(change.mac);
    }
    removed = on(database, ClearSettings{provision::Scope(change.mac)});
    return removed ? database.execute("DELETE FROM contact WHERE mac = ?1", mac) : removed;
}

Status<> on(Database& database, const PutSetting& change) {
    auto there = need_place(database, change.scope);
    if (!there) {
        return there;
    }
    const provision::Setting& setting = change.setting;
    std::optional<std::string_view> access;
    if (setting.access) {
        access = profile::to_string(*setting.access);
    }
    return database.execute(
        "INSERT INTO setting (scope, name, value, access) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (scope, name) DO UPDATE SET value = coalesce(excluded.value, value), "
        "access = coalesce(excluded.access, access)",
        change.scope.to_string(),
        setting.name,
        setting.value,
        access);
}

Status<> on(Database& database, const UnsetSetting& change) {
    const std::string scope = change.scope.to_string();
    auto unset =
        database.execute("DELETE FROM setting WHERE scope = ?1 AND name = ?2", scope, change.name);
    if (unset && database.changed() == 0) {
        return fail(Fault::not_found, fmt::format("{} is not set at {}", change.name, scope));
    }
    return unset;
}

}  // namespace

Status<> carry_out(Database& database, const Change& change) {
    return std::visit([&database](const auto& order) { return on(database, order); }, change);
}

}  // namespace onhook::store::sqlite
