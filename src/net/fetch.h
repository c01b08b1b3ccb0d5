#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/secret.h"
#include "base/time.h"
#include "base/url.h"
#include "net/file_sink.h"
#include "net/header.h"
#include "net/loop.h"

namespace onhook::net {

using TransferId = Id<struct TransferTag>;

// Whom an https server's certificate must come from: a PEM file with one or more roots, and then
// no other root is trusted; empty means the system's store. And who we are, for servers that ask.
struct TlsTrust {
    std::string ca_file;
    std::string certificate_file = {};  // PEM, ours first; empty: none
    std::string key_file = {};          // PEM, without a passphrase
};

// What one transfer asks of an https server, whose name is judged as server_identity.h says.
struct TlsDemands {
    std::string more_roots = {};  // PEM: trusted beside those of TlsTrust
    std::string ciphers = {};     // OpenSSL's list, up to TLS 1.2; empty: the library's
    bool trusted_roots = true;    // the certificate comes from one of the roots
    bool right_name = true;       // it is for the URL's host, or for certificate_name
};

// Whom a server of FTP lets in.
struct Login {
    std::string user;
    Secret<std::string> password;
};

struct TransferRequest {
    // remove: DELETE, HTTP only. FTP knows only get.
    enum class Method : std::uint8_t { get, put, post, remove };

    TransferId id;  // not 0, and not that of a transfer under way
    Method method = Method::get;
    Url url;
    std::string body = {};            // put and post; over TFTP both are a write request
    std::string content_type = {};    // of the body; empty sends no Content-Type
    Headers headers = {};             // as they are, Authorization among them; HTTP only
    std::string user_agent = {};      // empty sends none
    std::optional<Login> login = {};  // FTP only; nothing: anonymous
    // Not empty: the body of an answer with status 200 goes into this file (FileSink), not into
    // memory. It is there when the transfer was answered, and not when it failed or was cancelled.
    std::string file = {};
    // The name that an https server's certificate must carry; empty: the URL's host.
    std::string certificate_name = {};
    TlsDemands tls = {};
    std::size_t body_limit = std::size_t{8} << 20U;  // bytes of the answer's body
    Duration connect_timeout = 10s;                  // TCP and TLS; not of TFTP
    Duration total_timeout = 60s;                    // from start() on, name look-up included
    // TFTP gives up after so long without progress; it repeats itself every fifth of it.
    Duration tftp_silence = 25s;
    // Block size to ask a TFTP server for, 8 to 1468 bytes; 0 asks for nothing: RFC 1350's 512.
    std::uint16_t tftp_block = 0;
};

struct TransferAnswer {
    int status = 0;  // of HTTP, whatever it is: redirects and challenges too; 200 for the others
    Headers headers;
    std::string body;
    std::optional<FileContent> stored = {};  // of a body that went into the request's file
    std::string server_ip;                   // of the address that answered
};

struct TransferFailure {
    enum class Kind : std::uint8_t {
        dns,        // the name has no address
        connect,    // no address takes the connection
        tls,        // no common ground, or the server is not who it must be
        timeout,    // one of the request's limits
        too_large,  // over body_limit, or headers beyond reason
        tftp,       // the TFTP server sent an error; see tftp_code
        not_found,  // the FTP server has no such file
        login,      // the FTP server does not let us in
        storage,    // the request's file cannot be written
        broken,     // the connection ended before the answer did
        protocol,   // not an answer of that protocol, or a request that cannot be sent
    };

    Kind kind = Kind::protocol;
    // RFC 1350: 1 is "file not found".
    std::optional<int> tftp_code = std::nullopt;
    std::string reason = {};  // for people; holds neither URL nor headers
};

// How far a transfer has come.
struct TransferProgress {
    std::uint64_t bytes = 0;             // of the answer's body
    std::optional<std::uint64_t> total;  // what the server announced
};

// Called from the loop, never from within start(). server_found comes at most once, before the
// connection is tried; then comes exactly one of the other two. A callback may start and cancel
// transfers and destroy the Fetcher.
struct TransferEvents {
    std::function<void(std::string ip)> server_found;
    std::function<void(TransferAnswer)> answered;
    std::function<void(TransferFailure)> failed;
};

// Documents over HTTP/1.1, HTTPS (TLS 1.2 and up) and FTP (passive) with libcurl, and over TFTP
// (cisco-mpp 4.3, protocols.md D and F.6). It moves bytes and decides nothing: redirects,
// challenges and retries are for the phone to count. No proxies, cookies, .netrc or content
// codings. Each transfer has its own connection, so two phones of one fleet never share one. How
// many transfers run at once is the caller's to limit.
class Fetcher {
  public:
    Fetcher(Loop& loop, TlsTrust trust);
    // Cancels what is under way.
    ~Fetcher();
    Fetcher(const Fetcher&) = delete;
    Fetcher& operator=(const Fetcher&) = delete;

    void start(TransferRequest request, TransferEvents events);
    // No callback of this transfer comes after it. An id that is not under way is ignored.
    void cancel(TransferId id);
    // Nothing: no such transfer is under way.
    [[nodiscard]] std::optional<TransferProgress> progress(TransferId id) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
