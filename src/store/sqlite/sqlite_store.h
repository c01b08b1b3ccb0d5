#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace onhook::store {

// The store in one SQLite file (and its -wal and -shm files beside it), readable by its owner
// only. A file that is not there is created whole or not at all; its directory must be there. One
// that is there is checked first: what is not a sound Onhook database (Fault::damaged) or comes
// from a later Onhook (Fault::newer_schema) is refused and left as it is. Other processes may have
// the file open at the same time; a write waits five seconds for theirs, then is Fault::busy.
[[nodiscard]] Result<std::unique_ptr<Store>> open_sqlite(const std::string& path,
                                                         const StoreLimits& limits = {});

}  // namespace onhook::store
