#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "wire/httpauth/authorization.h"
#include "wire/sip/registration.h"
#include "wire/sip/responses.h"

namespace onhook::wire::sip {

inline RegistrationAccount alice() {
    return {.domain = "example.com",
            .user = "1001",
            .auth_user = "",
            .password = Secret<std::string>("s3cret"),
            .display_name = "Alice",
            .user_agent = "Test/1",
            .expires = 100s};
}

// A registration, what it ordered, and answers as a registrar gives them.
struct DrivenRegistration {
    explicit DrivenRegistration(RegistrationAccount its_account = alice(),
                                const RegistrationPolicy& its_policy = {})
        : account(std::move(its_account)), policy(its_policy), machine(account, local, policy, 1) {}

    // A new one, after a change of what it is made of.
    void restart() { machine = Registration(account, local, policy, 1); }

    std::string step(const registration::Event& event) {
        std::string said;
        for (registration::Action& action : machine.step(event, now)) {
            said += said.empty() ? "" : ", ";
            said += describe(action);
        }
        return said;
    }

    std::string describe(registration::Action& action) {
        if (const auto* find = std::get_if<registration::FindTargets>(&action)) {
            lookup = find->lookup;
            return "find";
        }
        if (auto* send = std::get_if<registration::Send>(&action)) {
            attempt = send->attempt;
            request = send->request;
            return "send to " + send->to.address;
        }
        if (const auto* one = std::get_if<registration::Registered>(&action)) {
            return fmt::format(
                "{} for {}", one->was ? "still" : "registered", one->expires.count());
        }
        if (const auto* lost = std::get_if<registration::Lost>(&action)) {
            return "lost: " + lost->why;
        }
        if (const auto* failed = std::get_if<registration::Failed>(&action)) {
            return "failed: " + failed->why;
        }
        return "ended";
    }

    std::string found(const std::vector<std::string>& addresses) {
        std::vector<Route> targets;
        for (const std::string& address : addresses) {
            targets.push_back({transport, address, 5060, 0});
        }
        return step(registration::TargetsFound{lookup, targets, "no such host"});
    }

    std::string begin(const std::vector<std::string>& addresses = {"10.0.0.1"}) {
        step(registration::Started{});
        return found(addresses);
    }

    std::string answer(int status, std::vector<Header> headers = {}) {
        return step(registration::Answered{attempt, response(status, std::move(headers))});
    }

    [[nodiscard]] Message response(int status, std::vector<Header> headers) const {
        return respond(*request, seen_from, "registrar", {.status = status, .headers = headers});
    }

    std::string no_answer() { return step(registration::NotAnswered{attempt, "no answer"}); }

    std::string wait() {
        EXPECT_TRUE(machine.next_deadline().has_value());
        now = machine.next_deadline().value_or(now);
        return step(registration::DeadlineReached{});
    }

    [[nodiscard]] Duration until_deadline() const { return *machine.next_deadline() - now; }

    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string(request->header(name).value_or(""));
    }

    [[nodiscard]] std::vector<std::string> contacts() const {
        std::vector<std::string> all;
        for (const Header& one : request->headers) {
            if (one.name().str() == "Contact") {
                all.push_back(one.value().str());
            }
        }
        return all;
    }

    RegistrationAccount account;
    LocalAddress local{"192.0.2.7", 5060, 5060, 5061};
    RegistrationPolicy policy;
    Registration machine;
    TimePoint now{1000s};
    Transport transport = Transport::udp;
    Route seen_from{Transport::udp, "192.0.2.7", 5060, 0};
    registration::LookupId lookup;
    registration::AttemptId attempt;
    std::optional<Message> request;
};

inline const std::vector<Header> challenge = {
    {"WWW-Authenticate", R"(Digest realm="example.com", nonce="n1", qop="auth", algorithm=MD5)"}};
inline const std::vector<Header> new_challenge = {
    {"WWW-Authenticate", R"(Digest realm="example.com", nonce="n2", qop="auth", algorithm=MD5)"}};
inline const std::vector<Header> stale_challenge = {
    {"WWW-Authenticate",
     R"(Digest realm="example.com", nonce="n3", qop="auth", algorithm=MD5, stale=true)"}};

inline bool is_signed(const DrivenRegistration& driven,
                      std::string_view nonce,
                      std::string_view user = "1001") {
    const auto credentials = httpauth::parse_authorization(driven.header("Authorization"));
    if (!credentials) {
        return false;
    }
    const auto* digest = std::get_if<httpauth::DigestCredentials>(&*credentials);
    return digest != nullptr && digest->nonce == nonce && digest->username == user &&
           digest->uri == "sip:example.com" &&
           httpauth::verify(*digest,
                            "REGISTER",
                            httpauth::digest_ha1(httpauth::Algorithm::md5,
                                                 {std::string(user), Secret<std::string>("s3cret")},
                                                 "example.com"));
}

}  // namespace onhook::wire::sip
