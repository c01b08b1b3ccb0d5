#include "net/own_directory.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <sys/stat.h>

namespace onhook::net {

namespace {

bool exists(const std::string& path) {
    struct stat status {};

    return ::lstat(path.c_str(), &status) == 0;
}

// The directories that making `path` will make, the outermost first.
std::vector<std::string> missing_directories(const std::string& path) {
    std::vector<std::string> missing;
    for (std::filesystem::path at(path); !at.empty() && !exists(at.string());
         at = at.parent_path()) {
        missing.push_back(at.string());
    }
    std::reverse(missing.begin(), missing.end());
    return missing;
}

// The innermost first. remove() takes a directory only when it is empty.
void remove_all(const std::vector<std::string>& made) {
    for (auto path = made.rbegin(); path != made.rend(); ++path) {
        (void)std::remove(path->c_str());
    }
}

}  // namespace

Result<OwnDirectory> OwnDirectory::open(const std::string& path) {
    std::vector<std::string> made = missing_directories(path);
    if (auto done = make_private_directory(path); !done) {
        remove_all(made);
        return Failure{std::move(done).error()};
    }
    const std::string lock_path = path + "/lock";
    auto lock = lock_file(lock_path);
    if (!lock) {
        remove_all(made);
        return Failure{std::move(lock).error()};
    }
    // In a directory that was there the lock stays: another process may have it open by now.
    if (!made.empty()) {
        made.push_back(lock_path);
    }
    return OwnDirectory(path, *std::move(lock), std::move(made));
}

OwnDirectory::OwnDirectory(std::string path, FileLock lock, std::vector<std::string> made)
    : path_(std::move(path)), lock_(std::move(lock)), made_(std::move(made)) {}

OwnDirectory::~OwnDirectory() { remove_all(made_); }

void OwnDirectory::will_make(std::string_view name) {
    std::string path = path_ + "/" + std::string(name);
    if (!exists(path)) {
        made_.push_back(std::move(path));
    }
}

}  // namespace onhook::net
