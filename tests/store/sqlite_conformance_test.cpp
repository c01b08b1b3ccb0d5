#include "conformance.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temporary_directory.h"

namespace onhook::store {

namespace {

struct SqlitePlace final : Backend::Place {
    test::TemporaryDirectory directory;

    Result<std::unique_ptr<Store>> open(const StoreLimits& limits) override {
        return open_sqlite(directory.file("onhook.db"), limits);
    }
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite,
                         StoreConformance,
                         testing::Values(Backend{"sqlite",
                                                 [] { return std::make_unique<SqlitePlace>(); }}),
                         [](const auto& backend) { return backend.param.name; });

}  // namespace onhook::store
