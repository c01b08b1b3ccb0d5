#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/file_sink.h"
#include "phone/memory.h"

namespace onhook::agent {

// A file of a load in the store. Its name there says what it must hold, so that the directory
// alone tells whether a load is whole: `sip88xx.12-0-1MN-113+0.2.1000.a1…`, with the load, which of
// its files it is, how many there are, its size and its SHA-256.
struct StoredImage {
    std::string load;
    unsigned number = 0;  // from 0
    unsigned count = 0;   // of the load's files
    net::FileContent content;

    // Nothing: a name that the store never gives.
    [[nodiscard]] static std::optional<StoredImage> parse(std::string_view name);
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const StoredImage&, const StoredImage&) = default;
};

// The firmware partitions of a phone (cisco-mpp.md 9, flyingvoice.md 10): a directory of images,
// and what the phone's memory says of them. A load is in the memory only once all its images are
// here, so a power cut leaves the load that ran and at most a surplus of files.
class ImageStore {
  public:
    // The directory is made (0700) with the first image.
    explicit ImageStore(std::string directory) : directory_(std::move(directory)) {}

    // Where an image is written to while it arrives. `name` is what the phone calls it: the load,
    // a plus sign, a number. Makes the directory; where it cannot, the file cannot be made either,
    // and who writes it says so.
    [[nodiscard]] std::string begin(std::string_view name) const;
    // It has arrived, as one of `count`, and is on disk: it gets its name.
    [[nodiscard]] Status<> keep(std::string_view name,
                                unsigned count,
                                const net::FileContent& content) const;

    // Lets go of every file but the images of the loads that the memory names (actions.h,
    // TidyImages). What cannot be removed stays for the next time.
    void tidy(const phone::Firmware& memory) const;

    // What keeps the load from running; empty: all its images are whole. Reads all of them. A load
    // that came with the phone has none: `built_in`.
    [[nodiscard]] std::string flaw_of(std::string_view load, bool built_in) const;

  private:
    [[nodiscard]] std::vector<std::string> names() const;

    std::string directory_;
};

// What a bootloader does when power comes back. A load in the other partition that is not whole is
// forgotten, so that it is fetched again when a rule wants it; the one that runs keeps its name.
// The result is what there is to say to who runs the phone.
[[nodiscard]] std::vector<std::string> check_partitions(const ImageStore& store,
                                                        const std::string& built_in,
                                                        phone::Memory& memory);

}  // namespace onhook::agent
