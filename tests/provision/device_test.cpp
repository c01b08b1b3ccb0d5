#include "provision/device.h"

#include <gtest/gtest.h>

#include "provision/fault.h"

namespace onhook::provision {

TEST(Device, FieldsAreShortLinesOfText) {
    struct Row {
        std::string model;
        std::string name;
        std::string comment;
        bool good;
    };

    for (const Row& row : {Row{"8841", "Reception", "second floor", true},
                           Row{"", "", "", true},
                           Row{"CP-8841-3PCC", "Empfang \xC3\xBC", "", true},
                           Row{"88/41", "", "", false},
                           Row{"8841 ", "", "", false},
                           Row{std::string(33, '8'), "", "", false},
                           Row{"8841", "two\nlines", "", false},
                           Row{"8841", std::string(101, 'a'), "", false},
                           Row{"8841", "", "bell\x07", false},
                           Row{"8841", "", std::string(1001, 'a'), false}}) {
        SCOPED_TRACE(row.model + "|" + row.name + "|" + row.comment);
        const Device device{.mac = *MacAddress::parse("000e08012345"),
                            .model = row.model,
                            .name = row.name,
                            .comment = row.comment};
        const auto checked = check_device(device);
        EXPECT_EQ(checked.has_value(), row.good);
        if (!checked) {
            EXPECT_EQ(checked.error().code, Fault::bad_device);
            EXPECT_TRUE(checked.error().detail.starts_with("device 000e08012345: "));
        }
    }
}

}  // namespace onhook::provision
