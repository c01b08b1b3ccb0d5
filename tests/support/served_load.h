#pragma once

// A firmware load on a file server: its components and the manifest beside them.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "profile/load.h"
#include "seal/digest.h"
#include "support/running_onhook.h"

namespace onhook::test {

inline const std::string factory_load = "sip88xx.11-3-1MPP-678";
inline const std::string next_load = "sip88xx.12-0-1MN-113";
inline const std::string next_user_agent = "Cisco-CP-8841-3PCC/12.0.1 (000e08000001)";

struct ServedLoad {
    using Files = std::vector<std::pair<std::string, std::string>>;

    // Bytes that are the same each time and compress badly.
    static std::string bytes(std::size_t size, unsigned seed) {
        std::string all(size, '\0');
        for (char& c : all) {
            seed = seed * 1664525U + 1013904223U;
            c = static_cast<char>(seed >> 24U);
        }
        return all;
    }

    explicit ServedLoad(std::size_t kernel_size = 20'000)
        : files({{"kern88xx.12-0-1.sbn", bytes(kernel_size, 1)},
                 {"rootfs88xx.12-0-1.sbn", bytes(70'001, 2)}}) {
        for (const auto& [name, content] : files) {
            profile::LoadComponent component{name, content.size(), {}};
            const std::string hex = seal::sha256_hex(content);
            for (std::size_t i = 0; i < component.sha256.size(); ++i) {
                component.sha256[i] = static_cast<std::uint8_t>(hex_digit(hex[2 * i]) * 16 +
                                                                hex_digit(hex[2 * i + 1]));
            }
            components.push_back(std::move(component));
        }
    }

    // Into the folder; the name of the manifest there.
    std::string write_to(const std::string& folder) const {
        std::filesystem::create_directories(folder);
        for (const auto& [name, content] : files) {
            write_text(folder + "/" + name, content);
        }
        write_text(folder + "/" + next_load + ".loads", profile::write_manifest(components));
        return next_load + ".loads";
    }

    Files files;
    std::vector<profile::LoadComponent> components;
};

// The partitions as they are on disk.
inline phone::Firmware firmware_of(const std::string& state_directory) {
    const auto state = agent::StateFile::peek(state_directory);
    if (!state || !*state) {
        ADD_FAILURE() << "no state in " << state_directory;
        return {};
    }
    return *(*state)->memory.firmware;
}

// The files of the image store.
inline std::vector<std::string> stored_images(const std::string& state_directory) {
    std::vector<std::string> names;
    std::error_code none;
    for (std::filesystem::directory_iterator at(state_directory + "/images", none), end;
         !none && at != end;
         at.increment(none)) {
        names.push_back(at->path().filename().string());
    }
    return names;
}

}  // namespace onhook::test
