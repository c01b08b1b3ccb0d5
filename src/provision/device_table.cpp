#include "provision/device_table.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

struct Record {
    std::size_t line = 0;
    std::vector<std::string> cells;
};

Failure<Error> wrong(std::size_t line, std::string_view why) {
    return fail(Fault::bad_document, fmt::format("line {}: {}", line, why));
}

// RFC 4180 2: a quoted cell ends at a quote that is not doubled.
std::optional<std::string> take_quoted(Cursor& in) {
    std::string cell;
    for (;;) {
        cell += in.take_while([](char c) { return c != '"'; });
        if (in.at_end()) {
            return std::nullopt;
        }
        in.advance();
        if (!in.accept("\"")) {
            return cell;
        }
        cell += '"';
    }
}

bool take_line_end(Cursor& in) { return in.accept("\r\n") || in.accept("\n"); }

Result<std::vector<Record>> read_records(std::string_view csv) {
    std::vector<Record> records;
    Cursor in(csv);
    (void)in.accept("\xEF\xBB\xBF");
    std::size_t line = 1;
    while (!in.at_end()) {
        Record record{line, {}};
        do {
            if (in.accept("\"")) {
                auto cell = take_quoted(in);
                if (!cell) {
                    return wrong(line, "the quotes are not closed");
                }
                line += static_cast<std::size_t>(std::count(cell->begin(), cell->end(), '\n'));
                record.cells.push_back(*std::move(cell));
            } else {
                record.cells.emplace_back(trim(in.take_while(
                    [](char c) { return c != ',' && c != '\n' && c != '\r' && c != '"'; })));
            }
        } while (in.accept(","));
        if (!in.at_end() && !take_line_end(in)) {
            return wrong(line, "expected a comma or the end of the line behind a cell");
        }
        ++line;
        if (record.cells.size() > 1 || !record.cells.front().empty()) {
            records.push_back(std::move(record));
        }
        if (records.size() > max_table_rows + 1) {
            return wrong(line, fmt::format("a table has at most {} devices", max_table_rows));
        }
    }
    return records;
}

class TableReader {
  public:
    TableReader(const profile::Catalogue& catalogue, const Record& header)
        : catalogue_(catalogue), columns_(header.cells) {}

    [[nodiscard]] Status<> check_columns(std::size_t line) const {
        std::set<std::string_view> seen;
        for (const std::string& column : columns_) {
            if (!seen.insert(column).second) {
                return wrong(line, fmt::format("column '{}' stands twice", column));
            }
        }
        if (!seen.contains("mac")) {
            return wrong(line, "the first line must name the columns, and one must be mac");
        }
        return Done{};
    }

    Result<DeviceTable::Row> read(const Record& record) const {
        if (record.cells.size() != columns_.size()) {
            return wrong(
                record.line,
                fmt::format(
                    "{} cells, but there are {} columns", record.cells.size(), columns_.size()));
        }
        auto row = read_device(record);
        if (!row) {
            return row;
        }
        const Scope place(row->device.mac);
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (is_field(columns_[i]) || record.cells[i].empty()) {
                continue;
            }
            auto setting = check_setting(catalogue_, place, {columns_[i], record.cells[i], {}});
            if (!setting) {
                return wrong(record.line, setting.error().detail);
            }
            row->settings.push_back(*std::move(setting));
        }
        return row;
    }

  private:
    static bool is_field(std::string_view column) {
        return column == "mac" || column == "model" || column == "group" || column == "name" ||
               column == "comment";
    }

    [[nodiscard]] std::string cell(const Record& record, std::string_view column) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i] == column) {
                return record.cells[i];
            }
        }
        return {};
    }

    [[nodiscard]] Result<DeviceTable::Row> read_device(const Record& record) const {
        const std::string text = cell(record, "mac");
        const auto mac = MacAddress::parse(text);
        if (!mac) {
            return wrong(record.line,
                         fmt::format("mac '{}': expected {}", text, mac.error().expected));
        }
        Device device{
            *mac, cell(record, "model"), {}, cell(record, "name"), cell(record, "comment")};
        if (const std::string name = cell(record, "group"); !name.empty()) {
            const auto group = GroupName::parse(name);
            if (!group) {
                return wrong(record.line,
                             fmt::format("group '{}': expected {}", name, group.error().expected));
            }
            device.group = *group;
        }
        if (const auto checked = check_device(device); !checked) {
            return wrong(record.line, checked.error().detail);
        }
        return DeviceTable::Row{std::move(device), {}};
    }

    const profile::Catalogue& catalogue_;
    const std::vector<std::string>& columns_;
};

}  // namespace

Result<DeviceTable> read_device_table(const profile::Catalogue& catalogue, std::string_view csv) {
    const auto records = read_records(csv);
    if (!records) {
        return Failure{records.error()};
    }
    if (records->empty()) {
        return wrong(1, "the table is empty; its first line names the columns");
    }
    const TableReader reader(catalogue, records->front());
    if (auto columns = reader.check_columns(records->front().line); !columns) {
        return Failure{std::move(columns).error()};
    }
    DeviceTable table;
    std::set<MacAddress> seen;
    std::set<GroupName> groups;
    for (std::size_t i = 1; i < records->size(); ++i) {
        auto row = reader.read((*records)[i]);
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!seen.insert(row->device.mac).second) {
            return wrong((*records)[i].line,
                         fmt::format("device {} stands twice", row->device.mac.to_string()));
        }
        if (row->device.group) {
            groups.insert(*row->device.group);
        }
        table.rows.push_back(*std::move(row));
    }
    table.groups.assign(groups.begin(), groups.end());
    return table;
}

}  // namespace onhook::provision
