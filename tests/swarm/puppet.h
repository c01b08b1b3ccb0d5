#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "profile/dialect.h"
#include "swarm/checks.h"

// A phone that only says what a test has it say, and what it can say.
namespace onhook::swarm::puppet {

using phone::Observed;
using phone::Purpose;
using profile::ResyncCause;

inline const std::string hush(secret);

inline profile::ParameterId cisco(std::string_view name) {
    return profile::cisco_mpp_catalogue().id_of(name);
}

// A phone that only says what the test has it say.
class Puppet {
  public:
    Puppet() {
        rules.shortest_retry = 60s;
        rules.shortest_period = 600s;
        rules.forced = 300s;
        rules.upgrade_retry = 1800s;
        rules.version = cisco("GPP_A");
        rules.upgrade_rule = cisco("Upgrade_Rule");
    }

    // Told this, the phone orders that.
    Puppet& step(Told told, phone::Actions actions, std::function<void()> change = {}) {
        Checks& all = checks();
        all.before(told, memory);
        if (change) {
            change();
        }
        all.after(actions, memory, now);
        for (const phone::Action& action : actions) {
            all.action(action, memory, now);
        }
        return *this;
    }

    Puppet& step(phone::Actions actions) {
        return step(Told{phone::DeadlineReached{}}, std::move(actions));
    }

    Puppet& after(Duration time) {
        now += time;
        return *this;
    }

    Puppet& busy() {
        checks().lines(true);
        return *this;
    }

    Puppet& boot() {
        checks().boot(false);
        return *this;
    }

    // The answer to the n-th transfer, a document as the server has it.
    Puppet& answer(std::uint32_t n,
                   phone::Actions actions,
                   std::function<void()> change = {},
                   std::string_view version = {}) {
        const phone::Event event = answered(n, 200);
        return step({event, true, version}, std::move(actions), std::move(change));
    }

    static phone::Answered answered(std::uint32_t n, int status) {
        phone::Answered answer;
        answer.transfer = phone::TransferId{n};
        answer.status = status;
        return answer;
    }

    void set(std::string_view name, std::string value) {
        memory.values.set(cisco(name), std::move(value));
    }

    Checks& checks() {
        if (!checks_) {
            checks_.emplace(rules);
        }
        return *checks_;
    }

    Rules rules;
    phone::Memory memory{profile::Values(profile::cisco_mpp_catalogue())};
    TimePoint now{};

  private:
    std::optional<Checks> checks_;
};

inline phone::StartTransfer transfer(std::uint32_t n,
                                     ResyncCause cause = ResyncCause::power_up,
                                     Purpose purpose = Purpose::profile) {
    return {.transfer = phone::TransferId{n},
            .url = *Url::parse("http://p.test/a.xml"),
            .user_agent = {},
            .body = {},
            .content_type = {},
            .authorization = {},
            .keys = {},
            .purpose = purpose,
            .cause = cause};
}

inline phone::StartTransfer transfer_to(const std::string& url) {
    phone::StartTransfer order = transfer(1);
    order.url = *Url::parse(url);
    return order;
}

inline phone::StartTransfer with_password(phone::StartTransfer order, std::string challenge) {
    order.authorization = phone::Authorization{
        {"joe", Secret(hush)}, std::move(challenge), false, phone::AuthScheme::digest};
    return order;
}

inline Observed timer(std::string_view wait, std::optional<TimePoint> due = {}) {
    return {.what = Observed::What::timer, .to = wait, .due = due};
}

inline Observed pass_ended(std::string_view how) {
    return {.what = Observed::What::resync, .to = how};
}

inline Observed upgrade(std::string_view to) { return {.what = Observed::What::upgrade, .to = to}; }

inline Observed met_a_call(ResyncCause cause = ResyncCause::periodic) {
    return {.what = Observed::What::blocked, .to = "line busy", .cause = cause};
}

inline Told reset_request() {
    static const phone::Event event = phone::FactoryResetRequested{};
    return {event};
}

inline Told resync_request() {
    static const phone::Event event = phone::ResyncRequested{phone::RequestId{1}, "", ""};
    return {event};
}

inline const phone::Action accepted = phone::AnswerRequest{phone::RequestId{1}, true, ""};
inline const phone::Action saves = phone::SaveMemory{};

}  // namespace onhook::swarm::puppet
