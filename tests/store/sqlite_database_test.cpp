#include <fstream>

#include <gtest/gtest.h>

#include "store/fault.h"
#include "store/sqlite/database.h"
#include "support/temporary_directory.h"

namespace onhook::store::sqlite {

namespace {

class SqliteDatabase : public testing::Test {
  protected:
    Database open() {
        std::ofstream(directory_.file("a.db"), std::ios::app).close();
        auto database = Database::open(directory_.file("a.db"), Database::Mode::read_write);
        CHECK(database.has_value());
        return *std::move(database);
    }

    test::TemporaryDirectory directory_;
};

std::int64_t first_integer(const Row& row) { return row.integer(0); }

TEST_F(SqliteDatabase, BindsValuesAndNeverReadsThemAsSql) {
    Database database = open();
    ASSERT_TRUE(database.run("CREATE TABLE t (a, b)"));
    const std::string nasty = "'); DROP TABLE t; --";
    const std::optional<std::int64_t> none;
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES (?1, ?2)", nasty, none));
    ASSERT_TRUE(
        database.execute("INSERT INTO t VALUES (?1, ?2)", std::string_view(), std::int64_t{-1}));
    const auto rows = database.all("SELECT a, b FROM t ORDER BY rowid", [](const Row& row) {
        return std::pair(std::string(row.text(0)), row.is_null(1));
    });
    ASSERT_TRUE(rows);
    EXPECT_EQ(*rows, (std::vector<std::pair<std::string, bool>>{{nasty, true}, {"", false}}));
}

TEST_F(SqliteDatabase, AnErrorNamesTheFileAndTheCause) {
    Database database = open();
    const auto wrong = database.execute("SELECT * FROM nowhere");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().detail.find(directory_.file("a.db")), std::string::npos);
    EXPECT_NE(wrong.error().detail.find("no such table: nowhere"), std::string::npos);
    EXPECT_TRUE(database.execute("SELECT 1"));
}

TEST_F(SqliteDatabase, AFailedTransactionLeavesNothing) {
    Database database = open();
    ASSERT_TRUE(database.run("CREATE TABLE t (a INTEGER NOT NULL) STRICT"));
    const auto done = database.write([&]() -> Status<> {
        auto added = database.execute("INSERT INTO t VALUES (?1)", std::int64_t{1});
        return added ? database.execute("INSERT INTO t VALUES (NULL)") : added;
    });
    EXPECT_FALSE(done);
    const auto count = database.first("SELECT count(*) FROM t", first_integer);
    ASSERT_TRUE(count);
    EXPECT_EQ(*count, 0);
}

TEST_F(SqliteDatabase, AReaderCannotWrite) {
    Database writer = open();
    ASSERT_TRUE(writer.run("CREATE TABLE t (a)"));
    auto reader = Database::open(directory_.file("a.db"), Database::Mode::read_only);
    ASSERT_TRUE(reader);
    EXPECT_FALSE(reader->execute("INSERT INTO t VALUES (1)"));
}

TEST_F(SqliteDatabase, ASpecialNameIsAFileName) {
    EXPECT_FALSE(Database::open(":memory:", Database::Mode::read_write));
    EXPECT_FALSE(Database::open("", Database::Mode::read_write));
    EXPECT_FALSE(Database::open("file:a.db?mode=memory", Database::Mode::read_write));
}

}  // namespace

}  // namespace onhook::store::sqlite
