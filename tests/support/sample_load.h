#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "phone/events.h"
#include "profile/load.h"

// A load of two components, its manifest and what a phone stores of it.
namespace onhook::test {

inline constexpr std::string_view new_load = "sip88xx.12-0-1MN-113";
inline const std::string new_load_url = "http://fw.test/88xx/sip88xx.12-0-1MN-113.loads";
inline const std::string kernel_url = "http://fw.test/88xx/kern88xx.12-0-1.sbn";
inline const std::string rootfs_url = "http://fw.test/88xx/rootfs88xx.12-0-1.sbn";

inline std::vector<profile::LoadComponent> sample_components() {
    std::vector<profile::LoadComponent> all{{"kern88xx.12-0-1.sbn", 1000, {}},
                                            {"rootfs88xx.12-0-1.sbn", 20000, {}}};
    all[0].sha256.fill(0xA1);
    all[1].sha256.fill(0x0B);
    return all;
}

inline std::string sample_manifest() { return profile::write_manifest(sample_components()); }

inline phone::StoredFile stored_kernel() {
    return {1000, "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"};
}

inline phone::StoredFile stored_rootfs() {
    return {20000, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"};
}

// A server that has the load; any PhoneWorld.
template <typename World>
World& serve_load(World& world) {
    return world.serve(new_load_url, {.status = 200, .body = sample_manifest()})
        .serve(kernel_url, {.status = 200, .stored = stored_kernel()})
        .serve(rootfs_url, {.status = 200, .stored = stored_rootfs()});
}

}  // namespace onhook::test
