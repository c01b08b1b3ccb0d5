// Fail at every step: each transfer of an upgrade, failing in each way.
#include <gtest/gtest.h>

#include "support/phone_world.h"
#include "support/sample_load.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::Reply;
using test::SamplePhone;

namespace {

struct FailingTransfer {
    std::string_view name;
    Reply reply;
    std::string_view error;
};

const Reply good_manifest{.status = 200, .body = test::sample_manifest()};
const Reply good_kernel{.status = 200, .stored = test::stored_kernel()};
const Reply good_rootfs{.status = 200, .stored = test::stored_rootfs()};

// What can happen to any of the transfers.
const std::vector<FailingTransfer> failing_transfers = {
    {"400", {.status = 400}, "http_get failed: 400"},
    {"403", {.status = 403}, "http_get failed: 403"},
    {"404", {.status = 404}, "file not found"},
    {"410", {.status = 410}, "http_get failed: 410"},
    {"500", {.status = 500}, "http_get failed: 500"},
    {"503", {.status = 503}, "http_get failed: 503"},
    {"204", {.status = 204}, "corrupt file: the answer has no body"},
    {"303", {.status = 303}, "http_get failed: 303"},
    {"304", {.status = 304}, "http_get failed: 304"},
    {"401", {.status = 401, .challenge = "Basic"}, "auth failed"},
    {"302 to nowhere", {.status = 302}, "http_get failed: redirect without a usable Location"},
    {"dns", {.fault = TransferFault::dns}, "dns failed: as told"},
    {"connect", {.fault = TransferFault::connect}, "connect failed: as told"},
    {"tls", {.fault = TransferFault::tls}, "tls failed: as told"},
    {"too large", {.fault = TransferFault::too_large}, "corrupt file: as told"},
    {"undecoded", {.fault = TransferFault::undecoded}, "decryption failed: as told"},
    {"corrupt", {.fault = TransferFault::corrupt}, "corrupt file: as told"},
    {"protocol", {.fault = TransferFault::protocol}, "http_get failed: as told"},
    {"disk full", {.fault = TransferFault::not_stored}, "not stored: as told"},
};

// What only the manifest can be.
const std::vector<FailingTransfer> failing_manifests = {
    {"empty manifest", {.status = 200}, "upgrade image invalid: line "},
    {"no manifest", {.status = 200, .body = "<html>"}, "upgrade image invalid: line 1, "},
    {"manifest of another folder",
     {.status = 200, .body = "../k 1 " + std::string(64, 'a')},
     "upgrade image invalid: line 1, "},
};

// What only a component can be; the kernel's digest is that of no rootfs.
const std::vector<FailingTransfer> failing_components = {
    {"not stored", {.status = 200, .body = "in memory"}, "upgrade image invalid: "},
    {"wrong size",
     {.status = 200, .stored = StoredFile{999, test::stored_kernel().sha256}},
     "upgrade image invalid: "},
    {"wrong digest, size of the kernel",
     {.status = 200, .stored = StoredFile{1000, std::string(64, 'f')}},
     "upgrade image invalid: "},
    {"wrong digest, size of the rootfs",
     {.status = 200, .stored = StoredFile{20000, std::string(64, 'f')}},
     "upgrade image invalid: "},
};

SamplePhone upgrading_phone() {
    return SamplePhone()
        .set("Upgrade_Rule", test::new_load_url)
        .set("Upgrade_Error_Retry_Delay", "500")
        .set("Profile_Rule", "");
}

// All or nothing: the old load runs on, the failure is told, one retry comes after the delay, and
// that one, which nothing hinders, succeeds.
void expect_failure_at(std::size_t step, const FailingTransfer& failing, UpgradeStart start) {
    SCOPED_TRACE(fmt::format("transfer {}: {}", step, failing.name));
    const std::vector<std::pair<std::string, Reply>> good = {{test::new_load_url, good_manifest},
                                                             {test::kernel_url, good_kernel},
                                                             {test::rootfs_url, good_rootfs}};
    PhoneWorld world(upgrading_phone());
    world.settings().policy.upgrade_start = start;
    for (std::size_t i = 0; i < good.size(); ++i) {
        if (i == step) {
            world.serve(good[i].first, failing.reply);
        }
        world.serve(good[i].first, good[i].second);
    }
    world.power_up();
    const Firmware& firmware = *world.saved().firmware;
    EXPECT_EQ(firmware.running, "");
    EXPECT_EQ(firmware.inactive, "");
    ASSERT_EQ(firmware.upgrades.size(), 1U);
    EXPECT_FALSE(firmware.upgrades[0].succeeded);
    EXPECT_EQ(firmware.upgrades[0].url, good[step].first);
    EXPECT_EQ(firmware.upgrades[0].error.substr(0, failing.error.size()), failing.error);
    EXPECT_EQ(firmware.failures, 1);
    EXPECT_EQ(world.requests.size(), step + 1);
    EXPECT_NE(world.syslog.back().find("Upgrade failed: " + std::string(failing.error)),
              std::string::npos);
    // 9: it reboots after a failure too, once it had got past the start.
    const bool rebooting = step > 0 || start == UpgradeStart::request;
    EXPECT_EQ(world.boots.size(), rebooting ? 2U : 1U);
    EXPECT_EQ(world.boots.back(), rebooting ? BootReason::upgrade : BootReason::power_up);
    world.run_for(499s);
    EXPECT_EQ(world.requests.size(), step + 1);
    world.run_for(1s);
    EXPECT_EQ(world.saved().firmware->running, test::new_load);
    EXPECT_EQ(world.saved().firmware->failures, 0);
}

}  // namespace

TEST(Upgrade, FailsAtEveryStepInEveryWay) {
    for (std::size_t step = 0; step < 3; ++step) {
        for (const FailingTransfer& failing : failing_transfers) {
            expect_failure_at(step, failing, UpgradeStart::component);
        }
        for (const FailingTransfer& failing : step == 0 ? failing_manifests : failing_components) {
            expect_failure_at(step, failing, UpgradeStart::component);
        }
    }
}

// Policy::upgrade_start.
TEST(Upgrade, MayRebootAfterEveryFailure) {
    for (std::size_t step = 0; step < 3; ++step) {
        expect_failure_at(step, failing_transfers[4], UpgradeStart::request);
    }
}

}  // namespace onhook::phone
