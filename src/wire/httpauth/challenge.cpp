#include "wire/httpauth/challenge.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "wire/httpauth/grammar.h"

namespace onhook::wire::httpauth {

namespace {

std::optional<Challenge> read_digest_challenge(const SchemeItem& item) {
    auto realm = item.find("realm");
    auto nonce = item.find("nonce");
    if (!realm || !nonce) {
        return std::nullopt;
    }
    DigestChallenge challenge;
    challenge.realm = *std::move(realm);
    challenge.nonce = *std::move(nonce);
    challenge.opaque = item.find("opaque");
    challenge.stale = equals_ignoring_case(item.find("stale").value_or(""), "true");
    if (const auto name = item.find("algorithm")) {
        challenge.algorithm = parse_algorithm(*name);
        if (!challenge.algorithm) {
            return std::nullopt;
        }
    }
    if (const auto qop = item.find("qop")) {
        const auto words = split(*qop, ',');
        challenge.qop_auth = std::any_of(words.begin(), words.end(), [](std::string_view word) {
            return equals_ignoring_case(trim(word), "auth");
        });
        if (!challenge.qop_auth) {
            return std::nullopt;
        }
    }
    // A session key is made with a cnonce, which only exists with qop.
    if (!challenge.qop_auth && is_session(challenge.algorithm.value_or(Algorithm::md5))) {
        return std::nullopt;
    }
    return challenge;
}

std::optional<Challenge> read_challenge(const SchemeItem& item) {
    if (item.scheme == "basic") {
        return BasicChallenge{item.find("realm").value_or("")};
    }
    if (item.scheme == "digest") {
        return read_digest_challenge(item);
    }
    return std::nullopt;
}

int strength(const Challenge& challenge) noexcept {
    const auto* digest = std::get_if<DigestChallenge>(&challenge);
    if (digest == nullptr) {
        return 0;
    }
    return is_md5(digest->algorithm.value_or(Algorithm::md5)) ? 1 : 2;
}

std::string print_one(const BasicChallenge& challenge) {
    return "Basic realm=" + quoted(challenge.realm);
}

std::string print_one(const DigestChallenge& challenge) {
    std::string out = "Digest realm=" + quoted(challenge.realm);
    out += ", nonce=" + quoted(challenge.nonce);
    if (challenge.qop_auth) {
        out += ", qop=\"auth\"";
    }
    if (challenge.algorithm) {
        out += ", algorithm=";
        out += to_string(*challenge.algorithm);
    }
    if (challenge.opaque) {
        out += ", opaque=" + quoted(*challenge.opaque);
    }
    if (challenge.stale) {
        out += ", stale=true";
    }
    return out;
}

}  // namespace

Result<std::vector<Challenge>, ParseError> parse_challenges(std::string_view value) {
    const auto items = parse_items(value);
    if (!items) {
        return Failure{items.error()};
    }
    std::vector<Challenge> challenges;
    for (const SchemeItem& item : *items) {
        if (auto challenge = read_challenge(item)) {
            challenges.push_back(*std::move(challenge));
        }
    }
    return challenges;
}

const Challenge* strongest(std::span<const Challenge> challenges) noexcept {
    const auto best = std::max_element(
        challenges.begin(), challenges.end(), [](const Challenge& a, const Challenge& b) {
            return strength(a) < strength(b);
        });
    return best == challenges.end() ? nullptr : &*best;
}

std::string print(const Challenge& challenge) {
    return std::visit([](const auto& one) { return print_one(one); }, challenge);
}

}  // namespace onhook::wire::httpauth
