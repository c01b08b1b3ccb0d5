#include "store/sqlite/schema.h"

#include <cstddef>
#include <iterator>

#include "base/check.h"

namespace onhook::store::sqlite {

namespace {

// A step is never changed once it was released: files that took it are out there. Each ends by
// writing the number of the schema that it made.
constexpr const char* steps[] = {
    // 1: devices, groups, settings, reports, contacts, syslog messages.
    //
    // A MAC address is its twelve lower-case hex digits, a scope is as provision::Scope prints
    // it, and a time is in seconds since 1970 in UTC. Settings refer to their scope by text; who
    // removes a device or a group removes its settings (changes.cpp).
    R"sql(
    CREATE TABLE device_group (
        name    TEXT NOT NULL PRIMARY KEY,
        comment TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE device (
        mac        TEXT NOT NULL PRIMARY KEY
                   CHECK (length(mac) = 12 AND mac NOT GLOB '*[^0-9a-f]*'),
        model      TEXT NOT NULL,
        group_name TEXT REFERENCES device_group (name),
        name       TEXT NOT NULL,
        comment    TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX device_by_group ON device (group_name);

    CREATE TABLE setting (
        scope  TEXT NOT NULL,
        name   TEXT NOT NULL,
        value  TEXT,
        access TEXT CHECK (access IN ('na', 'ro', 'rw')),
        PRIMARY KEY (scope, name),
        CHECK (value IS NOT NULL OR access IS NOT NULL)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE report (
        id              INTEGER PRIMARY KEY,
        mac             TEXT NOT NULL REFERENCES device (mac) ON DELETE CASCADE,
        received_at_s   INTEGER NOT NULL,
        kind            TEXT NOT NULL CHECK (kind IN ('configuration', 'status')),
        content_type    TEXT NOT NULL,
        body            TEXT NOT NULL,
        parameter_count INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX report_by_mac ON report (mac, id);

    -- stranger: the MAC is no device; those are bounded in number.
    CREATE TABLE contact (
        mac      TEXT NOT NULL PRIMARY KEY,
        at_s     INTEGER NOT NULL,
        what     TEXT NOT NULL,
        status   INTEGER NOT NULL,
        stranger INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stranger_by_time ON contact (at_s) WHERE stranger = 1;

    -- AUTOINCREMENT: ids are never used again, so they count messages and order them.
    CREATE TABLE message (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        received_at_s INTEGER NOT NULL,
        peer          TEXT NOT NULL,
        mac           TEXT,
        severity      INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 7),
        text          TEXT NOT NULL
    ) STRICT;
    CREATE INDEX message_by_mac ON message (mac, id) WHERE mac IS NOT NULL;

    PRAGMA user_version = 1;
    )sql",
};

}  // namespace

std::int64_t newest_schema() noexcept { return std::ssize(steps); }

Result<std::int64_t> schema_of(Database& database) {
    auto version =
        database.first("PRAGMA user_version", [](const Row& row) { return row.integer(0); });
    if (!version) {
        return Failure{std::move(version).error()};
    }
    return version->value_or(0);
}

Status<> migrate(Database& database) {
    for (;;) {
        bool done = false;
        const auto step = database.write([&]() -> Status<> {
            // Read under the write lock: another process may be migrating too.
            const auto version = schema_of(database);
            if (!version) {
                return Failure{version.error()};
            }
            CHECK(*version >= 0 && *version <= newest_schema());
            done = *version == newest_schema();
            return done ? Status<>(Done{})
                        : database.run(steps[static_cast<std::size_t>(*version)]);
        });
        if (!step || done) {
            return step;
        }
    }
}

}  // namespace onhook::store::sqlite
