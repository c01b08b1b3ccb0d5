// kill -9 at random moments of an upgrade: the phone always boots, runs the old load or the new and
// nothing else, and the upgrade comes through at last (cisco-mpp.md 9).
#include <chrono>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "agent/images.h"
#include "support/killing.h"
#include "support/served_load.h"
#include "support/stock_servers.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

class UpgradeKill : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(std::filesystem::exists(released_program()))
            << released_program() << " is missing; build it with script/build release";
    }

    [[nodiscard]] Words command(const Nginx& nginx, const std::string& state) const {
        return {released_program(),
                "phone",
                "--mac",
                phone_mac,
                "--state",
                state,
                "--web",
                "off",
                "--set",
                "Profile_Rule=",
                "--set",
                "Upgrade_Rule=" + nginx.url("/fw/" + next_load + ".loads")};
    }

    // What is on disk can be booted.
    static void expect_bootable(const std::string& state) {
        const auto stored = agent::StateFile::peek(state);
        ASSERT_TRUE(stored) << stored.error().detail;
        if (!*stored) {
            return;  // it died before its first save
        }
        const phone::Firmware& firmware = *(*stored)->memory.firmware;
        const agent::ImageStore images(state + "/images");
        for (const std::string& load : {firmware.running, firmware.inactive}) {
            EXPECT_TRUE(load.empty() || load == factory_load || load == next_load) << load;
            EXPECT_TRUE(load.empty() || images.flaw_of(load, load == factory_load).empty())
                << load << ": " << images.flaw_of(load, load == factory_load);
        }
    }

    [[nodiscard]] static bool is_upgraded(const std::string& state) {
        const auto stored = agent::StateFile::peek(state);
        return stored && *stored && (*stored)->memory.firmware->running == next_load;
    }
};

TEST_F(UpgradeKill, LeavesAPhoneThatBootsAndUpgradesAtLast) {
    constexpr int phones = 25;
    constexpr int most_kills = 6;
    Chance chance;
    net::Loop loop;
    const TemporaryDirectory directory;
    const Nginx nginx(directory.file("nginx"));
    (void)ServedLoad(std::size_t{4} << 20U).write_to(nginx.file("fw"));
    int died_before = 0;
    int died_after = 0;
    int parts_left = 0;
    for (int i = 0; i < phones; ++i) {
        SCOPED_TRACE(::testing::Message() << "phone " << i);
        const std::string state = directory.file("phone" + std::to_string(i));
        for (int kill = 0; kill < most_kills; ++kill) {
            Process phone(command(nginx, state));
            // An upgrade takes tens of milliseconds; then the process starts again.
            run_for(loop, chance.within(chance.once_in(3) ? 500ms : 120ms));
            phone.signal(SIGKILL);
            ASSERT_EQ(phone.wait(), 128 + SIGKILL) << phone.output();
            EXPECT_EQ(times_in(phone.output(), "is forgotten"), 0) << phone.output();
            expect_bootable(state);
            ASSERT_FALSE(HasFailure());
            ++(is_upgraded(state) ? died_after : died_before);
            for (const std::string& name : stored_images(state)) {
                parts_left += name.ends_with(".part") ? 1 : 0;
            }
        }
        Process phone(command(nginx, state));
        ASSERT_TRUE(phone.wait_for("starts: ")) << phone.output();
        ASSERT_TRUE(becomes_true([&] { return is_upgraded(state); })) << phone.output();
        expect_orderly_end(phone);
        expect_bootable(state);
        ASSERT_FALSE(HasFailure());
    }
    std::cout << "died before the new load ran: " << died_before << ", after: " << died_after
              << ", in the middle of a file: " << parts_left << std::endl;
    EXPECT_GT(died_before, 0);
    EXPECT_GT(died_after, 0);
}

}  // namespace

}  // namespace onhook::test
