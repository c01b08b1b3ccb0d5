#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "wire/sip/message.h"

// Who may send a NOTIFY (protocols.md B.4; cisco-mpp.md 12): Digest with MD5 and qop=auth, as the
// SIP account of the line has it.

namespace onhook::wire::sip {

struct LineAccount {
    std::string realm;
    std::vector<std::string> users;  // user ID and authentication ID: any of them
    Secret<std::string> password;
};

enum class Verdict : std::uint8_t {
    accepted,
    missing,  // no credentials for this realm that can be read: 401 with a challenge
    stale,    // the password is right, the nonce is too old, used up or of an earlier run: 401
    wrong     // 401 or 403
};

// Makes the nonces and knows them again: they carry the time at which they were made and a MAC, so
// only those that were answered take room. The time is any that goes forward.
class DigestGuard {
  public:
    struct Policy {
        Duration nonce_lifetime = std::chrono::minutes(5);
        std::size_t used_limit = 1000;  // nonces in use; beyond it the oldest become stale
    };

    // `secret` is unguessable, and other in each run.
    DigestGuard(Secret<std::string> secret, const Policy& policy);

    explicit DigestGuard(Secret<std::string> secret) : DigestGuard(std::move(secret), Policy()) {}

    // WWW-Authenticate of a 401. After Verdict::stale the client may try again without asking.
    [[nodiscard]] Header challenge(std::string_view realm, Verdict verdict, TimePoint now);
    // A request that was accepted is not accepted again: its nonce counter has to rise, and without
    // qop a nonce is good for one request.
    [[nodiscard]] Verdict check(const Message& request, const LineAccount& account, TimePoint now);

  private:
    // By which nonces are ordered: when they were made, and the how many-th.
    struct Mark {
        std::int64_t second = 0;
        std::uint64_t serial = 0;

        friend auto operator<=>(const Mark&, const Mark&) = default;
    };

    [[nodiscard]] std::string nonce_of(const Mark& mark) const;
    [[nodiscard]] std::optional<Mark> read_nonce(std::string_view nonce) const;
    [[nodiscard]] bool use(const Mark& mark, std::uint32_t count, TimePoint now);

    Secret<std::string> secret_;
    Policy policy_;
    std::uint64_t serial_ = 0;
    std::map<Mark, std::uint32_t> used_;  // the highest counter of each
    std::optional<Mark> forgotten_;       // this one and all before it are stale
};

}  // namespace onhook::wire::sip
