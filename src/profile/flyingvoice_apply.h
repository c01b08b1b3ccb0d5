#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "profile/apply.h"

namespace onhook::profile {

// What files would set: each parameter with its value in canonical spelling, in the order in which
// they count, the later over the earlier.
struct FlyingvoiceSettings {
    std::vector<Values::Entry> settings;
    std::vector<Ignored> ignored;  // unknown keys and values that fail their type
};

// Why the files of a profile cannot be applied: which of them, and where in it.
struct FlyingvoiceError {
    std::size_t document = 0;  // 0-based
    DocumentError error;
};

// The files of one profile as one change: all of them are read before anything counts, and a later
// one overrides an earlier key by key (flyingvoice.md 8.1.7). Keys of dialect Y set the parameters
// that they mean (2.1); a blank value empties in dialect N and changes nothing in dialect Y (9.1,
// 9.2). A secret that stands there masked, as write_flyingvoice() masks it, changes nothing.
[[nodiscard]] Result<FlyingvoiceSettings, FlyingvoiceError> read_flyingvoice_settings(
    std::span<const std::string_view> documents, const Values& before);

// The same applied to `before`, which stays as it is.
[[nodiscard]] Result<Applied, FlyingvoiceError> apply_flyingvoice_files(
    std::span<const std::string_view> documents, const Values& before);

// One file, as Dialect::apply wants it. Its options are about XML and mean nothing here.
[[nodiscard]] Result<Applied, DocumentError> apply_flyingvoice(std::string_view document,
                                                               const Values& before,
                                                               const ApplyOptions& options = {});

// Resync Periodic in the words of dialect Y (2.1), which are no parameters of their own: what the
// value of such a key must be. Nothing for any other key.
[[nodiscard]] std::optional<Parameter> repeat_parameter(std::string_view key);

// What a positional parameter says about one account, counted from 1 (9.1); the whole value of any
// other parameter. Nothing for an account that the value does not reach.
[[nodiscard]] std::optional<std::string_view> account_value(const Parameter& parameter,
                                                            std::string_view value,
                                                            std::size_t account);

}  // namespace onhook::profile
