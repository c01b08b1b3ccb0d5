#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temporary_directory.h"

// What open_sqlite() promises about files.
namespace onhook::store {

namespace {

namespace fs = std::filesystem;

class SqliteFiles : public testing::Test {
  protected:
    void write(std::string_view bytes) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    }

    [[nodiscard]] std::string read() const {
        std::ifstream in(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    // A sound database with a few hundred pages.
    void make_database() const {
        auto store = open_sqlite(path_);
        ASSERT_TRUE(store) << store.error().detail;
        std::vector<Change> changes;
        for (unsigned number = 1; number <= 2000; ++number) {
            changes.emplace_back(AddDevice{device(number)});
            changes.emplace_back(
                PutSetting{provision::Scope(mac(number)), setting("GPP_A", std::string(200, 'a'))});
        }
        ASSERT_TRUE((*store)->apply(changes));
    }

    // Runs a script on the file as any other program would.
    void run(const char* script) const {
        sqlite3* connection = nullptr;
        ASSERT_EQ(sqlite3_open(path_.c_str(), &connection), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(connection, script, nullptr, nullptr, nullptr), SQLITE_OK);
        EXPECT_EQ(sqlite3_close(connection), SQLITE_OK);
    }

    // Opening fails with the sentence for strangers and damage, and leaves the file as it was.
    void expect_refused(Fault fault = Fault::damaged) const {
        const std::string before = read();
        const auto store = open_sqlite(path_);
        ASSERT_FALSE(store);
        EXPECT_EQ(store.error().code, fault) << store.error().detail;
        EXPECT_TRUE(store.error().detail.starts_with("'" + path_ + "' ")) << store.error().detail;
        if (fault == Fault::damaged) {
            EXPECT_TRUE(store.error().detail.ends_with("; restore a backup or move it away"));
        }
        EXPECT_EQ(read(), before);
    }

    test::TemporaryDirectory directory_;
    std::string path_ = directory_.file("onhook.db");
};

std::size_t entries(const fs::path& directory) {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST_F(SqliteFiles, ANewDatabaseIsItsOwnersAlone) {
    const auto store = open_sqlite(path_);
    ASSERT_TRUE(store) << store.error().detail;

    struct stat status {};

    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SqliteFiles, ClosingLeavesOneFile) {
    make_database();
    EXPECT_EQ(entries(directory_.path()), 1U);
}

TEST_F(SqliteFiles, TwoProcessesMayHaveItOpen) {
    const auto one = open_sqlite(path_);
    const auto two = open_sqlite(path_);
    ASSERT_TRUE(one);
    ASSERT_TRUE(two);
    ASSERT_TRUE((*one)->add_device(device(1)));
    const auto found = (*two)->device(mac(1));
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, device(1));
}

TEST_F(SqliteFiles, AnotherProgramsFileIsRefused) {
    for (const std::string& bytes :
         {std::string(),
          std::string("x"),
          std::string("[server]\nport = 80\n"),
          std::string(8192, '\0'),
          std::string("SQLite format 3\0", 16) + std::string(4080, 'x')}) {
        write(bytes);
        expect_refused();
        EXPECT_EQ(entries(directory_.path()), 1U);
    }
}

TEST_F(SqliteFiles, AnotherProgramsDatabaseIsRefused) {
    run("PRAGMA journal_mode = WAL; CREATE TABLE notes (text);");
    expect_refused();
    EXPECT_EQ(entries(directory_.path()), 1U);
}

TEST_F(SqliteFiles, ADirectoryInItsPlaceIsRefused) {
    fs::create_directory(path_);
    const auto store = open_sqlite(path_);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Fault::damaged);
}

TEST_F(SqliteFiles, ATruncatedDatabaseIsRefused) {
    make_database();
    const std::string whole = read();
    ASSERT_GT(whole.size(), 100'000U);
    for (const std::size_t size : {std::size_t{0},
                                   std::size_t{50},
                                   std::size_t{100},
                                   std::size_t{4096},
                                   whole.size() / 2,
                                   whole.size() - 4096}) {
        SCOPED_TRACE(size);
        write(std::string_view(whole).substr(0, size));
        expect_refused();
    }
}

TEST_F(SqliteFiles, AnOverwrittenPageIsRefused) {
    make_database();
    const std::string whole = read();
    for (const std::size_t page : {std::size_t{1}, whole.size() / 4096 / 2}) {
        SCOPED_TRACE(page);
        std::string damaged = whole;
        damaged.replace(page * 4096, 4096, 4096, '\xA5');
        write(damaged);
        expect_refused();
    }
}

TEST_F(SqliteFiles, ALaterSchemaIsRefused) {
    make_database();
    run("PRAGMA user_version = 1000");
    expect_refused(Fault::newer_schema);
}

TEST_F(SqliteFiles, ADatabaseWithoutItsSchemaIsRefused) {
    make_database();
    run("PRAGMA user_version = 0");
    expect_refused();
}

TEST_F(SqliteFiles, ALogWithoutItsDatabaseIsRefused) {
    std::ofstream(path_ + "-wal") << "frames of another life";
    const auto store = open_sqlite(path_);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Fault::damaged);
    EXPECT_EQ(entries(directory_.path()), 1U);
}

TEST_F(SqliteFiles, ADirectoryThatIsNotThereIsNotMade) {
    const auto store = open_sqlite(directory_.file("missing/onhook.db"));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Fault::failed);
    EXPECT_NE(store.error().detail.find("No such file or directory"), std::string::npos);
    EXPECT_EQ(entries(directory_.path()), 0U);
}

TEST_F(SqliteFiles, NothingIsLeftInADirectoryThatCannotBeWritten) {
    ASSERT_EQ(::chmod(directory_.path().c_str(), 0555), 0);
    // Another user's process, because a test may run as root, who can write everywhere.
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(65534) != 0) {
            ::_exit(3);
        }
        const auto store = open_sqlite(path_);
        const bool refused = !store && store.error().code == Fault::failed &&
                             store.error().detail.find("Permission denied") != std::string::npos;
        ::_exit(refused ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_EQ(entries(directory_.path()), 0U);
    ASSERT_EQ(::chmod(directory_.path().c_str(), 0755), 0);
}

TEST_F(SqliteFiles, MigratingTwiceIsMigratingOnce) {
    make_database();
    auto database = sqlite::Database::open(path_, sqlite::Database::Mode::read_write);
    ASSERT_TRUE(database);
    ASSERT_TRUE(sqlite::migrate(*database));
    const auto version = sqlite::schema_of(*database);
    ASSERT_TRUE(version);
    EXPECT_EQ(*version, sqlite::newest_schema());
}

TEST_F(SqliteFiles, OldReportsGoAway) {
    const auto store = open_sqlite(path_, {.reports_per_device = 3});
    ASSERT_TRUE(store);
    for (const unsigned number : {1U, 2U}) {
        ASSERT_TRUE((*store)->add_device(device(number)));
        for (int second = 0; second < 5; ++second) {
            ASSERT_TRUE((*store)->add_report({.mac = mac(number),
                                              .received_at = at(second),
                                              .kind = ReportKind::configuration,
                                              .content_type = "",
                                              .body = "",
                                              .parameter_count = 0}));
        }
    }
    auto database = sqlite::Database::open(path_, sqlite::Database::Mode::read_only);
    ASSERT_TRUE(database);
    const auto kept = database->all(
        "SELECT received_at_s FROM report WHERE mac = ?1 ORDER BY id",
        [](const sqlite::Row& row) { return row.integer(0); },
        mac(1).to_string());
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, (std::vector<std::int64_t>{2, 3, 4}));
}

}  // namespace

}  // namespace onhook::store
