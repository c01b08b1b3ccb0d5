#include "profile/flyingvoice_apply.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "profile/flyingvoice_file.h"
#include "profile/flyingvoice_writer.h"

namespace onhook::profile {

namespace {

// Dialect Y says Resync Periodic in two keys and in minutes (2.1).
constexpr std::string_view repeat_enable = "static.auto_provision.repeat.enable";
constexpr std::string_view repeat_minutes = "static.auto_provision.repeat.minutes";

// Collects what the files say, line by line.
class PairCollector {
  public:
    explicit PairCollector(const Values& before)
        : before_(before),
          catalogue_(before.catalogue()),
          periodic_(catalogue_.id_of("DBID_RESYNC_PERIODIC")) {}

    void take(const FlyingvoicePair& pair) {
        // D28: the maker's templates leave hundreds of keys blank, so blank cannot mean "clear".
        if (pair.blank && is_dialect_y(pair.key)) {
            return;
        }
        if (const auto repeat = repeat_parameter(pair.key)) {
            take_repeat(pair, *repeat);
        } else if (const auto id = catalogue_.find(pair.key)) {
            take_value(pair, *id);
        } else {
            ignore(pair, "unknown parameter");
        }
    }

    FlyingvoiceSettings finish() && { return std::move(result_); }

  private:
    void ignore(const FlyingvoicePair& pair, std::string why) {
        result_.ignored.push_back({std::string(pair.key), std::move(why), pair.line, pair.column});
    }

    void take_value(const FlyingvoicePair& pair, ParameterId id) {
        const Parameter& parameter = catalogue_[id];
        if (is_masked(parameter, pair.value)) {
            ignore(pair, "the value is masked; write the secret itself to change it");
            return;
        }
        auto value = check_value(parameter, pair.value);
        if (!value) {
            ignore(pair, std::move(value).error());
            return;
        }
        if (id == periodic_) {
            seconds_ = *value;
            enabled_.reset();
            minutes_.reset();
        }
        result_.settings.push_back({id, *std::move(value), {}});
    }

    // Neither key says the period alone, and they may stand in either order: each, as it is met,
    // sets the period from all that is known by then.
    void take_repeat(const FlyingvoicePair& pair, const Parameter& repeat) {
        auto value = check_value(repeat, pair.value);
        if (!value) {
            ignore(pair, std::move(value).error());
            return;
        }
        (pair.key == repeat_enable ? enabled_ : minutes_) = *std::move(value);
        result_.settings.push_back({periodic_, period(), {}});
    }

    // In seconds. Minutes alone leave a timer off that is off; a timer that is switched on without
    // minutes runs as before, or as the factory made it.
    [[nodiscard]] std::string period() const {
        const std::string before = seconds_ ? *seconds_ : std::string(before_.get(periodic_));
        const bool enabled = enabled_ ? *enabled_ == "1" : before != "0";
        if (!enabled) {
            return "0";
        }
        if (minutes_) {
            const auto minutes = parse_number<std::uint32_t>(*minutes_);
            CHECK(minutes.has_value());
            return std::to_string(std::uint64_t{60} * *minutes);
        }
        return before == "0" ? catalogue_[periodic_].default_value : before;
    }

    const Values& before_;
    const Catalogue& catalogue_;
    ParameterId periodic_;
    std::optional<std::string> seconds_;  // by its key of dialect N
    std::optional<std::string> enabled_;
    std::optional<std::string> minutes_;
    FlyingvoiceSettings result_;
};

// The last setting of each parameter counts, and only where it differs.
Applied applied_to(const Values& before, FlyingvoiceSettings read) {
    Applied applied;
    applied.ignored = std::move(read.ignored);
    std::vector<Values::Entry>& settings = read.settings;
    std::stable_sort(
        settings.begin(), settings.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    for (std::size_t i = 0; i < settings.size(); ++i) {
        Values::Entry& setting = settings[i];
        const bool last = i + 1 == settings.size() || settings[i + 1].id != setting.id;
        const std::string_view from = before.get(setting.id);
        if (last && from != *setting.value) {
            applied.changes.push_back({setting.id, std::string(from), *setting.value});
            applied.settings.push_back(std::move(setting));
        }
    }
    applied.effect = effect_of(applied.changes, before.catalogue());
    return applied;
}

}  // namespace

Result<FlyingvoiceSettings, FlyingvoiceError> read_flyingvoice_settings(
    std::span<const std::string_view> documents, const Values& before) {
    PairCollector collector(before);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto pairs = read_flyingvoice_file(documents[i]);
        if (!pairs) {
            return Failure{FlyingvoiceError{i, std::move(pairs).error()}};
        }
        for (const FlyingvoicePair& pair : *pairs) {
            collector.take(pair);
        }
    }
    return std::move(collector).finish();
}

Result<Applied, FlyingvoiceError> apply_flyingvoice_files(
    std::span<const std::string_view> documents, const Values& before) {
    return read_flyingvoice_settings(documents, before)
        .transform(
            [&before](FlyingvoiceSettings read) { return applied_to(before, std::move(read)); });
}

Result<Applied, DocumentError> apply_flyingvoice(std::string_view document,
                                                 const Values& before,
                                                 const ApplyOptions& /*options*/) {
    auto applied = apply_flyingvoice_files(std::span(&document, 1), before);
    if (!applied) {
        return Failure{std::move(applied).error().error};
    }
    return *std::move(applied);
}

std::optional<Parameter> repeat_parameter(std::string_view key) {
    if (key != repeat_enable && key != repeat_minutes) {
        return std::nullopt;
    }
    const auto periodic = flyingvoice_catalogue().find("DBID_RESYNC_PERIODIC");
    CHECK(periodic.has_value());
    Parameter repeat;
    repeat.name = key;
    repeat.type = key == repeat_enable ? ValueType::on_off : ValueType::whole_number;
    repeat.default_value = "0";
    repeat.maximum = flyingvoice_catalogue()[*periodic].maximum / 60;
    return repeat;
}

std::optional<std::string_view> account_value(const Parameter& parameter,
                                              std::string_view value,
                                              std::size_t account) {
    if (!parameter.positional) {
        return value;
    }
    const auto values = split(value, ' ');
    return account >= 1 && account <= values.size() ? std::optional(values[account - 1])
                                                    : std::nullopt;
}

}  // namespace onhook::profile
