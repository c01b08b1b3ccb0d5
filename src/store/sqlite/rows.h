#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "store/records.h"
#include "store/sqlite/database.h"

namespace onhook::store::sqlite {

// Rows to records. Each reader lists the columns it expects. It gives nothing when one does not
// hold what we write there, which means that somebody else wrote to the file.

// mac, model, group_name, name, comment
[[nodiscard]] std::optional<provision::Device> read_device(const Row& row);
// name, comment
[[nodiscard]] std::optional<provision::Group> read_group(const Row& row);
// name, value, access
[[nodiscard]] std::optional<provision::Setting> read_setting(const Row& row);
// mac, received_at_s, kind, content_type, body, parameter_count
[[nodiscard]] std::optional<ReportRecord> read_report(const Row& row);
// mac, at_s, what, status
[[nodiscard]] std::optional<Contact> read_contact(const Row& row);
// received_at_s, peer, mac, severity, text
[[nodiscard]] std::optional<SyslogMessage> read_message(const Row& row);

// As it is stored.
[[nodiscard]] std::string_view to_string(ReportKind kind) noexcept;

[[nodiscard]] Failure<Error> foreign_row();

// All records, or Fault::damaged when a row gave nothing.
template <typename T>
[[nodiscard]] Result<std::vector<T>> sound(Result<std::vector<std::optional<T>>> rows) {
    if (!rows) {
        return Failure{std::move(rows).error()};
    }
    std::vector<T> records;
    records.reserve(rows->size());
    for (std::optional<T>& row : *rows) {
        if (!row) {
            return foreign_row();
        }
        records.push_back(*std::move(row));
    }
    return records;
}

// The record of the one row, if there is a row.
template <typename T>
[[nodiscard]] Result<std::optional<T>> sound(Result<std::optional<std::optional<T>>> row) {
    if (!row) {
        return Failure{std::move(row).error()};
    }
    if (!row->has_value()) {
        return std::optional<T>();
    }
    return row->value() ? Result<std::optional<T>>(**std::move(row)) : foreign_row();
}

}  // namespace onhook::store::sqlite
