#include "store/sqlite/rows.h"

#include <string>

#include "store/fault.h"

namespace onhook::store::sqlite {

namespace {

std::optional<MacAddress> read_mac(const Row& row, int column) {
    const auto mac = MacAddress::parse(row.text(column));
    return mac ? std::optional(*mac) : std::nullopt;
}

WallTime read_time(const Row& row, int column) { return WallTime(Seconds(row.integer(column))); }

std::string read_text(const Row& row, int column) { return std::string(row.text(column)); }

}  // namespace

std::optional<provision::Device> read_device(const Row& row) {
    const auto mac = read_mac(row, 0);
    if (!mac) {
        return std::nullopt;
    }
    provision::Device device{.mac = *mac,
                             .model = read_text(row, 1),
                             .name = read_text(row, 3),
                             .comment = read_text(row, 4)};
    if (!row.is_null(2)) {
        auto group = provision::GroupName::parse(row.text(2));
        if (!group) {
            return std::nullopt;
        }
        device.group = *std::move(group);
    }
    return device;
}

std::optional<provision::Group> read_group(const Row& row) {
    auto name = provision::GroupName::parse(row.text(0));
    if (!name) {
        return std::nullopt;
    }
    return provision::Group{*std::move(name), read_text(row, 1)};
}

std::optional<provision::Setting> read_setting(const Row& row) {
    provision::Setting setting{.name = read_text(row, 0), .value = {}, .access = {}};
    if (!row.is_null(1)) {
        setting.value = read_text(row, 1);
    }
    if (!row.is_null(2)) {
        setting.access = profile::parse_access(row.text(2));
        if (!setting.access) {
            return std::nullopt;
        }
    }
    return setting;
}

std::optional<ReportRecord> read_report(const Row& row) {
    const auto mac = read_mac(row, 0);
    const std::string_view kind = row.text(2);
    const bool configuration = kind == to_string(ReportKind::configuration);
    if (!mac || (!configuration && kind != to_string(ReportKind::status))) {
        return std::nullopt;
    }
    return ReportRecord{.mac = *mac,
                        .received_at = read_time(row, 1),
                        .kind = configuration ? ReportKind::configuration : ReportKind::status,
                        .content_type = read_text(row, 3),
                        .body = read_text(row, 4),
                        .parameter_count = static_cast<std::uint32_t>(row.integer(5))};
}

std::optional<Contact> read_contact(const Row& row) {
    const auto mac = read_mac(row, 0);
    if (!mac) {
        return std::nullopt;
    }
    return Contact{.mac = *mac,
                   .at = read_time(row, 1),
                   .what = read_text(row, 2),
                   .status = static_cast<int>(row.integer(3))};
}

std::optional<SyslogMessage> read_message(const Row& row) {
    SyslogMessage message{.received_at = read_time(row, 0),
                          .peer = read_text(row, 1),
                          .mac = {},
                          .severity = static_cast<int>(row.integer(3)),
                          .text = read_text(row, 4)};
    if (!row.is_null(2)) {
        message.mac = read_mac(row, 2);
        if (!message.mac) {
            return std::nullopt;
        }
    }
    return message;
}

std::string_view to_string(ReportKind kind) noexcept {
    switch (kind) {
        case ReportKind::configuration:
            return "configuration";
        case ReportKind::status:
            return "status";
    }
    return "";
}

Failure<Error> foreign_row() {
    return fail(Fault::damaged,
                "the database has a row that Onhook did not write; restore a backup");
}

}  // namespace onhook::store::sqlite
