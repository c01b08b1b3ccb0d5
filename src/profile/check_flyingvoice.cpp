// What is wrong in a file or boot file of a Flyingvoice phone (flyingvoice.md 9).
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "profile/findings.h"
#include "profile/flyingvoice_apply.h"
#include "profile/flyingvoice_boot.h"
#include "profile/flyingvoice_file.h"
#include "profile/flyingvoice_macro.h"
#include "profile/flyingvoice_rule.h"
#include "profile/flyingvoice_writer.h"

namespace onhook::profile {

namespace {

void report_corrupt(const DocumentError& error, Findings& findings) {
    findings.add(corrupt_file(error.line, error.column, error.message));
}

// A phone to judge rules with: whatever its macros say, none of them is empty.
const Identity& some_phone() {
    static const Identity phone = [] {
        const auto mac = MacAddress::parse("0021f2000000");
        CHECK(mac.has_value());
        Identity identity{*mac, false, {}, {}, {}, {}};
        identity.model = identity.serial = identity.firmware = identity.hardware = "0";
        return identity;
    }();
    return phone;
}

class FlyingvoiceCheck {
  public:
    FlyingvoiceCheck(std::string_view document, Findings& findings)
        : document_(document),
          findings_(findings),
          catalogue_(flyingvoice_catalogue()),
          macros_(some_phone()) {
        macros_.ip = "192.0.2.1";
    }

    void run() {
        const auto pairs = read_flyingvoice_file(document_);
        if (!pairs) {
            report_corrupt(pairs.error(), findings_);
            return;
        }
        for (const FlyingvoicePair& pair : *pairs) {
            check_pair(pair);
        }
        check_idle_flyingvoice(given_, findings_);
    }

  private:
    void check_pair(const FlyingvoicePair& pair) {
        const std::size_t offset = document_.find(pair.key, lines().start_of(pair.line));
        check_header(pair, offset);
        const auto id = catalogue_.find(pair.key);
        const auto repeat = repeat_parameter(pair.key);
        if (!id && !repeat) {
            findings_.add_unknown(catalogue_, pair.key, offset);
            return;
        }
        if (pair.blank && is_dialect_y(pair.key)) {
            return;  // 9.2: as if it were not there
        }
        const std::size_t value = place_of_value(pair, offset);
        if (repeat) {
            check_setting(
                *repeat, pair.value, [value](std::size_t at) { return value + at; }, findings_);
            return;
        }
        const Parameter& parameter = catalogue_[*id];
        if (is_masked(parameter, pair.value)) {
            findings_.add(value,
                          "masked-secret",
                          fmt::format("{} is masked, and the phone ignores it", pair.key),
                          "write the secret itself, or remove the line");
            return;
        }
        auto taken = check_setting(
            parameter, pair.value, [value](std::size_t at) { return value + at; }, findings_);
        if (taken) {
            check_macros(parameter, *taken, value);
            findings_.give(given_, parameter, *id, {*std::move(taken), offset});
        }
    }

    // What a value with macros comes to (5, 6.4).
    void check_macros(const Parameter& parameter, std::string_view text, std::size_t place) {
        if (!parameter.macro) {
            return;
        }
        for (const std::string& macro : expand_flyingvoice(text, macros_).unknown) {
            findings_.add(place + text.find(macro),
                          "unknown-macro",
                          fmt::format("{} is no macro and stays as it is written", shown(macro)),
                          "write $$ for a dollar sign that is meant");
        }
        if (parameter.type != ValueType::url) {
            return;
        }
        const auto location = locate_flyingvoice(text, macros_);
        if (!location) {
            findings_.add(place,
                          "syntax",
                          parameter.name + ": " + location.error().message,
                          location.error().remedy);
        } else if (*location && (*location)->credentials) {
            findings_.add(place,
                          "secret-in-clear",
                          parameter.name + " shows its user and password to whoever sees the URL",
                          "write them into PrvUserName and PrvUserPass, or PrvUserName2 and "
                          "PrvUserPass2 for the second profile");
        }
    }

    // Behind the `=`; the key where there is no value to point at.
    [[nodiscard]] std::size_t place_of_value(const FlyingvoicePair& pair, std::size_t key) const {
        return pair.value.empty()
                   ? key
                   : document_.find(pair.value, document_.find('=', key + pair.key.size()));
    }

    [[nodiscard]] const Lines& lines() const { return findings_.lines(); }

    // 9.2: only a file of dialect Y needs it.
    void check_header(const FlyingvoicePair& pair, std::size_t offset) {
        const std::string_view text = document_.starts_with(utf8_byte_order_mark)
                                          ? document_.substr(utf8_byte_order_mark.size())
                                          : document_;
        if (is_dialect_y(pair.key) && !seen_dotted_ && !text.starts_with(flyingvoice_header)) {
            findings_.add(offset,
                          "missing-header",
                          "keys with a dot stand in a file without its header",
                          fmt::format("write {} as the first line", flyingvoice_header));
        }
        seen_dotted_ = seen_dotted_ || is_dialect_y(pair.key);
    }

    std::string_view document_;
    Findings& findings_;
    const Catalogue& catalogue_;
    FlyingvoiceMacros macros_;
    AllGiven given_;
    bool seen_dotted_ = false;
};

}  // namespace

void check_flyingvoice_file(std::string_view document, Findings& findings) {
    FlyingvoiceCheck(document, findings).run();
}

void check_boot_file(std::string_view document, Findings& findings) {
    const auto includes = read_boot_file(document);
    if (!includes) {
        report_corrupt(includes.error(), findings);
        return;
    }
    std::map<std::string_view, std::size_t> lines;
    for (const BootInclude& include : *includes) {
        const auto [at, first] = lines.try_emplace(include.file, include.line);
        if (!first) {
            findings.add(
                findings.lines().start_of(include.line),
                "duplicate",
                fmt::format("line {} includes '{}' already", at->second, shown(include.file)),
                "keep one of the two");
        }
    }
}

}  // namespace onhook::profile
