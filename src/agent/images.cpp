#include "agent/images.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "net/durable_file.h"

namespace onhook::agent {

namespace {

constexpr std::string_view part_suffix = ".part";

// `image` is the load of a file whose name tells none (flyingvoice.md D29): the one that runs is
// known by its hash.
bool is_wanted(const StoredImage& image, const phone::Firmware& memory) {
    const bool nameless = image.load == "image" && !memory.sha256.empty();
    return image.load == memory.running || image.load == memory.inactive ||
           (nameless && image.content.sha256 == memory.sha256);
}

std::string load_of(std::string_view name) { return std::string(name.substr(0, name.rfind('+'))); }

}  // namespace

std::optional<StoredImage> StoredImage::parse(std::string_view name) {
    const std::size_t plus = name.rfind('+');
    if (plus == std::string_view::npos || plus == 0) {
        return std::nullopt;
    }
    const auto fields = split(name.substr(plus + 1), '.');
    if (fields.size() != 4 || fields[3].size() != 64 ||
        fields[3].find_first_not_of("0123456789abcdef") != std::string_view::npos) {
        return std::nullopt;
    }
    const auto number = parse_number<unsigned>(fields[0]);
    const auto count = parse_number<unsigned>(fields[1]);
    const auto size = parse_number<std::uint64_t>(fields[2]);
    if (!number || !count || !size || *number >= *count) {
        return std::nullopt;
    }
    return StoredImage{
        std::string(name.substr(0, plus)), *number, *count, {*size, std::string(fields[3])}};
}

std::string StoredImage::to_string() const {
    return fmt::format("{}+{}.{}.{}.{}", load, number, count, content.size, content.sha256);
}

std::string ImageStore::begin(std::string_view name) const {
    (void)net::make_private_directory(directory_);
    return fmt::format("{}/{}{}", directory_, name, part_suffix);
}

Status<> ImageStore::keep(std::string_view name,
                          unsigned count,
                          const net::FileContent& content) const {
    const auto number = parse_number<unsigned>(name.substr(name.rfind('+') + 1));
    const StoredImage image{load_of(name), number.value_or(0), count, content};
    return net::rename_durably(fmt::format("{}/{}{}", directory_, name, part_suffix),
                               fmt::format("{}/{}", directory_, image.to_string()));
}

void ImageStore::tidy(const phone::Firmware& memory) const {
    for (const std::string& name : names()) {
        const auto image = StoredImage::parse(name);
        if (!image || !is_wanted(*image, memory)) {
            std::error_code ignored;  // the next time
            std::filesystem::remove(directory_ + "/" + name, ignored);
        }
    }
}

std::vector<std::string> ImageStore::names() const {
    std::vector<std::string> found;
    std::error_code none;  // no directory yet: no images
    for (std::filesystem::directory_iterator at(directory_, none), end; !none && at != end;
         at.increment(none)) {
        found.push_back(at->path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string ImageStore::flaw_of(std::string_view load, bool built_in) const {
    std::vector<bool> there;
    for (const std::string& name : names()) {
        const auto image = StoredImage::parse(name);
        if (!image || image->load != load) {
            continue;
        }
        const auto content = net::read_content(directory_ + "/" + name);
        if (!content) {
            return content.error().detail;
        }
        if (*content != image->content) {
            return fmt::format("its file {} is damaged", image->number + 1);
        }
        there.resize(std::max<std::size_t>(there.size(), image->count));
        there[image->number] = true;
    }
    const auto missing = std::find(there.begin(), there.end(), false);
    if (there.empty() && !built_in) {
        return "its files are missing";
    }
    return missing == there.end()
               ? std::string()
               : fmt::format("its file {} is missing", missing - there.begin() + 1);
}

std::vector<std::string> check_partitions(const ImageStore& store,
                                          const std::string& built_in,
                                          phone::Memory& memory) {
    std::vector<std::string> said;
    const std::string inactive = memory.firmware->inactive;
    if (!inactive.empty()) {
        if (const auto flaw = store.flaw_of(inactive, inactive == built_in); !flaw.empty()) {
            said.push_back(
                fmt::format("the load {} in the other partition is forgotten: {}", inactive, flaw));
            memory.firmware.own().inactive.clear();
        }
    }
    const std::string running = memory.firmware->running;
    if (!running.empty()) {
        if (const auto flaw = store.flaw_of(running, running == built_in); !flaw.empty()) {
            said.push_back(
                fmt::format("the load {} runs although {}; let the phone upgrade to it "
                            "from another one",
                            running,
                            flaw));
        }
    }
    return said;
}

}  // namespace onhook::agent
