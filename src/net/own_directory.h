#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/durable_file.h"

namespace onhook::net {

// The directory that a program keeps its things in: made if it is missing, and locked, so that it
// belongs to one process at a time. Until keep() it is a start that may still fail: then what this
// start made goes again, so that nobody finds half of it.
class OwnDirectory {
  public:
    // Makes the directory and missing parents (0700). Errors are sentences: cannot be made or
    // written into, locked by another process.
    [[nodiscard]] static Result<OwnDirectory> open(const std::string& path);

    OwnDirectory(OwnDirectory&&) noexcept = default;
    OwnDirectory& operator=(OwnDirectory&&) = delete;
    OwnDirectory(const OwnDirectory&) = delete;
    OwnDirectory& operator=(const OwnDirectory&) = delete;
    // Unless kept, removes what was made; directories only when nothing else is in them.
    ~OwnDirectory();

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

    // To be called before a file or directory below this one is made. What is there already is
    // not ours to remove.
    void will_make(std::string_view name);

    // The start went well.
    void keep() noexcept { made_.clear(); }

  private:
    OwnDirectory(std::string path, FileLock lock, std::vector<std::string> made);

    std::string path_;
    FileLock lock_;
    std::vector<std::string> made_;  // in the order of making; empty once kept or moved from
};

}  // namespace onhook::net
