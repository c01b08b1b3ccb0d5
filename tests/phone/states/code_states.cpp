// What becomes of an activation code (cisco-mpp.md 7.5), seen on the whole phone.
#include "phone/states/driven_phone.h"

namespace onhook::phone {

namespace {

enum class CodeAt : std::uint8_t { none, wanted, asked };

constexpr RequestId who_enters{77};
const std::string own_profile = "http://h/a.xml";

// GPP_A says what Profile_Rule is, so that another one is no change of the rule.
struct DrivenCode {
    using State = CodeAt;

    DrivenPhone phone;

    DrivenCode() {
        phone.settings.redirect_rule = test::redirect_rule;
        phone.sample.set("Profile_Rule", "$A").set("GPP_A", own_profile);
    }

    void enter(CodeAt at) {
        if (at != CodeAt::none) {
            phone.sample.set("GPP_A", "gds://");
        }
        phone.step(Booted{BootReason::power_up});
        phone.step(NetworkUp{{"192.168.1.100"}});
        phone.step(DeadlineReached{});
        if (at == CodeAt::none) {
            phone.answer(200);
        }
        if (at == CodeAt::asked) {
            enter_code("1234 5678 9012 3456");
        }
    }

    // Entered, and nobody has been told what came of it.
    [[nodiscard]] CodeAt state() const {
        if (entered_ > answered()) {
            return CodeAt::asked;
        }
        return phone.memory().waits_for_code ? CodeAt::wanted : CodeAt::none;
    }

    void enter_code(std::string_view code) {
        ++entered_;
        phone.step(CodeEntered{who_enters, std::string(code)});
    }

    void pass(std::string_view rule) {
        phone.submit("GPP_A", rule);
        phone.step(ResyncRequested{{1}, {}, {}, Asker::xml_object});
        if (!rule.starts_with("gds")) {
            phone.answer(200);
        }
    }

    void answer(int status, std::string body = {}) {
        if (state() == CodeAt::asked) {
            phone.step(Answered{phone.newest(), status, std::move(body), "/moved", "Basic"});
        } else {
            phone.step(Answered{TransferId{4711}, status, std::move(body), "/moved", "Basic"});
        }
    }

    void wait(Duration time) { phone.wait(time); }

    [[nodiscard]] test::Glance glance() const {
        test::Glance glance = phone.glance();
        glance.deadline.reset();  // the phone's other timers go on
        return glance;
    }

    [[nodiscard]] Actions& actions() { return phone.actions(); }

  private:
    [[nodiscard]] std::size_t answered() const {
        std::size_t count = 0;
        for (const Action& action : phone.actions()) {
            const auto* answer = std::get_if<AnswerRequest>(&action);
            count += answer != nullptr && answer->request == who_enters ? 1 : 0;
        }
        return count;
    }

    std::size_t entered_ = 0;
};

using CodeIn = test::Input<DrivenCode>;

constexpr std::array<test::NamedState<CodeAt>, 3> code_states = {{
    {CodeAt::none, {"none", "no rule asks for a code", test::Place::first}},
    {CodeAt::wanted,
     {"wanted", "`Profile_Rule` is `gds://`: a person has to enter a code; nothing is retried"}},
    {CodeAt::asked, {"asked", "the redirect service is asked with a code"}},
}};

std::vector<CodeIn> code_passes() {
    return {
        CodeIn{"a pass meets a rule that asks for one", "7.5", [](auto& d) { d.pass("gds://"); }},
        CodeIn{"a pass comes through without one", "7.5", [](auto& d) { d.pass(own_profile); }}
            .noting({CodeAt::asked}, "what the service answers counts"),
        CodeIn{"another `Profile_Rule` is set by hand",
               "6.6, 7.5",
               [](auto& d) { d.phone.submit("Profile_Rule", "http://h/b.xml"); }},
        CodeIn{"reboot", "7.5", [](auto& d) { d.phone.step(RebootRequested{{1}}); }}.noting(
            {CodeAt::wanted}, "the next life wants it too"),
        CodeIn{"factory reset", "7.2", [](auto& d) { d.phone.step(FactoryResetRequested{{1}}); }},
    };
}

std::vector<CodeIn> code_entries() {
    return {
        CodeIn{"16 digits are entered", "7.5", [](auto& d) { d.enter_code("1234567890123456"); }},
        CodeIn{"`#` and 3 to 16 digits are entered", "7.5", [](auto& d) { d.enter_code("#123"); }}
            .undrawn(),
        CodeIn{"anything else is entered", "7.5", [](auto& d) { d.enter_code("12"); }},
        CodeIn{"a code is entered, there is no redirect service",
               "7.1, 7.5",
               [](auto& d) { d.enter_code("#123"); }}
            .when([](auto& d) { d.phone.settings.redirect_rule.clear(); })
            .never({CodeAt::asked}, "it was not asked"),
    };
}

std::vector<CodeIn> code_answers() {
    return {
        CodeIn{"profile whose rule names a server",
               "7.2, 7.5",
               [](auto& d) { d.answer(200, redirect_profile); }},
        CodeIn{"profile without such a rule",
               "7.2, 7.5",
               [](auto& d) { d.answer(200, "<flat-profile/>"); }},
        CodeIn{"200, empty", "7.5", [](auto& d) { d.answer(200); }}.noting({CodeAt::asked},
                                                                           "may be entered again"),
        CodeIn{"4xx but 401 and 407", "7.5", [](auto& d) { d.answer(410); }}.noting(
            {CodeAt::asked}, "may be entered again"),
        CodeIn{"redirect", "4.3", [](auto& d) { d.answer(302); }},
        CodeIn{"any other status", "7.5", [](auto& d) { d.answer(500); }}.noting(
            {CodeAt::asked}, "may be entered again"),
    };
}

}  // namespace

test::Table code_table() {
    const std::array groups = {
        test::Inputs<DrivenCode>{"Rules ask for a code", code_passes()},
        test::Inputs<DrivenCode>{"A person enters a code", code_entries()},
        test::Inputs<DrivenCode>{"The redirect service answers to a code", code_answers()}};
    return test::Observer<DrivenCode>(code_states).observe(groups);
}

}  // namespace onhook::phone
