#include "store/sqlite/open.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "store/fault.h"
#include "store/sqlite/schema.h"

namespace onhook::store::sqlite {

namespace {

// The file format of SQLite, section 1.3: the application id is at offset 68, big-endian.
constexpr std::size_t application_id_offset = 68;
constexpr std::string_view magic("SQLite format 3\0", 16);

// SQLite's own account of the damage may have several lines; a sentence has one.
Failure<Error> damaged(const std::string& path, std::string why) {
    std::replace(why.begin(), why.end(), '\n', ' ');
    return fail(Fault::damaged,
                fmt::format("'{}' is not an Onhook database or is damaged: {}; restore a backup or "
                            "move it away",
                            path,
                            why));
}

// The operating system refused to `verb` the database; errno says why. Takes views, so that no
// allocation comes between the refusal and the reading of errno.
Failure<Error> os_failure(std::string_view verb, std::string_view path) {
    const int number = errno;
    return fail(Fault::failed,
                errno_error(number, fmt::format("cannot {} the database '{}'", verb, path)).detail);
}

// An open file, closed at the end.
class File {
  public:
    File(const std::string& path, int flags, mode_t mode = 0)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}

    ~File() {
        if (descriptor_ >= 0) {
            (void)::close(descriptor_);
        }
    }

    File(const File&) = delete;
    File& operator=(const File&) = delete;

    [[nodiscard]] explicit operator bool() const noexcept { return descriptor_ >= 0; }

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  private:
    int descriptor_;
};

// A file that is removed at the end, with what SQLite put beside it.
class Scratch {
  public:
    explicit Scratch(std::string path) : path_(std::move(path)) { remove(); }

    ~Scratch() { remove(); }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    void remove() const noexcept {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
            (void)::unlink((path_ + suffix).c_str());
        }
    }

    std::string path_;
};

std::string scratch_of(const std::string& path, pid_t maker) {
    return fmt::format("{}.new-{}", path, maker);
}

bool exists(const std::string& path) noexcept {
    struct stat status {};

    return ::lstat(path.c_str(), &status) == 0;
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

// Our own look at the first bytes, before SQLite reads the file: it would make files beside a
// stranger's.
Status<> check_header(const std::string& path, Database& database) {
    const auto header = database.header();
    if (!header) {
        return Failure{header.error()};
    }
    const std::string_view bytes(*header);
    if (bytes.empty()) {
        return damaged(path, "it is shorter than any database");
    }
    if (!bytes.starts_with(magic)) {
        return damaged(path, "it is no SQLite file");
    }
    std::int64_t id = 0;
    for (const char c : bytes.substr(application_id_offset, 4)) {
        id = id * 256 + static_cast<unsigned char>(c);
    }
    if (id != application_id) {
        return damaged(path, "another program wrote it");
    }
    return Done{};
}

// SQLite's own check.
Status<> check_content(const std::string& path, Database& database) {
    const auto refused = [&path](const Error& error) {
        return error.code == Fault::damaged ? damaged(path, "it is malformed") : Failure{error};
    };
    const auto version = schema_of(database);
    if (!version) {
        return refused(version.error());
    }
    if (*version > newest_schema()) {
        return fail(Fault::newer_schema,
                    fmt::format("'{}' was written by a later Onhook (schema {}, this one knows up "
                                "to {}); run that version, or restore a backup from before it",
                                path,
                                *version,
                                newest_schema()));
    }
    if (*version < 1) {
        return damaged(path, "it has no schema");
    }
    const auto verdict = database.first("PRAGMA quick_check(1)",
                                        [](const Row& row) { return std::string(row.text(0)); });
    if (!verdict) {
        return refused(verdict.error());
    }
    return *verdict == "ok" ? Status<>(Done{}) : damaged(path, verdict->value_or("no verdict"));
}

// Whether the file is ours and sound, on a connection that cannot write.
Status<> check(const std::string& path) {
    struct stat status {};

    if (::stat(path.c_str(), &status) != 0) {
        return os_failure("open", path);
    }
    if (!S_ISREG(status.st_mode)) {
        return damaged(path, "it is not a regular file");
    }
    auto database = Database::open(path, Database::Mode::read_only);
    if (!database) {
        return Failure{std::move(database).error()};
    }
    auto sound = check_header(path, *database);
    return sound ? check_content(path, *database) : sound;
}

Status<> fill(const std::string& path) {
    auto database = Database::open(path, Database::Mode::read_write);
    if (!database) {
        return Failure{std::move(database).error()};
    }
    static_assert(application_id == 0x4F6E686B);
    auto marked = database->run("PRAGMA application_id = 0x4F6E686B; PRAGMA journal_mode = WAL;");
    return marked ? migrate(*database) : marked;
}

// A process that is killed while it makes a database leaves its scratch file behind. Whoever comes
// next removes it, unless that process lives: it may be making the same database right now.
void remove_left_scratch(const std::string& path) {
    const std::string prefix = path.substr(path.rfind('/') + 1) + ".new-";
    std::set<pid_t> dead;
    std::error_code ignored;
    for (std::filesystem::directory_iterator entry(directory_of(path), ignored), end;
         !ignored && entry != end;
         entry.increment(ignored)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(prefix)) {
            continue;
        }
        const std::string_view rest = std::string_view(name).substr(prefix.size());
        const auto maker = parse_number<pid_t>(rest.substr(0, rest.find('-')));
        if (maker && *maker > 0 && ::kill(*maker, 0) != 0 && errno == ESRCH) {
            dead.insert(*maker);
        }
    }
    for (const pid_t maker : dead) {
        const Scratch removed(scratch_of(path, maker));
    }
}

