#pragma once

#include "base/result.h"
#include "store/change.h"
#include "store/sqlite/database.h"

namespace onhook::store::sqlite {

// Carries out one change, inside the caller's transaction. A failure may leave it half done: the
// caller rolls back.
[[nodiscard]] Status<> carry_out(Database& database, const Change& change);

}  // namespace onhook::store::sqlite
