// What a registration sends, and what it learns of itself from the answers.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "wire/httpauth/authorization.h"
#include "wire/sip/registration.h"

namespace onhook::wire::sip {

namespace {

struct Asker {
    std::string_view challenge;
    std::string_view answer;
    int status;
};

constexpr std::array<Asker, 2> auth_headers = {{
    {"WWW-Authenticate", "Authorization", 401},
    {"Proxy-Authenticate", "Proxy-Authorization", 407},
}};

std::string_view name_of(Transport transport) {
    switch (transport) {
        case Transport::udp:
            return "UDP";
        case Transport::tcp:
            return "TCP";
        case Transport::tls:
            break;
    }
    return "TLS";
}

// The strongest Digest of these headers. Basic would show the password (RFC 3261 22).
std::optional<httpauth::DigestChallenge> digest_of(const Message& response, std::string_view name) {
    std::optional<httpauth::DigestChallenge> best;
    for (const Header& header : response.headers) {
        if (!equals_ignoring_case(header.name(), name)) {
            continue;
        }
        const auto challenges = httpauth::parse_challenges(header.value());
        if (!challenges) {
            continue;
        }
        for (const httpauth::Challenge& challenge : *challenges) {
            const auto* digest = std::get_if<httpauth::DigestChallenge>(&challenge);
            const auto is_md5 = [](const httpauth::DigestChallenge& one) {
                return httpauth::is_md5(one.algorithm.value_or(httpauth::Algorithm::md5));
            };
            if (digest != nullptr && (!best || (is_md5(*best) && !is_md5(*digest)))) {
                best = *digest;
            }
        }
    }
    return best;
}

std::optional<std::uint16_t> port_or_none(std::uint16_t port) {
    return port == 0 ? std::nullopt : std::optional(port);
}

std::optional<Host> host_of(std::string_view address) {
    if (address.find(':') != std::string_view::npos && !address.starts_with('[')) {
        const std::string bracketed = fmt::format("[{}]", address);
        return is_host(bracketed) ? std::optional(Host(bracketed)) : std::nullopt;
    }
    return is_host(address) ? std::optional(Host(address)) : std::nullopt;
}

}  // namespace

std::uint16_t LocalAddress::port(Transport transport) const noexcept {
    switch (transport) {
        case Transport::udp:
            return udp;
        case Transport::tcp:
            return tcp;
        case Transport::tls:
            break;
    }
    return tls;
}

// Whether there is something new to answer: a challenge that was answered and comes again without
// `stale` says that the password is wrong.
bool Registration::take_challenges(const Message& response) {
    bool taken = false;
    for (std::size_t i = 0; i < askers; ++i) {
        if (response.response()->status != auth_headers.at(i).status) {
            continue;
        }
        auto challenge = digest_of(response, auth_headers.at(i).challenge);
        auto& known = answerables_.at(i);
        // What was signed ahead with an old nonce is no wrong password: the first challenge of an
        // attempt is always worth an answer.
        const bool again = known && challenges_ > 0 && challenge && !challenge->stale;
        if (!challenge || again) {
            known.reset();
            return false;
        }
        known = Answerable{*std::move(challenge)};
        taken = true;
    }
    return taken;
}

// RFC 3261 18.2.1, RFC 3581 4: how the server saw us. Over TCP and TLS the port is one of a
// connection: it counts only where the address is another's, whose translation lets nothing else
// in, or where we have no port of our own.
void Registration::learn_address(const Message& response) {
    if (response.vias.empty()) {
        return;
    }
    const Via& via = response.vias.front();
    const std::string_view received = via.params.value("received");
    const auto host = received.empty() ? std::optional(local_.host) : host_of(received);
    if (!host) {
        return;
    }
    const Transport transport = targets_[target_].transport;
    const bool elsewhere = host->str() != local_.host.str();
    auto port = parse_number<std::uint16_t>(via.params.value("rport")).value_or(0);
    const std::uint16_t own = local_.port(transport);
    if (port == 0 || (is_reliable(transport) && !elsewhere && own != 0)) {
        port = own;
    }
    seen_contact_ = contact_uri(*host, port);
}

SipUri Registration::contact_uri(const Host& host, std::uint16_t port) const {
    SipUri uri(UriScheme::sip, account_.user, host, port_or_none(port));
    const Transport transport = targets_[target_].transport;
    if (transport != Transport::udp) {
        uri.set_param("transport", lower(name_of(transport)));
    }
    return uri;
}

// RFC 3261 10.2
Message Registration::make_request() {
    const Transport transport = targets_[target_].transport;
    SipUri own(UriScheme::sip, account_.user, account_.domain);
    NameAddr from{account_.display_name, own, {}};
    from.params.set("tag", tag_);
    Via via{name_of(transport), local_.host, port_or_none(local_.port(transport)), {}};
    via.params.set("branch", std::string(magic_cookie) + random_word());
    via.params.set("rport");
    Message request{.start = Request{"REGISTER", SipUri(UriScheme::sip, "", account_.domain)},
                    .vias = {via},
                    .max_forwards = 70,
                    .from = from,
                    .to = {account_.display_name, own, {}},
                    .call_id = call_id_,
                    .cseq = {++cseq_, "REGISTER"}};
    if (state_ != State::leaving) {  // what is taken back is what was registered
        contact_ =
            seen_contact_ ? *seen_contact_ : contact_uri(local_.host, local_.port(transport));
    }
    request.headers.emplace_back(
        "Contact", fmt::format("<{}>;expires={}", contact_->to_string(), expires_.count()));
    if (outdated_contact_) {
        request.headers.emplace_back("Contact",
                                     fmt::format("<{}>;expires=0", outdated_contact_->to_string()));
    }
    request.headers.emplace_back("Expires", std::to_string(expires_.count()));
    if (!account_.user_agent.empty()) {
        request.headers.emplace_back("User-Agent", account_.user_agent);
    }
    sign(request);
    return request;
}

void Registration::sign(Message& request) {
    const std::string uri = request.request()->uri.to_string();
    for (std::size_t i = 0; i < askers; ++i) {
        if (auto& known = answerables_.at(i)) {
            const httpauth::ClientNonce client{random_word(),
                                               fmt::format("{:08x}", ++known->count)};
            const Secret<std::string> answer =
                httpauth::answer(known->challenge,
                                 {account_.auth_user.empty() ? account_.user : account_.auth_user,
                                  account_.password},
                                 {"REGISTER", uri},
                                 client);
            request.headers.emplace_back(auth_headers.at(i).answer, answer.reveal());
        }
    }
}

}  // namespace onhook::wire::sip
