// Each check can fail: what it must not see, beside the nearest thing that is right.
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "swarm/puppet.h"

namespace onhook::swarm {

using namespace puppet;

namespace {

// What is right is done first, and is no violation; then `wrong` is one, of the check that says
// `violation`.
struct Row {
    std::string violation;
    std::function<void(Puppet&)> right;
    std::function<void(Puppet&)> wrong;
};

void expect_caught(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        SCOPED_TRACE(row.violation);
        Puppet puppet;
        ASSERT_NO_THROW(row.right(puppet));
        std::string caught = "nothing";
        try {
            row.wrong(puppet);
        } catch (const Violation& violation) {
            caught = violation.what();
        }
        EXPECT_EQ(caught, row.violation);
    }
}

}  // namespace

TEST(Checks, CatchTransfersThatMustNotBe) {
    expect_caught({
        {"two transfers of one kind at once",
         [](Puppet& one) {
             one.step({transfer(1)}).answer(1, {transfer(2)});
             one.step({transfer(3, {}, Purpose::report)});
         },
         [](Puppet& one) { one.step({transfer(4)}); }},
        {"a transfer before PnP had its time",
         [](Puppet& one) {
             one.step({phone::AskPnp{}}).step({phone::StopPnp{}, transfer(1)});
             one.boot().step({phone::AskPnp{}});
         },
         [](Puppet& one) { one.step({transfer(1)}); }},
        {"PnP asked twice after one boot",
         [](Puppet& one) {
             one.step({phone::AskPnp{}}).boot().step({phone::AskPnp{}, phone::StopPnp{}});
         },
         [](Puppet& one) { one.step({phone::AskPnp{}}); }},
        {"credentials for a server that nobody named",
         [](Puppet& one) { one.step({transfer_to("http://other.test/a.xml")}); },
         [](Puppet& one) {
             one.answer(1, {with_password(transfer_to("http://other.test/a.xml"), "Digest")});
         }},
        {"credentials before a challenge",
         [](Puppet& one) { one.step({with_password(transfer(1), "Digest")}); },
         [](Puppet& one) { one.answer(1, {with_password(transfer(1), "")}); }},
        {"the redirect service asked too early",
         [](Puppet& one) {
             one.step({transfer(1, {}, Purpose::redirect)}).answer(1, {}).after(60s);
             one.step({transfer(2, {}, Purpose::redirect)}).answer(2, {});
         },
         [](Puppet& one) {  // now it is two minutes
             one.after(60s).step({transfer(3, {}, Purpose::redirect)});
         }},
        {"a retry earlier than its delay",
         [](Puppet& one) {
             one.step({timer("retry_wait")}).after(60s);
             one.step({transfer(1, ResyncCause::retry)});
             one.answer(1, {pass_ended("failed"), timer("retry_wait")});
         },
         [](Puppet& one) { one.after(59s).step({transfer(2, ResyncCause::retry)}); }},
        {"a periodic resync before its time",
         [](Puppet& one) {
             one.step({timer("periodic_wait")}).after(600s);
             one.step({transfer(1, ResyncCause::periodic)});
             one.answer(1, {pass_ended("succeeded"), timer("periodic_wait")});
         },
         [](Puppet& one) { one.after(599s).step({transfer(2, ResyncCause::periodic)}); }},
        {"an upgrade retried earlier than its delay",
         [](Puppet& one) {
             one.step({upgrade("requested"), upgrade("failed")}).after(1800s);
             one.step({upgrade("requested"), upgrade("failed")}).after(60s);
             one.step(Told{phone::UpgradeRequested{}}, {accepted, upgrade("requested")});
             one.step({upgrade("failed")});
         },
         [](Puppet& one) { one.step({upgrade("requested")}); }},
        {"a timer in the past",
         [](Puppet& one) { one.after(9s).step({timer("retry_wait", one.now)}); },
         [](Puppet& one) { one.step({timer("retry_wait", one.now - 1s)}); }},
    });
}

