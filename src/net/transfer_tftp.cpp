#include "net/transfer_tftp.h"

#include <string>

#include "base/text.h"

namespace onhook::net {

namespace {

namespace tftp = wire::tftp;
using Kind = TransferFailure::Kind;

// cisco-mpp.md 4.3: 5 s, five times.
constexpr int tries_of_a_packet = 5;

Kind kind_of(tftp::client::Outcome outcome) {
    using enum tftp::client::Outcome;
    switch (outcome) {
        case refused:
            return Kind::tftp;
        case unanswered:
        case timed_out:
            return Kind::timeout;
        case broken:
        case completed:
        case stopped:
            return Kind::protocol;
    }
    return Kind::protocol;
}

}  // namespace

// TFTP has no query: the server gets exactly the target without its first slash.
std::optional<tftp::client::Session> tftp_session(const Transfer& transfer) {
    const TransferRequest& request = transfer.request;
    const std::string_view target = request.url.target();
    const bool write = request.method == TransferRequest::Method::put ||
                       request.method == TransferRequest::Method::post;
    return tftp::client::Session::open(
        {.operation = write ? tftp::Operation::write : tftp::Operation::read,
         .filename = percent_decode(target).value_or(std::string(target)).substr(1),
         .content = write ? request.body : std::string(),
         .server = {transfer.addresses.front(), request.url.port()},
         .interval = request.tftp_silence / tries_of_a_packet,
         .tries = tries_of_a_packet,
         .offer = request.tftp_block});
}

TransferFailure tftp_failure(const tftp::client::Finished& finished) {
    TransferFailure failure{kind_of(finished.outcome), {}, finished.detail};
    if (finished.code) {
        failure.tftp_code = static_cast<int>(*finished.code);
    }
    return failure;
}

}  // namespace onhook::net
