#include "agent/images.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "seal/digest.h"
#include "support/properties.h"
#include "support/sample_phone.h"
#include "support/temporary_directory.h"

namespace onhook::agent {

namespace {

const std::string new_name = "sip88xx.12-0-1MN-113";
const std::string old_name = "sip88xx.11-3-1MPP-678";

class ImageStoreTest : public ::testing::Test {
  protected:
    // As a transfer would: written under its temporary name, then kept.
    void store(const std::string& load, unsigned number, unsigned count, const std::string& bytes) {
        const std::string name = load + "+" + std::to_string(number);
        std::ofstream(images_.begin(name)) << bytes;
        ASSERT_TRUE(images_.keep(name, count, {bytes.size(), seal::sha256_hex(bytes)}));
    }

    void store_load(const std::string& load) {
        store(load, 0, 2, load + " kernel");
        store(load, 1, 2, load + " rootfs");
    }

    [[nodiscard]] std::string path_of(const std::string& load, unsigned number) const {
        const std::string start = load + "+" + std::to_string(number) + ".";
        for (const auto& file : std::filesystem::directory_iterator(directory_.file("images"))) {
            if (file.path().filename().string().starts_with(start)) {
                return file.path().string();
            }
        }
        ADD_FAILURE() << "no " << start;
        return {};
    }

    // The loads that have files.
    [[nodiscard]] std::set<std::string> loads() const {
        std::set<std::string> found;
        for (const auto& file : std::filesystem::directory_iterator(directory_.file("images"))) {
            const auto image = StoredImage::parse(file.path().filename().string());
            found.insert(image ? image->load : file.path().filename().string());
        }
        return found;
    }

    test::TemporaryDirectory directory_;
    ImageStore images_{directory_.file("images")};
};

phone::Firmware partitions(const std::string& running, const std::string& inactive = {}) {
    phone::Firmware firmware;
    firmware.running = running;
    firmware.inactive = inactive;
    return firmware;
}

phone::Memory memory_with(phone::Firmware firmware) {
    phone::Memory memory{profile::Values(profile::cisco_mpp_catalogue())};
    memory.firmware = std::move(firmware);
    return memory;
}

TEST(StoredImage, ItsNameSaysWhatItHolds) {
    const std::string hash(64, 'a');
    const StoredImage image{new_name, 1, 6, {20000, hash}};
    EXPECT_EQ(image.to_string(), "sip88xx.12-0-1MN-113+1.6.20000." + hash);
    EXPECT_EQ(StoredImage::parse(image.to_string()), image);
}

TEST(StoredImage, RefusesOtherNames) {
    const std::string hash(64, 'a');
    for (const std::string& name : {std::string(),
                                    std::string("x+0.part"),
                                    "+0.1.2." + hash,
                                    "x.0.1.2." + hash,
                                    "x+1.1.2." + hash,
                                    "x+0.1.-2." + hash,
                                    "x+0.1.2." + hash + "a",
                                    "x+0.1.2." + std::string(64, 'A'),
                                    "x+0.1.2.3." + hash}) {
        EXPECT_FALSE(StoredImage::parse(name)) << name;
    }
}

RC_GTEST_PROP(StoredImage, IsReadBack, ()) {
    const auto count = *rc::gen::inRange(1U, 64U);
    const StoredImage image{"sip88xx.12-0-1",
                            *rc::gen::inRange(0U, count),
                            count,
                            {*rc::gen::arbitrary<std::uint64_t>(), std::string(64, 'f')}};
    RC_ASSERT(StoredImage::parse(image.to_string()) == image);
}

TEST_F(ImageStoreTest, IsForThisUserAlone) {
    store_load(new_name);
    const auto mode = std::filesystem::status(directory_.file("images")).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

TEST_F(ImageStoreTest, KeepsTheLoadsThatTheMemoryNamesOnly) {
    store_load(new_name);
    store_load(old_name);
    store_load("sip88xx.10-0-1");
    std::ofstream(images_.begin("sip88xx.9-9-9+0")) << "half of it";
    images_.tidy(partitions(new_name, old_name));
    EXPECT_EQ(loads(), (std::set{new_name, old_name}));
    EXPECT_EQ(images_.flaw_of(new_name, false), "");
    images_.tidy(partitions(new_name));
    EXPECT_EQ(loads(), std::set{new_name});
}

// flyingvoice.md D29: a file whose name tells no version is known by what it holds.
TEST_F(ImageStoreTest, KeepsTheNamelessImageThatRuns) {
    store("image", 0, 1, "the one that runs");
    store("image", 0, 1, "another");
    phone::Firmware firmware;
    firmware.sha256 = seal::sha256_hex("the one that runs");
    images_.tidy(firmware);
    EXPECT_EQ(images_.flaw_of("image", false), "");
    EXPECT_EQ(std::filesystem::file_size(path_of("image", 0)), 17U);
    images_.tidy({});
    EXPECT_TRUE(loads().empty());
}

TEST_F(ImageStoreTest, NoticesWhatKeepsALoadFromRunning) {
    store_load(new_name);
    EXPECT_EQ(images_.flaw_of(new_name, false), "");
    EXPECT_EQ(images_.flaw_of(old_name, false), "its files are missing");
    EXPECT_EQ(images_.flaw_of(old_name, true), "") << "it came with the phone";
    std::ofstream(path_of(new_name, 1)) << "sip88xx.12-0-1MN-113 r00tfs";
    EXPECT_EQ(images_.flaw_of(new_name, false), "its file 2 is damaged");
    std::ofstream(path_of(new_name, 1)) << "cut";
    EXPECT_EQ(images_.flaw_of(new_name, true), "its file 2 is damaged");
    std::filesystem::remove(path_of(new_name, 1));
    EXPECT_EQ(images_.flaw_of(new_name, false), "its file 2 is missing");
}

TEST_F(ImageStoreTest, ForgetsABrokenLoadOfTheOtherPartition) {
    store_load(new_name);
    auto memory = memory_with(partitions(old_name, new_name));
    EXPECT_TRUE(check_partitions(images_, old_name, memory).empty());
    EXPECT_EQ(memory.firmware->inactive, new_name);
    std::filesystem::remove(path_of(new_name, 0));
    const auto said = check_partitions(images_, old_name, memory);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0],
              "the load sip88xx.12-0-1MN-113 in the other partition is forgotten: its file 1 is "
              "missing");
    EXPECT_EQ(memory.firmware->inactive, "");
    EXPECT_EQ(memory.firmware->running, old_name);
}

TEST_F(ImageStoreTest, NeverForgetsTheLoadThatRuns) {
    auto memory = memory_with(partitions(new_name, old_name));
    const auto said = check_partitions(images_, old_name, memory);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_NE(said[0].find("runs although its files are missing"), std::string::npos) << said[0];
    EXPECT_EQ(memory.firmware->running, new_name);
    EXPECT_EQ(memory.firmware->inactive, old_name);
}

}  // namespace

}  // namespace onhook::agent
