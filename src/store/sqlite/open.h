#pragma once

#include <string>

#include "base/result.h"
#include "store/sqlite/database.h"

namespace onhook::store::sqlite {

// A connection to the Onhook database at `path`, in our schema and in our modes; what
// open_sqlite() promises about files is kept here.
[[nodiscard]] Result<Database> open_database(const std::string& path);

}  // namespace onhook::store::sqlite
