#pragma once

#include "net/fetch.h"
#include "net/transfer.h"

namespace onhook::net {

// What the handle of `transfer` asks of an https server: TLS 1.2 and up, and a certificate of these
// roots for the URL's host or for the request's certificate_name. For src/net only.
void set_tls(Transfer& transfer, const TlsTrust& trust);

}  // namespace onhook::net
