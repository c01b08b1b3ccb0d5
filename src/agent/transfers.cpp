#include "agent/transfers.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "net/certificate.h"
#include "wire/httpauth/authorization.h"
#include "wire/httpauth/challenge.h"

namespace onhook::agent {

namespace {

// 4.3.
constexpr Duration profile_timeout = 60s;
constexpr Duration firmware_timeout = 300s;
// Of TFTP: firmware is large, and 1428 bytes fit through every tunnel (protocols.md D.4). Profiles
// are asked for without options.
constexpr std::uint16_t image_block = 1428;
// Where no manifest says how large it is.
constexpr std::uint64_t largest_image = std::uint64_t{512} << 20U;

std::string_view verb_of(phone::Method method) {
    switch (method) {
        case phone::Method::get:
            return "GET";
        case phone::Method::put:
            return "PUT";
        case phone::Method::post:
            return "POST";
    }
    return "";
}

net::TransferRequest::Method method_of(phone::Method method) {
    using Method = net::TransferRequest::Method;
    switch (method) {
        case phone::Method::get:
            return Method::get;
        case phone::Method::put:
            return Method::put;
        case phone::Method::post:
            return Method::post;
    }
    return Method::get;
}

// The challenge to answer; null when there is none. Where a scheme is configured, no other is
// answered, and MD5 goes before SHA-256 (flyingvoice.md 8.3, D24).
const wire::httpauth::Challenge* challenge_for(
    phone::AuthScheme scheme, const std::vector<wire::httpauth::Challenge>& challenges) {
    using wire::httpauth::Algorithm;
    if (scheme == phone::AuthScheme::strongest) {
        return wire::httpauth::strongest(challenges);
    }
    const wire::httpauth::Challenge* chosen = nullptr;
    for (const wire::httpauth::Challenge& one : challenges) {
        const auto* digest = std::get_if<wire::httpauth::DigestChallenge>(&one);
        const bool fits = (scheme == phone::AuthScheme::digest) == (digest != nullptr);
        const bool first_choice =
            digest == nullptr || digest->algorithm.value_or(Algorithm::md5) == Algorithm::md5;
        if (fits && (chosen == nullptr || first_choice)) {
            chosen = &one;
        }
    }
    return chosen;
}

// The header that answers a challenge; nothing when it is one that we cannot answer. The request
// then goes out bare and the server's refusal counts. Where nobody asked, Basic is said.
std::optional<net::Header> authorization_header(const phone::StartTransfer& order) {
    const phone::Authorization& authorization = *order.authorization;
    const wire::httpauth::Account account{authorization.credentials.user,
                                          authorization.credentials.password};
    if (authorization.challenge.empty()) {
        const auto basic = wire::httpauth::print(
            wire::httpauth::BasicCredentials{account.username, account.password});
        return net::Header{"Authorization", basic.reveal()};
    }
    const auto challenges = wire::httpauth::parse_challenges(authorization.challenge);
    if (!challenges) {
        return std::nullopt;
    }
    const auto* challenge = challenge_for(authorization.scheme, *challenges);
    if (challenge == nullptr) {
        return std::nullopt;
    }
    const wire::httpauth::ClientNonce nonce{fmt::format("{:016x}", net::Loop::random_seed())};
    const auto value = wire::httpauth::answer(
        *challenge, account, {verb_of(order.method), order.url.target()}, nonce);
    return net::Header{authorization.of_proxy ? "Proxy-Authorization" : "Authorization",
                       value.reveal()};
}

std::string first_of(const net::Headers& headers, std::string_view name) {
    return std::string(net::find_header(headers, name).value_or(""));
}

// All headers of that name as one list: servers offer Basic and Digest in a header each (RFC 9110
// 5.2).
std::string all_of(const net::Headers& headers, std::string_view name) {
    std::string list;
    for (const net::Header& header : headers) {
        if (equals_ignoring_case(header.name, name)) {
            list += list.empty() ? "" : ", ";
            list += header.value;
        }
    }
    return list;
}

phone::TransferFault fault_of(const net::TransferFailure& failure) {
    using Kind = net::TransferFailure::Kind;
    using phone::TransferFault;
    switch (failure.kind) {
        case Kind::dns:
            return TransferFault::dns;
        case Kind::connect:
        case Kind::timeout:
        case Kind::broken:
            return TransferFault::connect;
        case Kind::tls:
            return TransferFault::tls;
        case Kind::too_large:
            return TransferFault::too_large;
        case Kind::tftp:
            return failure.tftp_code == 1 ? TransferFault::tftp_not_found : TransferFault::tftp;
        case Kind::not_found:
            return TransferFault::tftp_not_found;
        case Kind::login:
            return TransferFault::login;
        case Kind::storage:
            return TransferFault::not_stored;
        case Kind::protocol:
            return TransferFault::protocol;
    }
    return TransferFault::protocol;
}

}  // namespace

Transfers::Transfers(net::Loop& loop, Settings settings, Sink sink, Say say)
    : settings_(std::move(settings)),
      fetcher_(loop, settings_.trust),
      sink_(std::move(sink)),
      say_(std::move(say)),
      progress_(loop, fetcher_, [this](std::string text) {
          say_(LogEvent::download_progress, std::move(text));
      }) {}

net::TransferRequest Transfers::request_of(const phone::StartTransfer& order,
                                           net::TlsDemands tls) const {
    SealedBody body = order.upload ? seal_upload(order, settings_.policy)
                                   : SealedBody{order.body.str(), order.content_type.str(), {}};
    if (!order.upload && order.keys.ikm) {
        body.headers.push_back({"Accept-Encoding", "aes128gcm"});  // 1.11
    }
    if (!order.if_none_match.empty()) {
        body.headers.push_back({"If-None-Match", order.if_none_match.str()});
    }
    if (!order.if_modified_since.empty()) {
        body.headers.push_back({"If-Modified-Since", order.if_modified_since.str()});
    }
    std::optional<net::Login> login;
    if (order.authorization && order.url.scheme() == Scheme::ftp) {
        const profile::Credentials& credentials = order.authorization->credentials;
        if (!credentials.user.empty()) {  // flyingvoice.md 8.3: a blank one is anonymous
            login = net::Login{credentials.user, credentials.password};
        }
    } else if (order.authorization) {
        if (auto header = authorization_header(order)) {
            body.headers.push_back(*std::move(header));
        }
    }
    return {
        .id = {},
        .method = method_of(order.method),
        .url = order.url,
        .body = std::move(body.body),
        .content_type = std::move(body.content_type),
        .headers = std::move(body.headers),
        .user_agent = order.user_agent.str(),
        .login = std::move(login),
        .certificate_name = order.certificate_name.str(),
        .tls = std::move(tls),
        .total_timeout =
            order.purpose == phone::Purpose::upgrade ? firmware_timeout : profile_timeout,
        .tftp_block = order.purpose == phone::Purpose::upgrade ? image_block : std::uint16_t{0}};
}

// An image goes to the disk while it arrives, and is no longer than its manifest says.
void Transfers::store(net::TransferRequest& request, const phone::StartTransfer& order) {
    const bool sized = order.store_bytes != 0;
    request.body_limit = static_cast<std::size_t>(sized ? order.store_bytes : largest_image);
    request.file = settings_.images.begin(order.store_as.view());
    progress_.watch(request.id,
                    describe_image(order.store_as.view(), order.store_count),
                    sized ? std::optional(order.store_bytes) : std::nullopt);
}

void Transfers::start(const phone::StartTransfer& order, net::TlsDemands tls) {
    const net::TransferId id{++last_.value};
    running_.emplace(id, order.transfer);
    net::TransferRequest request = request_of(order, std::move(tls));
    request.id = id;
    if (!order.store_as.empty()) {
        store(request, order);
    }
    if (order.purpose == phone::Purpose::authority) {
        request.body_limit = net::authority_file_limit;
    }
    const Opening opening{
        order.keys, order.upload, order.store_as.str(), order.store_count, order.purpose};
    fetcher_.start(
        std::move(request),
        {.server_found =
             [this, id](std::string ip) {
                 sink_(phone::ServerFound{running_.at(id), std::move(ip)});
             },
         .answered = [this, id, opening](
                         net::TransferAnswer answer) { answered(id, std::move(answer), opening); },
         .failed = [this, id](const net::TransferFailure& failure) { failed(id, failure); }});
}

void Transfers::forget() {
    for (const auto& [id, transfer] : running_) {
        fetcher_.cancel(id);
    }
    running_.clear();
}

void Transfers::answered(net::TransferId id, net::TransferAnswer answer, const Opening& opening) {
    const phone::TransferId transfer = running_.at(id);
    running_.erase(id);
    std::optional<phone::StoredFile> stored;
    if (answer.stored) {
        if (const auto kept =
                settings_.images.keep(opening.store_as, opening.store_count, *answer.stored);
            !kept) {
            sink_(phone::TransferFailed{
                transfer, phone::TransferFault::not_stored, kept.error().detail});
            return;
        }
        stored = {answer.stored->size, answer.stored->sha256};
    } else if (answer.status == 200 && !opening.upload) {
        auto opened = open_download(std::move(answer.body),
                                    all_of(answer.headers, "Content-Encoding"),
                                    opening.keys,
                                    settings_.policy);
        if (!opened) {
            sink_(phone::TransferFailed{transfer, opened.error().fault, opened.error().reason});
            return;
        }
        if (opened->plain_despite_key) {
            say_(LogEvent::profile_in_clear, "a profile came in clear although its rule has a key");
        }
        answer.body = std::move(opened->body);
    }
    std::string authority;
    if (answer.status == 200 && opening.purpose == phone::Purpose::authority) {
        auto read = net::read_authorities(answer.body);
        if (!read) {
            sink_(phone::TransferFailed{
                transfer, phone::TransferFault::corrupt, std::move(read).error()});
            return;
        }
        answer.body = std::move(read->certificates);
        authority = std::move(read->first_name);
    }
    const bool proxy = answer.status == 407;
    sink_(phone::Answered{
        .transfer = transfer,
        .status = answer.status,
        .body = std::move(answer.body),
        .location = first_of(answer.headers, "Location"),
        .challenge = all_of(answer.headers, proxy ? "Proxy-Authenticate" : "WWW-Authenticate"),
        .stored = std::move(stored),
        .etag = first_of(answer.headers, "ETag"),
        .last_modified = first_of(answer.headers, "Last-Modified"),
        .authority = std::move(authority)});
}

void Transfers::failed(net::TransferId id, const net::TransferFailure& failure) {
    const phone::TransferId transfer = running_.at(id);
    running_.erase(id);
    sink_(phone::TransferFailed{transfer, fault_of(failure), failure.reason});
}

}  // namespace onhook::agent
