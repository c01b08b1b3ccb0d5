#include "profile/flyingvoice_firmware.h"

#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"

namespace onhook::profile {

// flyingvoice.md section 10: the vendor's own example.
TEST(FlyingvoiceFirmware, ReadsTheVendorsImageName) {
    const auto image = read_image_name("FIP13G-FVUI_V0.5.32.3_202105111814_RC.bin");
    ASSERT_TRUE(image);
    EXPECT_EQ(image->model, "FIP13G");
    EXPECT_EQ(image->generation, "");
    EXPECT_EQ(image->version, "0.5.32.3");
    EXPECT_EQ(image->built, "202105111814");
    EXPECT_EQ(read_image_name("P10-FVUI02_V1.0_202105111814_RC.bin")->generation, "02");
}

TEST(FlyingvoiceFirmware, RefusesOtherNames) {
    for (const std::string_view name : {"",
                                        "firmware.bin",
                                        "-FVUI_V1.0_202105111814_RC.bin",
                                        "P10-FVUI1.0_202105111814_RC.bin",
                                        "P10-FVUI_V_202105111814_RC.bin",
                                        "P10-FVUI_V1.0_2021_RC.bin",
                                        "P10-FVUI_V1.0_202105111814_RC.binx",
                                        "P10-FVUI_V1.0_202105111814.bin"}) {
        EXPECT_FALSE(read_image_name(name)) << name;
    }
}

TEST(FlyingvoiceFirmware, DecidesByModelAndVersion) {
    struct Row {
        std::string_view url;
        UpgradeDecision decision;
    };

    const Identity phone = test::sample_flyingvoice_identity();
    for (const Row& row :
         {Row{"http://h/FIP13G-FVUI_V0.6.24_202201010000_RC.bin", UpgradeDecision::same_version},
          Row{"http://h/fip13g-FVUI_V0.6.25_202201010000_RC.bin?x=/y", UpgradeDecision::download},
          Row{"http://h/FIP13G-FVUI_V0.6.23_202201010000_RC.bin", UpgradeDecision::download},
          Row{"http://h/FIP16-FVUI_V0.6.24_202201010000_RC.bin", UpgradeDecision::other_model},
          Row{"http://h/latest.bin", UpgradeDecision::ask_server}}) {
        const auto decision = decide_upgrade(*Url::parse(row.url), phone);
        EXPECT_EQ(to_string(decision), to_string(row.decision)) << row.url;
    }
}

}  // namespace onhook::profile
