#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sqlite/database.h"

namespace onhook::store::sqlite {

// What marks a SQLite file as ours: "Onhk" in its header.
constexpr std::int64_t application_id = 0x4F6E686B;

// The schema that this program writes.
[[nodiscard]] std::int64_t newest_schema() noexcept;

// The schema of the file (PRAGMA user_version); 0 when it has none yet.
[[nodiscard]] Result<std::int64_t> schema_of(Database& database);

// Brings the file from its schema to ours, a transaction a step; forward only. Does nothing when
// it is there already. The schema must not be newer than ours.
[[nodiscard]] Status<> migrate(Database& database);

}  // namespace onhook::store::sqlite