TEST(Checks, CatchWhatDisturbsACall) {
    const std::string violation = "a resync during a call before its bound";
    expect_caught({
        {violation,  // it waits from its request
         [](Puppet& one) {
             one.busy().step(resync_request(), {accepted}).after(300s);
             one.step({transfer(1, ResyncCause::request)});
             one.answer(1, {pass_ended("failed")}).step(resync_request(), {accepted}).after(299s);
         },
         [](Puppet& one) { one.step({transfer(2, ResyncCause::request)}); }},
        {violation,  // it waits from when it met the call
         [](Puppet& one) {
             one.busy().step({met_a_call()}).after(300s);
             one.step({transfer(1, ResyncCause::periodic)}).answer(1, {pass_ended("failed")});
             one.step({met_a_call()}).after(299s);
         },
         [](Puppet& one) { one.step({transfer(2, ResyncCause::periodic)}); }},
        {violation,  // another one waited
         [](Puppet& one) { one.busy().step({met_a_call()}).after(300s); },
         [](Puppet& one) { one.step({transfer(1, ResyncCause::request)}); }},
        {violation,  // nothing but a restart waited
         [](Puppet& one) {
             Observed restart = met_a_call();
             restart.effect = profile::Effect::reboot;
             one.busy().step({restart}).after(300s);
         },
         [](Puppet& one) { one.step({transfer(1)}); }},
        {violation,  // refused, so nothing waited
         [](Puppet& one) {
             one.busy().step(resync_request(), {phone::AnswerRequest{}}).after(300s);
         },
         [](Puppet& one) { one.step({transfer(1, ResyncCause::request)}); }},
        {violation,  // the question for PnP is a part of it
         [](Puppet& one) {
             one.busy().step({phone::AskPnp{}, phone::StopPnp{}});
         },
         [](Puppet& one) { one.after(300s).step({transfer(1)}); }},
        {"a restart during a call",
         [](Puppet& one) {
             one.step({phone::Restart{}}).busy();
             one.step({phone::Reboot{phone::BootReason::user}});
         },
         [](Puppet& one) { one.step({phone::Restart{}}); }},
        {"a restart during a call",
         [](Puppet& one) { one.busy(); },
         [](Puppet& one) { one.step({phone::Reboot{phone::BootReason::sip}}); }},
    });
}

TEST(Checks, CatchProfilesThatMustNotCount) {
    const auto change = [](Puppet& one) { return [&one] { one.set("GPP_A", "version 9"); }; };
    const std::string stale =
        "a pass succeeded and the phone has another profile than the server gave";
    expect_caught({
        {"a partly read profile was applied",
         [&](Puppet& one) { one.step({transfer(1)}).answer(1, {transfer(2)}, change(one)); },
         [&](Puppet& one) {
             const phone::Event part = Puppet::answered(2, 200);
             one.step({part, false}, {}, [&] { one.set("GPP_A", "version 10"); });
         }},
        {"a part of an attempt was applied",
         [&](Puppet& one) {
             one.rules.all_or_nothing = true;
             one.step({transfer(1)}).answer(1, {pass_ended("succeeded")}, change(one));
             one.step(Told{phone::ValuesSubmitted{}}, {}, [&] { one.set("GPP_A", "mine"); });
             one.step({transfer(2)});
         },
         [&](Puppet& one) { one.answer(2, {transfer(3)}, change(one)); }},
        {"an attempt succeeded that had failed in part",
         [](Puppet& one) {
             one.rules.all_or_nothing = true;
             one.step({transfer(1)});
             one.step(Told{Puppet::answered(1, 404)}, {transfer(2)});
             one.answer(2, {pass_ended("succeeded")}).step({transfer(3)});
             one.step(Told{Puppet::answered(3, 503)}, {transfer(4)});
         },
         [](Puppet& one) { one.answer(4, {pass_ended("succeeded")}); }},
        {stale,
         [&](Puppet& one) {
             one.step({transfer(1)});
             one.answer(1, {pass_ended("succeeded")}, change(one), "version 9");
             one.step({transfer(2)});
         },
         [](Puppet& one) {  // a 304 about the tenth
             one.step({Puppet::answered(2, 304), true, "version 10"}, {pass_ended("succeeded")});
         }},
        {"a terminal customization state was left",
         [](Puppet& one) {
             one.memory.customization = phone::CustomizationState::aborted;
             one.step(reset_request(), {}, [&] {
                 one.memory.customization = phone::CustomizationState::open;
             });
             one.step(Told{phone::DeadlineReached{}}, {}, [&] {
                 one.memory.customization = phone::CustomizationState::acquired;
             });
         },
         [](Puppet& one) {
             one.step(Told{phone::DeadlineReached{}}, {}, [&] {
                 one.memory.customization = phone::CustomizationState::pending;
             });
         }},
        {"the firmware that runs was installed again",
         [](Puppet& one) {
             one.step(Told{phone::DeadlineReached{}}, {upgrade("activated")}, [&] {
                 one.memory.firmware.own().running = "2.0";
             });
         },
         [](Puppet& one) { one.step({upgrade("activated")}); }},
        {"something is remembered and not saved",
         [](Puppet& one) { Checks::saved(one.memory, one.memory); },
         [](Puppet& one) {
             const phone::Memory saved = one.memory;
             one.set("GPP_A", "new");
             Checks::saved(saved, one.memory);
         }},
    });
}

