#include "agent/admin_login.h"

#include <algorithm>
#include <variant>

#include "net/random.h"
#include "wire/httpauth/authorization.h"
#include "wire/httpauth/challenge.h"

namespace onhook::agent {

namespace {

using wire::httpauth::Algorithm;

}  // namespace

std::string AdminLogin::challenge(bool stale) {
    wire::httpauth::DigestChallenge challenge{.realm = realm_,
                                              .nonce = {},
                                              .opaque = {},
                                              .algorithm = Algorithm::md5,
                                              .qop_auth = true,
                                              .stale = stale};
    if (const auto token = net::random_token()) {
        challenge.nonce = token->reveal();
        nonces_.push_back(challenge.nonce);
        if (nonces_.size() > most_nonces) {
            nonces_.pop_front();
        }
    }
    return wire::httpauth::print(challenge);
}

AdminLogin::Verdict AdminLogin::check(std::string_view authorization,
                                      std::string_view method,
                                      std::string_view target,
                                      const Secret<std::string>& password) {
    const auto parsed = wire::httpauth::parse_authorization(authorization);
    const auto* digest =
        parsed ? std::get_if<wire::httpauth::DigestCredentials>(&*parsed) : nullptr;
    if (digest == nullptr || digest->username != user || digest->realm != realm_ ||
        digest->uri != target || digest->algorithm.value_or(Algorithm::md5) != Algorithm::md5) {
        return Verdict::refused;
    }
    const auto ha1 =
        wire::httpauth::digest_ha1(Algorithm::md5, {std::string(user), password}, realm_);
    if (!wire::httpauth::verify(*digest, method, ha1)) {
        return Verdict::refused;
    }
    const auto nonce = std::find(nonces_.begin(), nonces_.end(), digest->nonce);
    if (nonce == nonces_.end()) {
        return Verdict::stale;
    }
    nonces_.erase(nonce);
    return Verdict::granted;
}

}  // namespace onhook::agent
