#include "net/transfer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "net/transfer_tls.h"

namespace onhook::net {

namespace {

using Kind = TransferFailure::Kind;

constexpr std::size_t header_bytes_limit = std::size_t{64} << 10U;

template <typename Value>
void set(const Easy& easy, CURLoption option, Value value) {
    // Parentheses keep curl's checking macro out: it wants a literal option.
    CHECK((curl_easy_setopt)(easy.get(), option, value) == CURLE_OK);
}

// CURLOPT_WRITEFUNCTION. The limit holds while bytes arrive: what is over it is never stored.
std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.last_progress = Loop::now();
    if (size > transfer.request.body_limit - transfer.answer.body.size()) {
        transfer.too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    transfer.answer.body.append(data, size);
    return size;
}

// CURLOPT_READFUNCTION, for PUT and TFTP's write request.
std::size_t on_upload(char* out, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.last_progress = Loop::now();
    const std::size_t count = std::min(size, transfer.request.body.size() - transfer.sent);
    std::memcpy(out, transfer.request.body.data() + transfer.sent, count);
    transfer.sent += count;
    return count;
}

// CURLOPT_HEADERFUNCTION: a line at a time, the status line of each response first. A 1xx response
// is followed by another, so a status line starts afresh.
std::size_t on_header(const char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes += size;
    if (transfer.header_bytes > header_bytes_limit) {
        transfer.too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    const std::string_view line(data, size);
    if (line.starts_with("HTTP/")) {
        transfer.answer.headers.clear();
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        transfer.answer.headers.push_back(
            {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    }
    return size;
}

bool fits_in_a_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append(List& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    CHECK(longer != nullptr);
    static_cast<void>(list.release());
    list.reset(longer);
}

std::string in_brackets(std::string_view host) {
    return host.find(':') == host.npos ? std::string(host) : fmt::format("[{}]", host);
}

// TFTP has no query and curl reads ";mode=" out of a path: the file name goes as escapes, so that
// the server gets exactly the target without its first slash.
std::string tftp_path(std::string_view target) {
    const std::string name = percent_decode(target).value_or(std::string(target));
    std::string path;
    for (const char c : name) {
        const bool plain = is_letter(c) || is_digit(c) || c == '/' || c == '-' || c == '.';
        path += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return path;
}

long whole_milliseconds(Duration duration) {
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return std::max(1L, static_cast<long>(count));  // 0 is curl's default, five minutes
}

// Nothing but the request decides what is sent, and to whom: no environment, no files, no memory
// of earlier transfers.
void set_policy(Transfer& transfer) {
    const Easy& easy = transfer.easy;
    set(easy, CURLOPT_PRIVATE, static_cast<void*>(&transfer));
    set(easy, CURLOPT_ERRORBUFFER, transfer.error_text.data());
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https,tftp");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NOPROXY, "*");
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_TFTP_NO_OPTIONS, 1L);
    set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(transfer.request.body_limit));
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
    set(easy, CURLOPT_READFUNCTION, &on_upload);
    set(easy, CURLOPT_READDATA, static_cast<void*>(&transfer));
}

void set_target(Transfer& transfer) {
    const Easy& easy = transfer.easy;
    const TransferRequest& request = transfer.request;
    const Url& url = request.url;
    const bool tftp = url.scheme() == Scheme::tftp;
    const std::string host = in_brackets(url.host());
    const std::string origin = fmt::format("{}://{}:{}", to_string(url.scheme()), host, url.port());
    set(easy, CURLOPT_URL, (origin + (tftp ? tftp_path(url.target()) : "/")).c_str());
    if (tftp) {
        // curl makes its pace of these: it repeats itself every fifth of the first (5 s) until
        // the server answers, then as often as the second has room for (5 s of 60).
        set(easy, CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(request.tftp_silence));
        set(easy, CURLOPT_TIMEOUT_MS, whole_milliseconds(request.total_timeout));
    } else {
        set(easy, CURLOPT_REQUEST_TARGET, std::string(url.target()).c_str());
        set(easy, CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(request.connect_timeout));
    }
    if (host != url.host()) {
        return;  // an IPv6 literal: nothing to look up, and curl's list cannot name it
    }
    // "+": the entry in the multi handle's cache ages, so names that are no longer asked go.
    std::string entry = fmt::format("+{}:{}:", host, url.port());
    for (const std::string& address : transfer.addresses) {
        entry += (entry.back() == ':' ? "" : ",") + in_brackets(address);
    }
    append(transfer.resolve_list, entry);
    set(easy, CURLOPT_RESOLVE, transfer.resolve_list.get());
}

void set_message(Transfer& transfer) {
    const Easy& easy = transfer.easy;
    const TransferRequest& request = transfer.request;
    const auto size = static_cast<curl_off_t>(request.body.size());
    const bool upload =
        request.method == TransferRequest::Method::put ||
        (request.method == TransferRequest::Method::post && request.url.scheme() == Scheme::tftp);
    if (upload) {
        set(easy, CURLOPT_UPLOAD, 1L);
        set(easy, CURLOPT_INFILESIZE_LARGE, size);
    } else if (request.method == TransferRequest::Method::post) {
        set(easy, CURLOPT_POST, 1L);
        set(easy, CURLOPT_POSTFIELDS, request.body.c_str());
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, size);
    }
    if (request.method == TransferRequest::Method::remove) {
        set(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
    }
    if (!request.user_agent.empty()) {
        set(easy, CURLOPT_USERAGENT, request.user_agent.c_str());
    }
    // "Name:" takes one of curl's own headers away, "Name;" sends an empty one.
    append(transfer.header_list, "Expect:");
    append(transfer.header_list,
           request.content_type.empty() ? "Content-Type:"
                                        : fmt::format("Content-Type: {}", request.content_type));
    for (const Header& header : request.headers) {
        append(transfer.header_list,
               header.value.empty() ? header.name + ";"
                                    : fmt::format("{}: {}", header.name, header.value));
    }
    set(easy, CURLOPT_HTTPHEADER, transfer.header_list.get());
}

struct Reason {
    Kind kind;
    std::optional<int> tftp_code;
};

Reason reason_of(CURLcode code, Scheme scheme) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {Kind::dns, {}};
        case CURLE_COULDNT_CONNECT:
            return {Kind::connect, {}};
        case CURLE_OPERATION_TIMEDOUT:
            return {Kind::timeout, {}};
        case CURLE_FILESIZE_EXCEEDED:
            return {Kind::too_large, {}};
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_CRL_BADFILE:
            return {Kind::tls, {}};
        case CURLE_TFTP_NOTFOUND:
            return {Kind::tftp, 1};
        case CURLE_TFTP_PERM:
            return {Kind::tftp, 2};
        case CURLE_REMOTE_DISK_FULL:
            return {Kind::tftp, 3};
        case CURLE_TFTP_ILLEGAL:
            return {Kind::tftp, 4};
        case CURLE_TFTP_UNKNOWNID:
            return {Kind::tftp, 5};
        case CURLE_REMOTE_FILE_EXISTS:
            return {Kind::tftp, 6};
        case CURLE_TFTP_NOSUCHUSER:
            return {Kind::tftp, 7};
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return {Kind::broken, {}};
        default:
            // curl has no code for TFTP's error 8.
            return {scheme == Scheme::tftp && code == CURLE_ABORTED_BY_CALLBACK ? Kind::tftp
                                                                                : Kind::protocol,
                    {}};
    }
}

}  // namespace

bool is_sendable(const TransferRequest& request) {
    return fits_in_a_line(request.user_agent) && fits_in_a_line(request.content_type) &&
           std::all_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
               return !header.name.empty() && header.name.find(':') == std::string::npos &&
                      fits_in_a_line(header.name) && fits_in_a_line(header.value);
           });
}

