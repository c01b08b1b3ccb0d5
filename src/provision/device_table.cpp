#include "provision/device_table.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/utf8.h"
#include "profile/nearest_name.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

constexpr std::size_t longest_shown = 128;  // bytes of a wrong cell in an error

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

// One record after the other, so that a large table is never in memory as cells.
class RecordReader {
  public:
    explicit RecordReader(std::string_view csv) : in_(csv) {
        (void)in_.accept(utf8_byte_order_mark);
    }

    // The next record that is not blank; nothing at the end.
    Result<std::optional<Record>> next() {
        while (!in_.at_end()) {
            auto record = take();
            if (!record) {
                return Failure{std::move(record).error()};
            }
            if (std::any_of(record->cells.begin(), record->cells.end(), [](const auto& cell) {
                    return !cell.empty();
                })) {
                return std::optional(*std::move(record));
            }
        }
        return std::optional<Record>();
    }

  private:
    Result<Record> take() {
        Record record{line_, {}};
        do {
            if (record.cells.size() == max_table_columns) {
                return wrong(line_, fmt::format("more than {} columns", max_table_columns));
            }
            if (in_.accept("\"")) {
                auto cell = take_quoted(in_);
                if (!cell) {
                    return wrong(line_, "the quotes are not closed");
                }
                line_ += static_cast<std::size_t>(std::count(cell->begin(), cell->end(), '\n'));
                record.cells.push_back(*std::move(cell));
            } else {
                record.cells.emplace_back(trim(in_.take_while(
                    [](char c) { return c != ',' && c != '\n' && c != '\r' && c != '"'; })));
            }
        } while (in_.accept(","));
        if (!in_.at_end() && !take_line_end(in_)) {
            return wrong(line_, "expected a comma or the end of the line behind a cell");
        }
        ++line_;
        return record;
    }

    Cursor in_;
    std::size_t line_ = 1;
};

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
        for (const std::string& column : columns_) {
            if (!is_field(column) && !catalogue_.find(column)) {
                const std::string shown = column.substr(0, longest_shown);
                const auto near = profile::nearest_name(catalogue_, shown);
                return wrong(line,
                             fmt::format("column '{}' is neither a parameter nor mac, model, "
                                         "group, name or comment{}",
                                         shown,
                                         near ? fmt::format("; did you mean {}?", *near) : ""));
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
            return wrong(
                record.line,
                fmt::format(
                    "mac '{}': expected {}", text.substr(0, longest_shown), mac.error().expected));
        }
        Device device{
            *mac, cell(record, "model"), {}, cell(record, "name"), cell(record, "comment")};
        if (const std::string name = cell(record, "group"); !name.empty()) {
            const auto group = GroupName::parse(name);
            if (!group) {
                return wrong(record.line,
                             fmt::format("group '{}': expected {}",
                                         name.substr(0, longest_shown),
                                         group.error().expected));
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
    RecordReader records(csv);
    const auto header = records.next();
    if (!header) {
        return Failure{header.error()};
    }
    if (!*header) {
        return wrong(1, "the table is empty; its first line names the columns");
    }
    const TableReader reader(catalogue, **header);
    if (auto columns = reader.check_columns((*header)->line); !columns) {
        return Failure{std::move(columns).error()};
    }
    DeviceTable table;
    std::set<MacAddress> seen;
    std::set<GroupName> groups;
    for (;;) {
        const auto record = records.next();
        if (!record) {
            return Failure{record.error()};
        }
        if (!*record) {
            break;
        }
        const std::size_t line = (*record)->line;
        if (table.rows.size() == max_table_rows) {
            return wrong(line, fmt::format("a table has at most {} devices", max_table_rows));
        }
        auto row = reader.read(**record);
        if (!row) {
            return Failure{std::move(row).error()};
        }
        if (!seen.insert(row->device.mac).second) {
            return wrong(line, fmt::format("device {} stands twice", row->device.mac.to_string()));
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
