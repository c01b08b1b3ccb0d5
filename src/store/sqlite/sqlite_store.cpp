#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "store/sqlite/changes.h"
#include "store/sqlite/database.h"
#include "store/sqlite/open.h"
#include "store/sqlite/rows.h"

namespace onhook::store {

namespace {

using provision::Device;
using provision::Group;
using provision::Layer;
using provision::Scope;
using provision::Setting;
using sqlite::Database;
using sqlite::sound;

std::int64_t seconds(WallTime time) { return time.time_since_epoch().count(); }

std::int64_t rows(std::size_t count) { return static_cast<std::int64_t>(count); }

std::int64_t page(std::size_t limit) { return rows(std::min(limit, max_page)); }

// Sorts before every MAC address when there is none.
std::string text_or_empty(const std::optional<MacAddress>& mac) {
    return mac ? mac->to_string() : std::string();
}

class SqliteStore final : public Store {
  public:
    SqliteStore(Database database, const StoreLimits& limits)
        : database_(std::move(database)), limits_(limits) {}

    Status<> apply(std::span<const Change> changes) override;
    Result<std::optional<Device>> device(MacAddress mac) override;
    Result<std::vector<Device>> devices(const DeviceQuery& query) override;
    Result<std::vector<Group>> groups() override;
    Result<std::vector<Setting>> settings(const Scope& scope) override;
    Result<std::optional<ProfileInputs>> profile_inputs(MacAddress mac) override;
    Status<> add_report(const ReportRecord& report) override;
    Result<std::optional<ReportRecord>> latest_report(MacAddress mac, ReportKind kind) override;
    Status<> record_contacts(std::span<const Contact> contacts) override;
    Result<std::optional<Contact>> contact(MacAddress mac) override;
    Result<std::vector<Contact>> contacts(const ContactQuery& query) override;
    Status<> add_messages(std::span<const SyslogMessage> messages) override;
    Result<std::vector<SyslogMessage>> messages(const MessageQuery& query) override;

  private:
    // Adds the settings of `scope` as the next layer towards the leaf.
    Status<> add_layer(const Scope& scope, std::vector<Layer>& root_to_leaf);

