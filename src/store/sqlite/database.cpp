#include "store/sqlite/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.h"
#include "store/fault.h"

namespace onhook::store::sqlite {

namespace {

constexpr int busy_timeout_ms = 5000;

Fault fault_of(int code) noexcept {
    switch (code & 0xFF) {  // the primary code of an extended one
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Fault::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Fault::damaged;
        case SQLITE_TOOBIG:
            return Fault::too_large;
        default:
            return Fault::failed;
    }
}

std::string_view remedy_of(int code) noexcept {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another process is writing; try again";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return "restore a backup";
        case SQLITE_FULL:
            return "make room on the disk";
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            return "check the owner and mode of the file and its directory";
        default:
            return "check the disk and the system's log";
    }
}

Failure<Error> sqlite_failure(sqlite3* connection, int code) {
    const char* file = sqlite3_db_filename(connection, "main");
    return fail(fault_of(code),
                fmt::format("database '{}': {}; {}",
                            file == nullptr ? "" : file,
                            sqlite3_errmsg(connection),
                            remedy_of(code)));
}

}  // namespace

bool Row::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Row::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr
               ? std::string_view()
               : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

Query::~Query() {
    if (statement_ == nullptr) {
        return;  // it could not be prepared, which step() has reported
    }
    // The result of the last step again; step() has reported that too.
    (void)sqlite3_reset(statement_);
    (void)sqlite3_clear_bindings(statement_);
}

void Query::note(int code) noexcept {
    if (first_failure_ == SQLITE_OK) {
        first_failure_ = code;
    }
}

void Query::bind(int index, std::int64_t value) {
    note(sqlite3_bind_int64(statement_, index, value));
}

void Query::bind(int index, std::string_view value) {
    // A null pointer would bind NULL, and an empty view may have one.
    const char* bytes = value.data() == nullptr ? "" : value.data();
    note(sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Query::bind(int index, std::nullopt_t) { note(sqlite3_bind_null(statement_, index)); }

Result<bool> Query::step() {
    if (statement_ == nullptr) {
        return sqlite_failure(connection_, sqlite3_extended_errcode(connection_));
    }
    if (first_failure_ != SQLITE_OK) {
        return sqlite_failure(connection_, first_failure_);
    }
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return sqlite_failure(connection_, code);
    }
    return code == SQLITE_ROW;
}

void Database::Close::operator()(sqlite3* connection) const noexcept {
    CHECK(sqlite3_close(connection) == SQLITE_OK);
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    (void)sqlite3_finalize(statement);
}

Result<Database> Database::open(const std::string& path, Mode mode) {
    // "./" keeps SQLite from its own reading of names such as ":memory:".
    const std::string plain = path.starts_with('/') ? path : "./" + path;
    const int access = mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(
        plain.c_str(), &connection, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    CHECK(connection != nullptr);  // out of memory
    Database database(connection);
    if (code != SQLITE_OK) {
        return sqlite_failure(connection, code);
    }
    (void)sqlite3_busy_timeout(connection, busy_timeout_ms);
    if (mode == Mode::read_only) {
        // Who only looks leaves the write-ahead log to who writes.
        (void)sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    return database;
}

Result<std::string> Database::header() {
    constexpr int size = 100;
    sqlite3_file* file = nullptr;
    sqlite3* connection = connection_.get();
    int code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    CHECK(code == SQLITE_OK);
    CHECK(file->pMethods != nullptr);
    std::string bytes(size, '\0');
    code = file->pMethods->xRead(file, bytes.data(), size, 0);
    if (code == SQLITE_IOERR_SHORT_READ) {
        return std::string();
    }
    if (code != SQLITE_OK) {
        return fail(Fault::failed,
                    fmt::format("database '{}': {}; {}",
                                sqlite3_db_filename(connection, "main"),
                                sqlite3_errstr(code),
                                remedy_of(code)));
    }
    return bytes;
}

Status<> Database::run(const char* script) {
    const int code = sqlite3_exec(connection_.get(), script, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return sqlite_failure(connection_.get(), code);
    }
    return Done{};
}

std::int64_t Database::changed() const noexcept { return sqlite3_changes64(connection_.get()); }

sqlite3_stmt* Database::find_or_prepare(std::string_view sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) {
        return known->second.get();
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection_.get(),
                                        sql.data(),
                                        static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT,
                                        &statement,
                                        nullptr);
    if (code != SQLITE_OK) {
        return nullptr;
    }
    statements_.emplace(sql, statement);
    return statement;
}

}  // namespace onhook::store::sqlite
