#include "wire/sip/digest_guard.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"
#include "base/text.h"
#include "wire/httpauth/authorization.h"
#include "wire/httpauth/challenge.h"

namespace onhook::wire::sip {

namespace {

using httpauth::Algorithm;
using httpauth::DigestCredentials;

constexpr std::size_t mac_length = 32;  // hex digits: half of an HMAC-SHA-256

std::int64_t seconds_of(TimePoint now) {
    return std::chrono::duration_cast<Seconds>(now.time_since_epoch()).count();
}

// The credentials of a request for this realm; there may be some for other realms beside them.
std::optional<DigestCredentials> credentials_for(std::string_view realm, const Message& request) {
    for (const Header& header : request.headers) {
        if (!equals_ignoring_case(header.name(), "Authorization")) {
            continue;
        }
        const auto read = httpauth::parse_authorization(header.value());
        const auto* digest = read ? std::get_if<DigestCredentials>(&*read) : nullptr;
        if (digest != nullptr && digest->realm == realm) {
            return *digest;
        }
    }
    return std::nullopt;
}

// B.4: the digest-uri is the Request-URI as it was sent.
bool is_signed_by(const LineAccount& account,
                  const DigestCredentials& credentials,
                  const Request& request) {
    const bool known =
        std::find(account.users.begin(), account.users.end(), credentials.username) !=
        account.users.end();
    if (!known || credentials.algorithm.value_or(Algorithm::md5) != Algorithm::md5 ||
        credentials.uri != request.uri.to_string()) {
        return false;
    }
    const httpauth::Account signer{credentials.username, account.password};
    return httpauth::verify(
        credentials, request.method, httpauth::digest_ha1(Algorithm::md5, signer, account.realm));
}

}  // namespace

DigestGuard::DigestGuard(Secret<std::string> secret, const Policy& policy)
    : secret_(std::move(secret)), policy_(policy) {
    CHECK(!secret_.empty());
    CHECK(policy_.used_limit > 0);
}

Header DigestGuard::challenge(std::string_view realm, Verdict verdict, TimePoint now) {
    const httpauth::DigestChallenge challenge{.realm = std::string(realm),
                                              .nonce = nonce_of({seconds_of(now), ++serial_}),
                                              .opaque = std::nullopt,
                                              .algorithm = Algorithm::md5,
                                              .qop_auth = true,
                                              .stale = verdict == Verdict::stale};
    return Header("WWW-Authenticate", httpauth::print(challenge));
}

Verdict DigestGuard::check(const Message& request, const LineAccount& account, TimePoint now) {
    CHECK(request.request() != nullptr);
    const auto credentials = credentials_for(account.realm, request);
    if (!credentials) {
        return Verdict::missing;
    }
    if (!is_signed_by(account, *credentials, *request.request())) {
        return Verdict::wrong;
    }
    const auto mark = read_nonce(credentials->nonce);
    // Without qop there is no counter: the highest one, so that no other request follows.
    const auto count = credentials->client
                           ? parse_number<std::uint32_t>(credentials->client->count, 16)
                           : std::numeric_limits<std::uint32_t>::max();
    return mark && use(*mark, count.value_or(0), now) ? Verdict::accepted : Verdict::stale;
}

// "second.serial.MAC", in hex
std::string DigestGuard::nonce_of(const Mark& mark) const {
    const std::string stamp = fmt::format("{:x}.{:x}", mark.second, mark.serial);
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned length = 0;
    const unsigned char* made = HMAC(EVP_sha256(),
                                     secret_.reveal().data(),
                                     static_cast<int>(secret_.reveal().size()),
                                     reinterpret_cast<const unsigned char*>(stamp.data()),
                                     stamp.size(),
                                     mac.data(),
                                     &length);
    CHECK(made != nullptr);
    const std::string hex = to_hex({reinterpret_cast<const char*>(mac.data()), length});
    return stamp + "." + hex.substr(0, mac_length);
}

std::optional<DigestGuard::Mark> DigestGuard::read_nonce(std::string_view nonce) const {
    const auto parts = split(nonce, '.');
    if (parts.size() != 3) {
        return std::nullopt;
    }
    const auto second = parse_number<std::int64_t>(parts[0], 16);
    const auto serial = parse_number<std::uint64_t>(parts[1], 16);
    if (!second || !serial) {
        return std::nullopt;
    }
    const Mark mark{*second, *serial};
    // As secrets, so that they are compared in constant time.
    const bool ours =
        Secret<std::string>(nonce_of(mark)) == Secret<std::string>(std::string(nonce));
    return ours ? std::optional(mark) : std::nullopt;
}

// False when it is too old or its counter does not rise.
bool DigestGuard::use(const Mark& mark, std::uint32_t count, TimePoint now) {
    const std::int64_t lifetime =
        std::chrono::duration_cast<Seconds>(policy_.nonce_lifetime).count();
    const std::int64_t oldest = seconds_of(now) - lifetime;
    used_.erase(used_.begin(), used_.lower_bound(Mark{oldest, 0}));
    if (mark.second < oldest || (forgotten_ && mark <= *forgotten_)) {
        return false;
    }
    const auto used = used_.find(mark);
    if (count <= (used != used_.end() ? used->second : 0)) {
        return false;
    }
    used_.insert_or_assign(mark, count);
    if (used_.size() > policy_.used_limit) {
        forgotten_ = used_.begin()->first;
        used_.erase(used_.begin());
    }
    return true;
}

}  // namespace onhook::wire::sip