    Database database_;
    StoreLimits limits_;
};

Status<> SqliteStore::apply(std::span<const Change> changes) {
    return database_.write([&]() -> Status<> {
        for (std::size_t i = 0; i < changes.size(); ++i) {
            auto done = sqlite::carry_out(database_, changes[i]);
            if (done) {
                continue;
            }
            Error error = std::move(done).error();
            if (changes.size() > 1) {
                error.detail =
                    fmt::format("change {} of {}: {}", i + 1, changes.size(), error.detail);
            }
            return Failure{std::move(error)};
        }
        return Done{};
    });
}

Result<std::optional<Device>> SqliteStore::device(MacAddress mac) {
    return sound(
        database_.first("SELECT mac, model, group_name, name, comment FROM device WHERE mac = ?1",
                        sqlite::read_device,
                        mac.to_string()));
}

Result<std::vector<Device>> SqliteStore::devices(const DeviceQuery& query) {
    // instr() and not LIKE: what is looked for has no wildcards and cannot be slow.
    const std::string contains = lower(query.contains);
    const std::string after = text_or_empty(query.after);
    if (query.group) {
        return sound(database_.all(
            "SELECT mac, model, group_name, name, comment FROM device "
            "WHERE group_name = ?1 AND mac > ?2 AND (instr(mac, ?3) OR instr(lower(name), ?3)) "
            "ORDER BY mac LIMIT ?4",
            sqlite::read_device,
            query.group->to_string(),
            after,
            contains,
            page(query.limit)));
    }
    return sound(database_.all(
        "SELECT mac, model, group_name, name, comment FROM device "
        "WHERE mac > ?1 AND (instr(mac, ?2) OR instr(lower(name), ?2)) ORDER BY mac LIMIT ?3",
        sqlite::read_device,
        after,
        contains,
        page(query.limit)));
}

Result<std::vector<Group>> SqliteStore::groups() {
    return sound(
        database_.all("SELECT name, comment FROM device_group ORDER BY name", sqlite::read_group));
}

Result<std::vector<Setting>> SqliteStore::settings(const Scope& scope) {
    return sound(
        database_.all("SELECT name, value, access FROM setting WHERE scope = ?1 ORDER BY name",
                      sqlite::read_setting,
                      scope.to_string()));
}

Status<> SqliteStore::add_layer(const Scope& scope, std::vector<Layer>& root_to_leaf) {
    auto found = settings(scope);
    if (!found) {
        return Failure{std::move(found).error()};
    }
    root_to_leaf.push_back({scope, *std::move(found)});
    return Done{};
}

Result<std::optional<ProfileInputs>> SqliteStore::profile_inputs(MacAddress mac) {
    std::optional<ProfileInputs> inputs;
    auto done = database_.snapshot([&]() -> Status<> {
        auto found = device(mac);
        if (!found) {
            return Failure{std::move(found).error()};
        }
        if (!*found) {
            return Done{};
        }
        inputs = ProfileInputs{.device = **std::move(found), .root_to_leaf = {}};
        auto added = add_layer(Scope(), inputs->root_to_leaf);
        if (added && inputs->device.group) {
            added = add_layer(Scope(*inputs->device.group), inputs->root_to_leaf);
        }
        return added ? add_layer(Scope(mac), inputs->root_to_leaf) : added;
    });
    if (!done) {
        return Failure{std::move(done).error()};
    }
    return inputs;
}

Status<> SqliteStore::add_report(const ReportRecord& report) {
    const std::string mac = report.mac.to_string();
    if (report.body.size() > limits_.report_bytes) {
        return fail(Fault::too_large,
                    fmt::format("the report of {} has {} bytes, more than the {} that are kept",
                                mac,
                                report.body.size(),
                                limits_.report_bytes));
    }
    return database_.write([&]() -> Status<> {
        auto added = database_.execute(
            "INSERT INTO report (mac, received_at_s, kind, content_type, body, parameter_count) "
            "SELECT mac, ?2, ?3, ?4, ?5, ?6 FROM device WHERE mac = ?1",
            mac,
            seconds(report.received_at),
            sqlite::to_string(report.kind),
            report.content_type,
            report.body,
            std::int64_t{report.parameter_count});
        if (!added) {
            return added;
        }
        if (database_.changed() == 0) {
            return fail(Fault::not_found, fmt::format("no device {}", mac));
        }
        return database_.execute(
            "DELETE FROM report WHERE mac = ?1 AND kind = ?2 AND id <= "
            "(SELECT id FROM report WHERE mac = ?1 AND kind = ?2 ORDER BY id DESC "
            "LIMIT 1 OFFSET ?3)",
            mac,
            sqlite::to_string(report.kind),
            rows(limits_.reports_per_device));
    });
}

Result<std::optional<ReportRecord>> SqliteStore::latest_report(MacAddress mac, ReportKind kind) {
    return sound(database_.first(
        "SELECT mac, received_at_s, kind, content_type, body, parameter_count FROM report "
        "WHERE mac = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1",
        sqlite::read_report,
        mac.to_string(),
        sqlite::to_string(kind)));
}

Status<> SqliteStore::record_contacts(std::span<const Contact> contacts) {
    return database_.write([&]() -> Status<> {
        for (const Contact& contact : contacts) {
            auto recorded = database_.execute(
                "INSERT INTO contact (mac, at_s, what, status, stranger) VALUES "
                "(?1, ?2, ?3, ?4, NOT EXISTS (SELECT 1 FROM device WHERE mac = ?1)) "
                "ON CONFLICT (mac) DO UPDATE SET at_s = excluded.at_s, what = excluded.what, "
                "status = excluded.status WHERE excluded.at_s >= at_s",
                contact.mac.to_string(),
                seconds(contact.at),
                contact.what,
                std::int64_t{contact.status});
            if (!recorded) {
                return recorded;
            }
        }
        return database_.execute(
            "DELETE FROM contact WHERE mac IN (SELECT mac FROM contact WHERE stranger = 1 "
            "ORDER BY at_s DESC LIMIT -1 OFFSET ?1)",
            rows(limits_.stranger_contacts));
    });
}

Result<std::optional<Contact>> SqliteStore::contact(MacAddress mac) {
    return sound(database_.first("SELECT mac, at_s, what, status FROM contact WHERE mac = ?1",
                                 sqlite::read_contact,
                                 mac.to_string()));
}

Result<std::vector<Contact>> SqliteStore::contacts(const ContactQuery& query) {
    return sound(database_.all(
        "SELECT mac, at_s, what, status FROM contact WHERE mac > ?1 ORDER BY mac LIMIT ?2",
        sqlite::read_contact,
        text_or_empty(query.after),
        page(query.limit)));
}

Status<> SqliteStore::add_messages(std::span<const SyslogMessage> messages) {
    return database_.write([&]() -> Status<> {
        for (const SyslogMessage& message : messages) {
            std::optional<std::string> mac;
            if (message.mac) {
                mac = message.mac->to_string();
            }
            auto added = database_.execute(
                "INSERT INTO message (received_at_s, peer, mac, severity, text) "
                "VALUES (?1, ?2, ?3, ?4, ?5)",
                seconds(message.received_at),
                message.peer,
                mac,
                std::int64_t{message.severity},
                message.text);
            if (!added) {
                return added;
            }
        }
        return database_.execute(
            "DELETE FROM message WHERE id <= (SELECT max(id) FROM message) - ?1",
            rows(limits_.syslog_messages));
    });
}

Result<std::vector<SyslogMessage>> SqliteStore::messages(const MessageQuery& query) {
    if (query.mac) {
        return sound(
            database_.all("SELECT received_at_s, peer, mac, severity, text FROM message "
                          "WHERE mac = ?1 ORDER BY id DESC LIMIT ?2",
                          sqlite::read_message,
                          query.mac->to_string(),
                          page(query.limit)));
    }
    return sound(
        database_.all("SELECT received_at_s, peer, mac, severity, text FROM message "
                      "ORDER BY id DESC LIMIT ?1",
                      sqlite::read_message,
                      page(query.limit)));
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const StoreLimits& limits) {
    auto database = sqlite::open_database(path);
    if (!database) {
        return Failure{std::move(database).error()};
    }
    return std::unique_ptr<Store>(std::make_unique<SqliteStore>(*std::move(database), limits));
}

}  // namespace onhook::store
