#include "fleet/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "seal/content.h"
#include "seal/digest.h"

namespace onhook::fleet {

namespace {

// The value of a header; all headers of that name as one list (RFC 9110 5.2).
std::string header_of(const WorldRule& rule, std::string_view name) {
    std::string list;
    for (const auto& [key, value] : rule.headers) {
        if (equals_ignoring_case(key, name)) {
            list += (list.empty() ? "" : ", ") + value;
        }
    }
    return list;
}

// The URL with its port, also where that is the scheme's own.
std::string with_port(const Url& url) {
    const bool ipv6 = url.host().find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}{}",
                       to_string(url.scheme()),
                       ipv6 ? "[" : "",
                       url.host(),
                       ipv6 ? "]" : "",
                       url.port(),
                       url.target());
}

phone::TransferFailed transfer_failed(const phone::StartTransfer& request,
                                      phone::TransferFault fault,
                                      std::string reason) {
    return {request.transfer, fault, std::move(reason)};
}

// TFTP and FTP do not have HTTP's statuses: what it calls "not found" is their error 1 and 550.
phone::Event file_error(const phone::StartTransfer& request, int status) {
    const bool tftp = request.url.scheme() == Scheme::tftp;
    if (status == 404) {
        return transfer_failed(request,
                               phone::TransferFault::tftp_not_found,
                               fmt::format("error {}: file not found", tftp ? 1 : 550));
    }
    return transfer_failed(request,
                           tftp ? phone::TransferFault::tftp : phone::TransferFault::protocol,
                           fmt::format("error {}", status));
}

seal::ContentEncoding encoding_of(const WorldRule& rule) {
    const std::string all = header_of(rule, "Content-Encoding");
    // RFC 9110 8.4: the coding that was applied last stands last.
    const std::string_view last = trim(std::string_view(all).substr(all.rfind(',') + 1));
    return equals_ignoring_case(last, "aes128gcm") ? seal::ContentEncoding::aes128gcm
                                                   : seal::ContentEncoding::none;
}

// A text file may be sealed and need not be (flyingvoice.md D25).
seal::ContentPolicy content_policy(const phone::StartTransfer& request, bool allow_plain_with_key) {
    const bool text = request.keys.of_text;
    return {.allow_plain_with_key = text || allow_plain_with_key,
            .derivation = {},
            .expected = text ? seal::Plaintext::text : seal::Plaintext::profile,
            .pbkdf2 = text};
}

// cisco-mpp.md 1.12: sealed and compressed bodies are opened before the machine sees them.
phone::Event opened(const phone::StartTransfer& request,
                    const WorldRule& rule,
                    phone::Answered answer,
                    bool allow_plain_with_key) {
    if (rule.status != 200 || request.upload || !request.store_as.empty()) {
        return answer;
    }
    auto content = seal::open_content(answer.body.str(),
                                      encoding_of(rule),
                                      {request.keys.key, request.keys.ikm},
                                      content_policy(request, allow_plain_with_key));
    if (!content) {
        const bool wrong_key = seal::error_text(content.error().problem) ==
                               seal::error_text(seal::Problem::decryption_failed);
        return transfer_failed(
            request,
            wrong_key ? phone::TransferFault::undecoded : phone::TransferFault::corrupt,
            content.error().detail);
    }
    answer.body = std::move(content->document);
    return answer;
}

phone::Event answer_of(const phone::StartTransfer& request,
                       const WorldRule& rule,
                       bool allow_plain_with_key) {
    const Scheme scheme = request.url.scheme();
    const bool http = scheme == Scheme::http || scheme == Scheme::https;
    if (rule.fault) {
        return transfer_failed(request, *rule.fault, rule.reason);
    }
    if (!http && rule.status != 200) {
        return file_error(request, rule.status);
    }
    phone::Answered answer{
        .transfer = request.transfer,
        .status = rule.status,
        .body = rule.body,
        .location = header_of(rule, "Location"),
        .challenge =
            header_of(rule, rule.status == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"),
        .stored = {},
        .etag = header_of(rule, "ETag"),
        .last_modified = header_of(rule, "Last-Modified")};
    if (!request.store_as.empty() && rule.status == 200) {
        answer.stored = phone::StoredFile{answer.body.size(), seal::sha256_hex(answer.body.str())};
        answer.body = {};
    }
    if (request.purpose == phone::Purpose::authority && rule.status == 200) {
        // A scenario has no library that knows certificates: what looks like one is one.
        if (rule.body.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
            return transfer_failed(
                request, phone::TransferFault::corrupt, "it holds no certificate in PEM");
        }
        answer.authority = "CA of the scenario";
    }
    return opened(request, rule, std::move(answer), allow_plain_with_key);
}

}  // namespace

bool matches(std::string_view pattern, std::string_view url) {
    // `star` is behind the last `*`, and `tried` is where its text ends so far.
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::string_view::npos;
    std::size_t tried = 0;
    while (at < url.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = ++in_pattern;
            tried = at;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == url[at]) {
            ++in_pattern;
            ++at;
        } else if (star != std::string_view::npos) {
            in_pattern = star;
            at = ++tried;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

WorldRule* World::rule_for(const phone::StartTransfer& request) {
    const std::string url = request.url.to_string();
    const std::string long_url = with_port(request.url);
    const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const WorldRule& rule) {
        return rule.times != 0U && (!rule.method || *rule.method == request.method) &&
               (matches(rule.match, url) || matches(rule.match, long_url));
    });
    return found == rules_.end() ? nullptr : &*found;
}

World::Reply World::reply_to(const phone::StartTransfer& request, bool allow_plain_with_key) {
    WorldRule* rule = rule_for(request);
    if (rule == nullptr) {
        return {transfer_failed(request, phone::TransferFault::connect, "connection refused")};
    }
    if (rule->times) {
        --*rule->times;
    }
    return {answer_of(request, *rule, allow_plain_with_key),
            rule->delay,
            rule->fault != phone::TransferFault::dns};
}

}  // namespace onhook::fleet
