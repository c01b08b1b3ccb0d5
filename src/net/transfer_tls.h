#pragma once

#include <string>
#include <string_view>

#include "net/fetch.h"
#include "net/transfer.h"

namespace onhook::net {

// For src/net only.

// What the handle of `transfer` asks of an https server: TLS 1.2 and up, and what `trust` and the
// request's demands say.
void set_tls(Transfer& transfer, const TlsTrust& trust);

// Why a transfer failed, when TLS is to blame, and what to do; empty: `said`, curl's own words, is
// all that is known.
[[nodiscard]] std::string tls_fault(const Transfer& transfer, CURLcode code, std::string_view said);

}  // namespace onhook::net
