// What the custom CA does with each input in each of its states.
#include "phone/states/driven_custom_ca.h"

namespace onhook::phone {

namespace {

using At = CustomCa::State;
using CaIn = test::Input<DrivenCustomCa>;

constexpr std::array<test::NamedState<At>, 3> ca_states = {{
    {At::idle,
     {"idle", "what the rule leads to is installed, or there is no rule", test::Place::first}},
    {At::due, {"due", "the rule changed, or what it led to failed"}},
    {At::fetching, {"fetching", "a transfer runs"}},
}};

std::vector<CaIn> reasons() {
    constexpr std::string_view refused = "the phone refuses: one is being fetched";
    constexpr std::string_view anew = "it begins with a new machine";
    return {
        CaIn{"a life begins", "11.2", [](auto& d) { d.boot(); }}.begins().never(
            {At::due, At::fetching}, anew),
        CaIn{"a life begins, there is no rule", "11.2", [](auto& d) { d.boot(); }}
            .having([](auto& d) { d.bench.set("Custom_CA_Rule", ""); })
            .never({At::due, At::fetching}, anew)
            .undrawn(),
        CaIn{"`Custom_CA_Rule` changed",
             "11.2",
             [](auto& d) { d.change("Custom_CA_Rule", "http://h/other.pem"); }},
        CaIn{"`Custom_CA_Rule` became empty",
             "11.2",
             [](auto& d) { d.change("Custom_CA_Rule", " "); }}
            .noting({At::idle, At::due, At::fetching}, "what is installed stays"),
        CaIn{"another parameter changed", "11.2", [](auto& d) { d.change("GPP_A", "1"); }},
        CaIn{"a resync succeeded, or the redirect service named a provider",
             "7.2, 11.2",
             [](auto& d) { d.resync(); }},
        CaIn{"the same, no condition of the rule holds", "3.4", [](auto& d) { d.resync(); }}.having(
            [](auto& d) { d.bench.set("Custom_CA_Rule", "(\"a\" eq \"b\")? http://h/ca"); }),
        CaIn{"the same, the rule cannot be read", "3.1", [](auto& d) { d.resync(); }}.having(
            [](auto& d) { d.bench.set("Custom_CA_Rule", "[--nope] http://h/ca"); }),
        CaIn{"somebody asks for a file", "10.1", [](auto& d) { d.request("http://h/once.pem"); }}
            .never({At::fetching}, refused),
        CaIn{"somebody asks for a file of a domain that is not allowed",
             "4.3",
             [](auto& d) { d.request("http://h/once.pem"); }}
            .when([](auto& d) { d.bench.set("Restricted_Access_Domains", "example.com"); })
            .never({At::fetching}, "the domain of the rule is not allowed either"),
    };
}

std::vector<CaIn> answers() {
    return {
        CaIn{"the server's name is resolved", "6.7", [](auto& d) { d.find_server(); }},
        CaIn{"a file of certificates", "11.2", [](auto& d) { d.answer_well(); }},
        CaIn{"200, and the shell found no certificate in it",
             test::ours,
             [](auto& d) { d.answer({.status = 200, .body = "x"}); }},
        CaIn{"301 or 302", "4.3", [](auto& d) { d.answer({.status = 302, .location = "/b"}); }},
        CaIn{"401 without credentials",
             "4.3",
             [](auto& d) { d.answer({.status = 401, .challenge = "Basic realm=\"r\""}); }},
        CaIn{"404, or any other failure", "6.4", [](auto& d) { d.answer({.status = 404}); }},
        CaIn{"the transfer fails, or the file holds none", "6.4", [](auto& d) { d.fail(); }},
    };
}

}  // namespace

test::Table custom_ca_table() {
    const std::array groups = {test::Inputs<DrivenCustomCa>{"Reasons to fetch", reasons()},
                               test::Inputs<DrivenCustomCa>{"The transfer", answers()}};
    return test::Observer<DrivenCustomCa>(ca_states).observe(groups);
}

}  // namespace onhook::phone
