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

bool is_http(const Transfer& transfer) {
    const Scheme scheme = transfer.request.url.scheme();
    return scheme == Scheme::http || scheme == Scheme::https;
}

int status_of(const Transfer& transfer) {
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    return is_http(transfer) ? static_cast<int>(status) : 200;
}

// The answer begins; it goes where the request says unless it is a refusal.
Status<> begin_body(Transfer& transfer) {
    curl_off_t total = -1;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
    if (total >= 0) {
        transfer.total = static_cast<std::uint64_t>(total);
    }
    const bool kept = !transfer.request.file.empty() && status_of(transfer) == 200;
    return kept ? transfer.body.open_file(transfer.request.file, transfer.total) : Status<>(Done{});
}

// CURLOPT_WRITEFUNCTION.
std::size_t on_body(const char* data, std::size_t, std::size_t size, void* self) {
    return take_body(*static_cast<Transfer*>(self), {data, size}) ? size : CURL_WRITEFUNC_ERROR;
}

// CURLOPT_READFUNCTION, for PUT.
std::size_t on_upload(char* out, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t count = std::min(size, transfer.request.body.size() - transfer.sent);
    std::memcpy(out, transfer.request.body.data() + transfer.sent, count);
    transfer.sent += count;
    return count;
}

// RFC 9110 8.6: lengths that differ are no length.
bool take_header_line(Transfer& transfer, std::string_view line) {
    if (line.starts_with("HTTP/")) {
        transfer.headers.clear();
        transfer.head_ended = false;
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        transfer.head_ended = transfer.head_ended || trim(line).empty();
        return true;
    }
    const std::string_view name = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (equals_ignoring_case(name, "Content-Length") &&
        find_header(transfer.headers, name).value_or(value) != value) {
        transfer.flaw = "the answer says two lengths of itself";
        return false;
    }
    transfer.headers.push_back({std::string(name), std::string(value)});
    return true;
}

// CURLOPT_HEADERFUNCTION: a line at a time, the status line of each response first. A 1xx response
// is followed by another, so a status line starts afresh. An FTP server's replies come here too.
std::size_t on_header(const char* data, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.header_bytes += size;
    if (transfer.header_bytes > header_bytes_limit) {
        return CURL_WRITEFUNC_ERROR;
    }
    const std::string_view line(data, size);
    if (transfer.request.url.scheme() == Scheme::ftp) {
        const int reply = parse_number<int>(line.substr(0, 3)).value_or(0);
        transfer.refused_with = reply >= 400 ? reply : transfer.refused_with;
    } else if (!take_header_line(transfer, line)) {
        return CURL_WRITEFUNC_ERROR;
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

// A way that an FTP URL may name the type of its file, which is always "i" (protocols.md F.6).
std::string_view without_type(std::string_view target) {
    constexpr std::string_view type = ";type=";
    const std::size_t at = target.rfind(';');
    const bool typed = at != target.npos && target.size() == at + type.size() + 1 &&
                       equals_ignoring_case(target.substr(at, type.size()), type);
    return typed ? target.substr(0, at) : target;
}

// FTP has no query, and curl reads ";type=" out of a path: the file name goes as escapes, so that
// the server gets exactly the target without its first slash.
std::string ftp_path(const Url& url) {
    const std::string_view target = without_type(url.target());
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
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https,ftp");
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_NOPROXY, "*");
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    // protocols.md F.6: RETR with the whole path, no CWD; passive, and whatever address 227 names,
    // the data come from the server that was asked.
    set(easy, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_NOCWD));
    set(easy, CURLOPT_FTP_SKIP_PASV_IP, 1L);
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
    const std::string host = in_brackets(url.host());
    const std::string origin = fmt::format("{}://{}:{}", to_string(url.scheme()), host, url.port());
    set(easy, CURLOPT_URL, (origin + (is_http(transfer) ? "/" : ftp_path(url))).c_str());
    set(easy, CURLOPT_REQUEST_TARGET, std::string(url.target()).c_str());
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, whole_milliseconds(request.connect_timeout));
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

// flyingvoice.md 8.3: without a user, anonymous, as curl has it.
void set_login(const Transfer& transfer) {
    if (const auto& login = transfer.request.login) {
        set(transfer.easy, CURLOPT_USERNAME, login->user.c_str());
        set(transfer.easy, CURLOPT_PASSWORD, login->password.reveal().c_str());
    }
}

