// What it costs to decide a rule: expansion, three alternatives, options and the URL.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "profile/dialect.h"
#include "profile/macro_context.h"
#include "profile/rule.h"

namespace {

using namespace onhook;

profile::Values sample_values() {
    profile::Values values(profile::cisco_mpp_catalogue());
    const auto set = [&values](std::string_view name, std::string value) {
        values.set(*values.catalogue().find(name), std::move(value));
    };
    set("GPP_A", "Provisioned");
    set("GPP_D", "lobby");
    set("GPP_SA", "MyUserID");
    set("GPP_SB", "MySecretPassword");
    return values;
}

// The longest way through: two conditions fail, the third alternative has everything.
void decide_rule_of_three_alternatives(benchmark::State& state) {
    const profile::Identity identity{*MacAddress::parse("000e08012345"),
                                     false,
                                     "8841",
                                     "88012BA01234",
                                     "sip88xx.11-3-1MPP-678",
                                     "1.0"};
    const profile::Values values = sample_values();
    const profile::MacroContext macros(profile::cisco_mpp(), identity, values);
    constexpr std::string_view rule =
        "(\"$A\" ne \"Provisioned\")? (Line_Enable_1_ = \"No\";)! https://p.tel.com/init-prov | "
        "($SWVER lt sip88xx.11-0-1MPP-1 and $PRVTMR ge 600)? http://p.tel.com/old/$PN.xml | "
        "[--uid $SA --pwd $SB] https://p.tel.com:8443/$D/$MA.xml";
    for (auto _ : state) {
        const auto decision = profile::decide_rule(profile::RuleKind::profile, rule, macros);
        CHECK(decision && *decision && (*decision)->alternative == 2);
        benchmark::DoNotOptimize(decision);
    }
}

BENCHMARK(decide_rule_of_three_alternatives);

}  // namespace
