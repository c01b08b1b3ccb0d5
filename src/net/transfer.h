#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <curl/curl.h>

#include "net/answer_body.h"
#include "net/fetch.h"
#include "net/tftp_client.h"

namespace onhook::net {

struct EasyDeleter {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};

struct ListDeleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

// One transfer under way, and its curl handle. Its address is what callbacks get, so it stays where
// it is. For src/net only.
struct Transfer {
    Transfer(Loop& loop, TransferRequest the_request, TransferEvents the_events)
        : request(std::move(the_request)),
          events(std::move(the_events)),
          deadline(loop),
          begin(loop) {}

    TransferRequest request;
    TransferEvents events;
    Timer deadline;
    Timer begin;
    std::vector<std::string> addresses;
    Headers headers;  // of the answer
    AnswerBody body;  // of the answer
    std::optional<std::uint64_t> total;
    std::size_t header_bytes = 0;
    bool head_ended = false;  // of HTTP: the line without anything came
    std::string flaw;         // why what came is no answer; curl would take it
    std::size_t sent = 0;     // of the request's body
    bool too_large = false;
    int refused_with = 0;             // of FTP: the last reply that was a refusal
    std::string not_stored;           // why
    bool certificate_missed = false;  // the server asked for ours, and there is none
    std::string tls_fault = {};       // empty: none is known
    std::array<char, CURL_ERROR_SIZE> error_text{};
    List header_list;
    List resolve_list;
    std::shared_ptr<TftpClientTransfer> tftp;  // TFTP only, and then there is no handle
    Easy easy;                                 // last: it goes before the lists that it uses
};

using TransferOutcome = std::variant<TransferAnswer, TransferFailure>;

// False when a header or a login has a line break in it: that would be another header or command,
// and a macro of a profile may bring one in.
[[nodiscard]] bool is_sendable(const TransferRequest& request);

// Takes the next bytes of the answer; false when they are over the limit or cannot be stored.
[[nodiscard]] bool take_body(Transfer& transfer, std::string_view bytes);

// Makes the handle for `transfer.request` to `transfer.addresses`, ready to be added.
void prepare(Transfer& transfer, const TlsTrust& trust);

// What came of a handle that has finished; over TFTP the caller says what curl would.
[[nodiscard]] TransferOutcome outcome_of(Transfer& transfer, CURLcode code);

}  // namespace onhook::net