void set_message(Transfer& transfer) {
    const Easy& easy = transfer.easy;
    const TransferRequest& request = transfer.request;
    const auto size = static_cast<curl_off_t>(request.body.size());
    if (request.method == TransferRequest::Method::put) {
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

// protocols.md F.6: 550, which curl knows, and 450.
bool lacks_file(const Transfer& transfer, CURLcode code) {
    constexpr int unavailable_for_now = 450;
    return code == CURLE_REMOTE_FILE_NOT_FOUND ||
           (code == CURLE_FTP_COULDNT_RETR_FILE && transfer.refused_with == unavailable_for_now);
}

Kind kind_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return Kind::dns;
        case CURLE_COULDNT_CONNECT:
            return Kind::connect;
        case CURLE_OPERATION_TIMEDOUT:
            return Kind::timeout;
        case CURLE_FILESIZE_EXCEEDED:
            return Kind::too_large;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_CRL_BADFILE:
            return Kind::tls;
        case CURLE_LOGIN_DENIED:
            return Kind::login;
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
            return Kind::broken;
        default:
            return Kind::protocol;
    }
}

TransferFailure failure_of(const Transfer& transfer, CURLcode code) {
    if (!transfer.not_stored.empty()) {
        return {Kind::storage, {}, transfer.not_stored};
    }
    if (transfer.header_bytes > header_bytes_limit) {
        return {Kind::too_large,
                {},
                fmt::format("the answer's header is larger than {} bytes", header_bytes_limit)};
    }
    if (transfer.too_large || code == CURLE_FILESIZE_EXCEEDED) {
        return {Kind::too_large,
                {},
                fmt::format("the answer is larger than {} bytes", transfer.request.body_limit)};
    }
    if (!transfer.flaw.empty()) {
        return {Kind::protocol, {}, transfer.flaw};
    }
    const bool explained = transfer.error_text.front() != '\0';
    std::string reason = explained ? transfer.error_text.data() : curl_easy_strerror(code);
    if (transfer.request.url.scheme() == Scheme::ftp && lacks_file(transfer, code)) {
        return {Kind::not_found, {}, std::move(reason)};
    }
    // TLS 1.3 refuses a client's certificate after the handshake, which then looks broken.
    if (auto fault = tls_fault(transfer, code, reason); !fault.empty()) {
        return {Kind::tls, {}, std::move(fault)};
    }
    // curl calls a line of 100 KB a lack of memory, and a wrong chunk a broken connection.
    if (is_http(transfer) && code == CURLE_OUT_OF_MEMORY) {
        return {Kind::too_large, {}, "a line of the answer's header is too long"};
    }
    const bool wrong_chunk = code == CURLE_RECV_ERROR && reason.ends_with("chunked-encoding");
    return {wrong_chunk ? Kind::protocol : kind_of(code), {}, std::move(reason)};
}

TransferOutcome answer_of(Transfer& transfer) {
    if (is_http(transfer) && !transfer.head_ended) {
        return TransferFailure{Kind::broken, {}, "the connection ended within the header"};
    }
    // A body without a byte is a body too.
    const Status<> begun = transfer.body.size() == 0 ? begin_body(transfer) : Status<>(Done{});
    auto stored = begun ? transfer.body.finish_file()
                        : Result<std::optional<FileContent>>(Failure{begun.error()});
    if (!stored) {
        return TransferFailure{Kind::storage, {}, stored.error().detail};
    }
    const char* ip = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PRIMARY_IP, &ip);
    return TransferAnswer{
        .status = status_of(transfer),
        .headers = std::move(transfer.headers),
        .body = transfer.body.take_text(),
        .stored = *std::move(stored),
        .server_ip = ip != nullptr && *ip != '\0' ? ip : transfer.addresses.front()};
}

}  // namespace

bool is_sendable(const TransferRequest& request) {
    const bool login = !request.login || (fits_in_a_line(request.login->user) &&
                                          fits_in_a_line(request.login->password.reveal()));
    return login && fits_in_a_line(request.user_agent) && fits_in_a_line(request.content_type) &&
           std::all_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
               return !header.name.empty() && header.name.find(':') == std::string::npos &&
                      fits_in_a_line(header.name) && fits_in_a_line(header.value);
           });
}

// The limit holds while bytes arrive: what is over it is never stored.
bool take_body(Transfer& transfer, std::string_view bytes) {
    if (bytes.size() > transfer.request.body_limit - transfer.body.size()) {
        transfer.too_large = true;
        return false;
    }
    if (bytes.empty()) {
        return true;  // a body without a byte begins when it ends
    }
    Status<> taken = transfer.body.size() == 0 ? begin_body(transfer) : Status<>(Done{});
    if (taken) {
        taken = transfer.body.append(bytes);
    }
    if (!taken) {
        transfer.not_stored = taken.error().detail;
    }
    return taken.has_value();
}

void prepare(Transfer& transfer, const TlsTrust& trust) {
    transfer.easy.reset(curl_easy_init());
    CHECK(transfer.easy != nullptr);
    set_policy(transfer);
    set_tls(transfer, trust);
    set_target(transfer);
    set_login(transfer);
    set_message(transfer);
}

TransferOutcome outcome_of(Transfer& transfer, CURLcode code) {
    return code == CURLE_OK ? answer_of(transfer) : TransferOutcome(failure_of(transfer, code));
}

}  // namespace onhook::net
