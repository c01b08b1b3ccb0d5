#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "profile/apply.h"
#include "profile/dialect.h"
#include "profile/macro_context.h"
#include "profile/values.h"

// The reference device of cisco-mpp.md section 16.
namespace onhook::test {

inline profile::Identity sample_identity(std::string_view model = "8841") {
    return {*MacAddress::parse("000E08012345"),
            false,
            model,
            "88012BA01234",
            "sip88xx.11-3-1MPP-678",
            "1.0"};
}

// Identity, values and macros of one phone that tests change by name.
struct SamplePhone {
    const profile::Dialect* dialect = &profile::cisco_mpp();
    profile::Identity identity = sample_identity();
    profile::Values values{profile::cisco_mpp_catalogue()};

    SamplePhone& set(std::string_view name, std::string_view value) {
        const auto id = values.catalogue().find(name);
        CHECK(id.has_value());
        values.set(*id, std::string(value));
        return *this;
    }

    // Takes a profile with these elements.
    SamplePhone& apply(std::string_view elements, const profile::ApplyOptions& options = {}) {
        auto applied = profile::apply_flat_profile(
            "<flat-profile>" + std::string(elements) + "</flat-profile>", values, options);
        CHECK(applied.has_value());
        values.set_all(std::move(applied->settings));
        return *this;
    }

    [[nodiscard]] std::string get(std::string_view name) const {
        const auto id = values.catalogue().find(name);
        CHECK(id.has_value());
        return std::string(values.get(*id));
    }

    [[nodiscard]] profile::MacroContext macros() const {
        profile::MacroContext context(profile::cisco_mpp(), identity, values);
        context.ip = "192.168.1.100";
        return context;
    }

    [[nodiscard]] std::string expand(std::string_view text) const {
        return profile::expand(text, macros()).text;
    }
};

}  // namespace onhook::test
