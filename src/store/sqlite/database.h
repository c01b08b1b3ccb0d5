#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace onhook::store::sqlite {

// The current row of a query. Views live until the query goes on; columns count from 0.
class Row {
  public:
    explicit Row(sqlite3_stmt* statement) noexcept : statement_(statement) {}

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    // Text or blob; empty when null.
    [[nodiscard]] std::string_view text(int column) const;

  private:
    sqlite3_stmt* statement_;
};

// One run of a cached statement: bind, step, and at the end of its life back to the cache.
class Query {
  public:
    Query(sqlite3* connection, sqlite3_stmt* statement) noexcept
        : connection_(connection), statement_(statement) {}

    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    // Parameters count from 1. A text must outlive the query.
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    void bind(int index, std::nullopt_t);

    template <typename T>
    void bind(int index, const std::optional<T>& value) {
        value ? bind(index, *value) : bind(index, std::nullopt);
    }

    // Whether there is a (next) row.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] Row row() const noexcept { return Row(statement_); }

  private:
    void note(int code) noexcept;

    sqlite3* connection_;
    sqlite3_stmt* statement_;
    int first_failure_ = 0;
};

// One connection. SQL texts are literals: they are prepared once and found again by their text,
// and values reach them as bound parameters only.
class Database {
  public:
    enum class Mode : std::uint8_t { read_only, read_write };

    // The file must be there. `path` is taken as it is: no URI, no ":memory:".
    [[nodiscard]] static Result<Database> open(const std::string& path, Mode mode);

    // The first 100 bytes of the file as they are on the disk; empty when it has fewer. Read
    // through SQLite's own descriptor: closing one of ours would drop the locks that other
    // connections of this process hold on the file (POSIX).
    [[nodiscard]] Result<std::string> header();

    // Runs a script of literals without parameters, and drops the rows.
    Status<> run(const char* script);

    // Runs one statement to its end.
    template <typename... Args>
    Status<> execute(std::string_view sql, const Args&... args) {
        auto rows = all(
            sql, [](const Row&) { return Done{}; }, args...);
        return rows ? Status<>(Done{}) : Failure{std::move(rows).error()};
    }

    // read(Row) -> T for each row.
    template <typename Read, typename... Args>
    [[nodiscard]] auto all(std::string_view sql, Read read, const Args&... args)
        -> Result<std::vector<std::invoke_result_t<Read, const Row&>>> {
        std::vector<std::invoke_result_t<Read, const Row&>> rows;
        sqlite3_stmt* statement = find_or_prepare(sql);
        Query query(connection_.get(), statement);
        int index = 0;
        (query.bind(++index, args), ...);
        for (;;) {
            const auto more = query.step();
            if (!more) {
                return Failure{more.error()};
            }
            if (!*more) {
                return rows;
            }
            rows.push_back(read(query.row()));
        }
    }

    // The first row, if there is one.
    template <typename Read, typename... Args>
    [[nodiscard]] auto first(std::string_view sql, Read read, const Args&... args)
        -> Result<std::optional<std::invoke_result_t<Read, const Row&>>> {
        auto rows = all(sql, std::move(read), args...);
        if (!rows) {
            return Failure{std::move(rows).error()};
        }
        std::optional<std::invoke_result_t<Read, const Row&>> row;
        if (!rows->empty()) {
            row = std::move(rows->front());
        }
        return row;
    }

    // How many rows the last execute() added, changed or removed.
    [[nodiscard]] std::int64_t changed() const noexcept;

    // Runs `work` in a transaction that holds the write lock from the start: its Result decides
    // between commit and rollback. A failed commit rolls back too.
    template <typename Work>
    Status<> write(Work work) {
        return transact("BEGIN IMMEDIATE", std::move(work));
    }

    // Runs `work` on one unchanging view of the data.
    template <typename Work>
    Status<> snapshot(Work work) {
        return transact("BEGIN DEFERRED", std::move(work));
    }

  private:
    struct Close {
        void operator()(sqlite3* connection) const noexcept;
    };

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };

    explicit Database(sqlite3* connection) : connection_(connection) {}

    // Null, with the reason in the connection, when the text cannot be prepared.
    [[nodiscard]] sqlite3_stmt* find_or_prepare(std::string_view sql);

    template <typename Work>
    Status<> transact(std::string_view begin, Work work) {
        auto begun = execute(begin);
        if (!begun) {
            return begun;
        }
        Status<> done = work();
        if (done) {
            done = execute("COMMIT");
        }
        if (!done) {
            // SQLite may have rolled back already (disk full); then this says so and is right.
            (void)execute("ROLLBACK");
        }
        return done;
    }

    std::unique_ptr<sqlite3, Close> connection_;
    // Declared after the connection, so that it is emptied before the connection closes.
    std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace onhook::store::sqlite
