#include "provision/device_table.h"

#include "support/properties.h"

namespace onhook::provision {

namespace {

Result<DeviceTable> read_table(std::string_view csv) {
    return read_device_table(profile::cisco_mpp_catalogue(), csv);
}

}  // namespace

TEST(DeviceTable, ReadsDevicesGroupsAndTheirParameters) {
    const auto table = read_table(
        "\xEF\xBB\xBFmac,model,group,name,Display_Name_1_,GPP_A\r\n"
        "00:0e:08:00:00:01, 8841 ,office,\"Smith, John \"\"Jack\"\"\",Jack,\r\n"
        "\r\n"
        "000E08000002,7841,,Lobby,,x\n"
        "000e08000003,,office,,,");
    ASSERT_TRUE(table) << table.error().detail;
    ASSERT_EQ(table->rows.size(), 3U);
    EXPECT_EQ(table->rows[0].device.mac.to_string(), "000e08000001");
    EXPECT_EQ(table->rows[0].device.model, "8841");
    EXPECT_EQ(table->rows[0].device.name, "Smith, John \"Jack\"");
    ASSERT_EQ(table->rows[0].settings.size(), 1U);
    EXPECT_EQ(table->rows[0].settings[0].name, "Display_Name_1_");
    EXPECT_FALSE(table->rows[1].device.group);
    EXPECT_EQ(table->rows[1].settings[0].value, "x");
    ASSERT_EQ(table->groups.size(), 1U);
    EXPECT_EQ(table->groups[0].to_string(), "office");
}

TEST(DeviceTable, NamesTheLineOfWhatIsWrong) {
    struct Row {
        std::string_view csv;
        std::string_view begins;
    };

    for (const Row& row :
         {Row{"", "line 1: the table is empty"},
          Row{"model,name\n", "line 1: the first line must name the columns, and one must be mac"},
          Row{"mac,mac\n", "line 1: column 'mac' stands twice"},
          Row{"mac,model\n000e08000001\n", "line 2: 1 cells, but there are 2 columns"},
          Row{"mac\nnope\n", "line 2: mac 'nope': expected a hex digit"},
          Row{"mac\n000e08000001\n00:0e:08:00:00:01\n", "line 3: device 000e08000001 stands twice"},
          Row{"mac,group\n000e08000001,../x\n", "line 2: group '../x': expected"},
          Row{"mac,model\n000e08000001,88 41\n", "line 2: "},
          Row{"mac,Nope\n000e08000001,\n", "line 1: column 'Nope' is neither a parameter nor mac"},
          Row{"mac,Display_Nam_1_\n",
              "line 1: column 'Display_Nam_1_' is neither a parameter nor mac, model, group, "
              "name or comment; did you mean Display_Name_1_?"},
          Row{"mac,name\n000e08000001,\"a\n", "line 2: the quotes are not closed"},
          Row{"mac,name\n000e08000001,\"a\"b\n",
              "line 2: expected a comma or the end of the line"}}) {
        SCOPED_TRACE(row.csv);
        const auto table = read_table(row.csv);
        ASSERT_FALSE(table);
        EXPECT_TRUE(table.error().detail.starts_with(row.begins)) << table.error().detail;
    }
}

RC_GTEST_PROP(DeviceTable, KeepsAnyNameThatIsQuoted, ()) {
    const auto name = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab ,\"';")));
    std::string quoted;
    for (const char c : name) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    const auto table = read_table("mac,name\n000e08000001,\"" + quoted + "\"\n");
    RC_ASSERT(table.has_value());
    RC_ASSERT(table->rows[0].device.name == name);
}

RC_GTEST_PROP(DeviceTable, NeverCrashes, ()) {
    const auto csv =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("mac,\"\n\r0e8 GPP_A")));
    const auto table = read_table(csv);
    RC_ASSERT(table.has_value() || !table.error().detail.empty());
}

}  // namespace onhook::provision