// Makes the database under another name and gives it its own when it is whole, so that a power
// cut leaves it all or not at all, and no empty file is ever taken for a database.
Status<> create(const std::string& path) {
    if (exists(path + "-wal")) {
        return fail(Fault::damaged,
                    fmt::format("'{0}' is missing but '{0}-wal' is there: the database was moved "
                                "or deleted without its log; restore both, or move the log away",
                                path));
    }
    const Scratch scratch(scratch_of(path, ::getpid()));
    if (!File(scratch.path(), O_RDWR | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR)) {
        return os_failure("create", path);
    }
    auto filled = fill(scratch.path());
    if (!filled) {
        return filled;
    }
    // Not rename(): another process that creates the same database must not lose it.
    if (::link(scratch.path().c_str(), path.c_str()) != 0 && errno != EEXIST) {
        return os_failure("create", path);
    }
    const File directory(directory_of(path), O_RDONLY | O_DIRECTORY);
    if (!directory || ::fsync(directory.descriptor()) != 0) {
        return os_failure("create", path);
    }
    return Done{};
}

Status<> set_modes(Database& database) {
    auto set = database.run(
        "PRAGMA synchronous = FULL;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA trusted_schema = OFF;");
    if (!set) {
        return set;
    }
    const auto journal = database.first("PRAGMA journal_mode = WAL",
                                        [](const Row& row) { return std::string(row.text(0)); });
    if (!journal) {
        return Failure{journal.error()};
    }
    if (*journal != "wal") {
        return fail(Fault::failed,
                    "the file system of the database cannot hold a write-ahead log; "
                    "use a local disk");
    }
    return Done{};
}

}  // namespace

Result<Database> open_database(const std::string& path) {
    remove_left_scratch(path);
    Status<> ready = exists(path) ? Status<>(Done{}) : create(path);
    if (ready) {
        ready = check(path);
    }
    if (!ready) {
        return Failure{std::move(ready).error()};
    }
    auto database = Database::open(path, Database::Mode::read_write);
    if (!database) {
        return database;
    }
    ready = set_modes(*database);
    if (ready) {
        ready = migrate(*database);
    }
    if (!ready) {
        return Failure{std::move(ready).error()};
    }
    return database;
}

}  // namespace onhook::store::sqlite
