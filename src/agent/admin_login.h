#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace onhook::agent {

// The login of the web utility's administrator: HTTP Digest, MD5, user "admin" (cisco-mpp.md
// 10.1). A nonce opens the door once, so a request that somebody overheard is worth nothing.
class AdminLogin {
  public:
    static constexpr std::string_view user = "admin";
    static constexpr std::size_t most_nonces = 32;  // that were given out and not used yet

    enum class Verdict { granted, refused, stale };  // stale: right, but its nonce is used or old

    explicit AdminLogin(std::string realm) : realm_(std::move(realm)) {}

    // A WWW-Authenticate value with a new nonce.
    [[nodiscard]] std::string challenge(bool stale = false);

    // `authorization` is the request's header, maybe empty; `target` its target as sent.
    [[nodiscard]] Verdict check(std::string_view authorization,
                                std::string_view method,
                                std::string_view target,
                                const Secret<std::string>& password);

  private:
    std::string realm_;
    std::deque<std::string> nonces_;  // oldest first
};

}  // namespace onhook::agent
