#include "wire/httpauth/authorization.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "wire/httpauth/base64.h"
#include "wire/httpauth/grammar.h"

namespace onhook::wire::httpauth {

namespace {

DigestCredentials sign(const DigestChallenge& challenge,
                       const Account& account,
                       const Signed& request,
                       const ClientNonce& client) {
    DigestCredentials credentials;
    credentials.username = account.username;
    credentials.realm = challenge.realm;
    credentials.nonce = challenge.nonce;
    credentials.uri = request.uri;
    credentials.algorithm = challenge.algorithm;
    credentials.opaque = challenge.opaque;
    if (challenge.qop_auth) {
        credentials.client = client;
    }
    const Algorithm algorithm = challenge.algorithm.value_or(Algorithm::md5);
    const DigestInput input{.algorithm = algorithm,
                            .nonce = challenge.nonce,
                            .method = request.method,
                            .uri = request.uri,
                            .client = challenge.qop_auth ? &client : nullptr};
    credentials.response = digest_response(input, digest_ha1(algorithm, account, challenge.realm));
    return credentials;
}

std::string print_one(const BasicCredentials& credentials) {
    const Secret<std::string> pair(credentials.username + ":" + credentials.password.reveal());
    return "Basic " + to_base64(pair.reveal());
}

std::string print_one(const DigestCredentials& credentials) {
    std::string out = "Digest username=" + quoted(credentials.username);
    out += ", realm=" + quoted(credentials.realm);
    out += ", nonce=" + quoted(credentials.nonce);
    out += ", uri=" + quoted(credentials.uri);
    if (credentials.algorithm) {
        out += ", algorithm=";
        out += to_string(*credentials.algorithm);
    }
    if (credentials.client) {
        out += ", qop=auth, nc=" + credentials.client->count;
        out += ", cnonce=" + quoted(credentials.client->cnonce);
    }
    out += ", response=" + quoted(credentials.response);
    if (credentials.opaque) {
        out += ", opaque=" + quoted(*credentials.opaque);
    }
    return out;
}

bool is_hex(std::string_view text, std::size_t length) {
    return text.size() == length &&
           std::all_of(text.begin(), text.end(), [](char c) { return hex_digit(c) >= 0; });
}

Failure<ParseError> lacks(std::string_view what) { return Failure{ParseError{0, what}}; }

Result<Credentials, ParseError> read_basic(const SchemeItem& item) {
    auto pair = from_base64(item.token68);
    if (!pair) {
        return lacks("Basic with a Base64 text");
    }
    const Secret<std::string> opened(*std::move(pair));
    const std::string_view text = opened.reveal();
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return lacks("Basic with user:password inside");
    }
    return Credentials(BasicCredentials{std::string(text.substr(0, colon)),
                                        Secret<std::string>(std::string(text.substr(colon + 1)))});
}

// RFC 7616 3.4: qop, nc and cnonce come together or not at all.
Result<std::optional<ClientNonce>, ParseError> read_client_nonce(const SchemeItem& item) {
    const auto qop = item.find("qop");
    const auto count = item.find("nc");
    auto cnonce = item.find("cnonce");
    if (!qop && !count && !cnonce) {
        return std::optional<ClientNonce>();
    }
    if (!qop || !equals_ignoring_case(*qop, "auth")) {
        return lacks("qop=auth");
    }
    if (!cnonce || !count || !is_hex(*count, 8)) {
        return lacks("a cnonce, and nc with eight hex digits");
    }
    return std::optional(ClientNonce{*std::move(cnonce), *count});
}

Result<Credentials, ParseError> read_digest_credentials(const SchemeItem& item) {
    DigestCredentials credentials;
    for (const auto& [name, field] : {std::pair("username", &credentials.username),
                                      std::pair("realm", &credentials.realm),
                                      std::pair("nonce", &credentials.nonce),
                                      std::pair("uri", &credentials.uri),
                                      std::pair("response", &credentials.response)}) {
        auto value = item.find(name);
        if (!value) {
            return lacks("Digest with username, realm, nonce, uri and response");
        }
        *field = *std::move(value);
    }
    if (const auto name = item.find("algorithm")) {
        credentials.algorithm = parse_algorithm(*name);
        if (!credentials.algorithm) {
            return lacks("algorithm MD5 or SHA-256, or their -sess forms");
        }
    }
    auto client = read_client_nonce(item);
    if (!client) {
        return Failure{client.error()};
    }
    credentials.client = *std::move(client);
    credentials.opaque = item.find("opaque");
    const Algorithm algorithm = credentials.algorithm.value_or(Algorithm::md5);
    if (!credentials.client && is_session(algorithm)) {
        return lacks("qop with a -sess algorithm");
    }
    if (!is_hex(credentials.response, response_length(algorithm))) {
        return lacks("a response of 32 hex digits, or 64 with SHA-256");
    }
    credentials.response = lower(credentials.response);
    return Credentials(std::move(credentials));
}

}  // namespace

Secret<std::string> answer(const Challenge& challenge,
                           const Account& account,
                           const Signed& request,
                           const ClientNonce& client) {
    if (const auto* digest = std::get_if<DigestChallenge>(&challenge)) {
        return print(sign(*digest, account, request, client));
    }
    return print(BasicCredentials{account.username, account.password});
}

Result<Credentials, ParseError> parse_authorization(std::string_view value) {
    const auto items = parse_items(value);
    if (!items) {
        return Failure{items.error()};
    }
    if (items->size() == 1 && items->front().scheme == "basic") {
        return read_basic(items->front());
    }
    if (items->size() == 1 && items->front().scheme == "digest") {
        return read_digest_credentials(items->front());
    }
    return lacks("one answer, Basic or Digest");
}

Secret<std::string> print(const Credentials& credentials) {
    return std::visit([](const auto& one) { return Secret<std::string>(print_one(one)); },
                      credentials);
}

bool verify(const DigestCredentials& credentials,
            std::string_view method,
            const Secret<std::string>& ha1) {
    const DigestInput input{.algorithm = credentials.algorithm.value_or(Algorithm::md5),
                            .nonce = credentials.nonce,
                            .method = method,
                            .uri = credentials.uri,
                            .client = credentials.client ? &*credentials.client : nullptr};
    // As secrets, so that they are compared in constant time.
    return Secret<std::string>(digest_response(input, ha1)) ==
           Secret<std::string>(credentials.response);
}

}  // namespace onhook::wire::httpauth