void prepare(Transfer& transfer, const TlsTrust& trust) {
    transfer.easy.reset(curl_easy_init());
    CHECK(transfer.easy != nullptr);
    set_policy(transfer);
    set_tls(transfer, trust);
    set_target(transfer);
    set_message(transfer);
}

TransferAnswer answer_of(Transfer& transfer) {
    CURL* const easy = transfer.easy.get();
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    const char* ip = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
    const bool tftp = transfer.request.url.scheme() == Scheme::tftp;
    TransferAnswer& answer = transfer.answer;
    answer.status = tftp ? 200 : static_cast<int>(status);
    answer.server_ip = ip != nullptr && *ip != '\0' ? ip : transfer.addresses.front();
    return std::move(answer);
}

TransferFailure failure_of(const Transfer& transfer, CURLcode code) {
    if (transfer.too_large || code == CURLE_FILESIZE_EXCEEDED) {
        return {Kind::too_large,
                {},
                fmt::format("the answer is larger than {} bytes", transfer.request.body_limit)};
    }
    const Reason reason = reason_of(code, transfer.request.url.scheme());
    const bool explained = transfer.error_text.front() != '\0';
    const char* const said = explained ? transfer.error_text.data() : curl_easy_strerror(code);
    // TLS 1.3 refuses a client's certificate after the handshake, which then looks broken.
    if (auto fault = tls_fault(transfer, code, said); !fault.empty()) {
        return {Kind::tls, {}, std::move(fault)};
    }
    return {reason.kind, reason.tftp_code, said};
}

}  // namespace onhook::net
