#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/header.h"
#include "phone/actions.h"
#include "phone/events.h"
#include "seal/kdf.h"

namespace onhook::agent {

// Where the documents leave sealing to a choice (cisco-mpp.md 1.10).
struct ContentPolicy {
    // How reports are sealed: SHA-256 as newer loads do, or MD5.
    seal::Derivation report_derivation = seal::Derivation::sha256;
    bool allow_plain_with_key = false;  // a plain profile although the rule has a key
};

// A body that is ready to be sent, and the headers that say what it is.
struct SealedBody {
    std::string body;
    std::string content_type;
    net::Headers headers;
};

// The body of an upload, closed with its keys: --key wins over IKM (1.11). Without keys it stays as
// it is.
[[nodiscard]] SealedBody seal_upload(const phone::StartTransfer& order,
                                     const ContentPolicy& policy);

// Why the body of an answer does not open.
struct ContentFault {
    phone::TransferFault fault = phone::TransferFault::corrupt;
    std::string reason;
};

struct OpenedBody {
    std::string body;
    bool plain_despite_key = false;
};

// The body of a download as the phone parses it (1.12). `encoding` is its Content-Encoding, all
// such headers in one list.
[[nodiscard]] Result<OpenedBody, ContentFault> open_download(std::string body,
                                                             std::string_view encoding,
                                                             const phone::ContentKeys& keys,
                                                             const ContentPolicy& policy);

}  // namespace onhook::agent
