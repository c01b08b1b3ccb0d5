#pragma once

#include <optional>

#include "net/fetch.h"
#include "net/transfer.h"
#include "wire/tftp/client_session.h"

namespace onhook::net {

// What `transfer.request` asks of the TFTP server at the first of `transfer.addresses`; nothing
// when its file name is too long for TFTP. For src/net only.
[[nodiscard]] std::optional<wire::tftp::client::Session> tftp_session(const Transfer& transfer);

// `finished` is not a completed one.
[[nodiscard]] TransferFailure tftp_failure(const wire::tftp::client::Finished& finished);

}  // namespace onhook::net
