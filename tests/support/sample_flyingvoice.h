#pragma once

#include <string>
#include <string_view>

#include "profile/dialect.h"
#include "profile/flyingvoice_macro.h"

// The reference phone of flyingvoice.md section 13.
namespace onhook::test {

inline profile::Identity sample_flyingvoice_identity() {
    return {*MacAddress::parse("0021F222AEF1"), false, "FIP13G", "FVSN0001", "0.6.24", "1.0"};
}

// Identity and values of one phone that tests change by key.
struct SampleFlyingvoice {
    const profile::Dialect* dialect = &profile::flyingvoice();
    profile::Identity identity = sample_flyingvoice_identity();
    profile::Values values = profile::factory_values(*dialect, identity);

    SampleFlyingvoice& set(std::string_view key, std::string_view value) {
        const auto id = values.catalogue().find(key);
        CHECK(id.has_value());
        values.set(*id, std::string(value));
        return *this;
    }

    [[nodiscard]] std::string get(std::string_view key) const {
        const auto id = values.catalogue().find(key);
        CHECK(id.has_value());
        return std::string(values.get(*id));
    }

    [[nodiscard]] profile::FlyingvoiceMacros macros() const {
        profile::FlyingvoiceMacros macros(identity);
        macros.ip = "192.168.1.20";
        return macros;
    }

    [[nodiscard]] std::string expand(std::string_view text) const {
        return profile::expand_flyingvoice(text, macros()).text;
    }
};

}  // namespace onhook::test
