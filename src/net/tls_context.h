#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "net/asio.h"
#include "net/fetch.h"
#include "net/http_server.h"

// For src/net only: what TLS needs before a connection. TLS 1.2 and up.
namespace onhook::net {

using TlsContext = std::unique_ptr<boost::asio::ssl::context>;

// The error names the file.
[[nodiscard]] Result<TlsContext> make_server_context(const TlsServer& files);
// For connections to servers that show a certificate of these roots.
[[nodiscard]] Result<TlsContext> make_client_context(const TlsTrust& trust);

}  // namespace onhook::net