TEST(Checks, CatchSecretsWhereTheyMustNotBe) {
    const auto harmless = [](Puppet& one) {
        one.step({phone::Log{}, phone::AnswerRequest{}, upgrade("refused"), transfer(1), saves});
        one.answer(1, {});
    };
    const auto says = [](phone::Action action) {
        return [action = std::move(action)](Puppet& one) { one.step({action}); };
    };
    phone::StartTransfer report = transfer(1, {}, Purpose::report);
    report.body = "<a>" + hush + "</a>";
    phone::StartTransfer agent = transfer(1);
    agent.user_agent = hush;
    Observed seen = upgrade("failed");
    seen.detail = hush;
    expect_caught({
        {"a secret in the log",
         harmless,
         says(phone::Log{phone::LogEvent::report_sent, "password " + hush + "!", false})},
        {"a secret in an answer", harmless, says(phone::AnswerRequest{{}, true, hush})},
        {"a secret in what is observed", harmless, says(seen)},
        {"a secret in a URL", harmless, says(transfer_to("http://p.test/a?p=" + hush))},
        {"a secret in a report", harmless, says(report)},
        {"a secret in a User-Agent", harmless, says(agent)},
        {"a secret in the provisioning status",
         harmless,
         [](Puppet& one) {
             one.memory.remember(phone::ResyncRecord{{}, "http://p/" + hush, ""});
             one.step({saves});
         }},
        {"a secret in the provisioning status",
         harmless,
         [](Puppet& one) {
             one.memory.remember(phone::ResyncRecord{{}, "", "no " + hush});
             one.step({saves});
         }},
        {"a secret in the upgrade status",
         harmless,
         [](Puppet& one) {
             one.memory.remember(phone::UpgradeRecord{{}, false, "", "no " + hush});
             one.step({saves});
         }},
        {"a secret in a recording",
         [](Puppet& /*one*/) { Checks::recorded(R"({"at":0,"body":"*masked*"})"); },
         [](Puppet& /*one*/) { Checks::recorded(R"({"body":")" + hush + R"("})"); }},
    });
}

TEST(Checks, CatchSilence) {
    const auto listen = [](Puppet& one, std::optional<TimePoint> deadline) {
        one.checks().not_silent(deadline, one.memory, one.now);
    };
    const auto silent = [=](Puppet& one) { listen(one, {}); };
    expect_caught({
        {"silent for ever",
         [=](Puppet& one) {
             listen(one, one.now + 600s);
             one.step({transfer(1)});
             listen(one, {});  // its answer will come
             one.answer(1, {pass_ended("failed")});
         },
         silent},
        {"silent for two months",
         [=](Puppet& one) { listen(one, one.now + 1000h); },
         [=](Puppet& one) { listen(one, one.now + 2000h); }},
        {"silent for ever",  // a timer is never, but no pass has ended yet
         [=](Puppet& one) {
             Puppet ended;
             ended.rules.may_rest = true;
             listen(ended.step({transfer(1)}).answer(1, {pass_ended("failed")}), {});
             one.rules.may_rest = true;
         },
         silent},
        {"silent for ever",  // no boot resyncs, but there was a success before
         [=](Puppet& one) {
             one.rules.boots_resync = false;
             listen(one, {});
             one.memory.synced_once = true;
         },
         silent},
    });
}

}  // namespace onhook::swarm
