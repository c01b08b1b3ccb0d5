#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "provision/device.h"
#include "provision/setting.h"

namespace onhook::provision {

// Devices as somebody keeps them in a spreadsheet.
struct DeviceTable {
    struct Row {
        Device device;
        std::vector<Setting> settings;
    };

    std::vector<Row> rows;
    std::vector<GroupName> groups;  // all that the rows name, each once, in order of name
};

constexpr std::size_t max_table_rows = 200'000;
constexpr std::size_t max_table_columns = 4096;

// Reads CSV (RFC 4180: commas, "quotes" with "" inside, CRLF or LF, a UTF-8 BOM is skipped). The
// first line names the columns: `mac` (required), `model`, `group`, `name`, `comment`; any other
// column is a parameter of the catalogue, set on the device where its cell is not empty. Lines
// without a cell that holds something are skipped. An error names the line, and the table counts as
// a whole or not at all.
[[nodiscard]] Result<DeviceTable> read_device_table(const profile::Catalogue& catalogue,
                                                    std::string_view csv);

}  // namespace onhook::provision
