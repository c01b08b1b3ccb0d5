#include "server/tftp_front.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

namespace onhook::server {

namespace {

using wire::tftp::ErrorCode;

// HTTP's word as TFTP's (protocols.md D.1).
net::TftpRefusal refusal_of(const PhoneAnswer& answer) {
    switch (answer.status) {
        case 400:
        case 404:
            return {ErrorCode::file_not_found, "File not found"};
        case 403:
            return {ErrorCode::access_violation, "Access violation"};
        default:
            return {ErrorCode::undefined, "Try again later"};
    }
}

}  // namespace

net::TftpServer::Handler tftp_front(PhoneDesk& desk) {
    return [&desk](const net::TftpRequest& request, net::TftpRespond respond) {
        desk.ask({.method = "GET",
                  .target = "/" + request.filename,
                  .user_agent = {},
                  .content_type = {},
                  .body = {},
                  .peer = request.peer_address,
                  .transport = "tftp",
                  .base = {}},
                 [respond = std::move(respond)](PhoneAnswer answer) {
                     if (answer.status == 200) {
                         respond(std::make_shared<const std::string>(std::move(answer.body)));
                     } else {
                         respond(refusal_of(answer));
                     }
                 });
    };
}

std::string tftp_line(const net::TftpReport& report) {
    return fmt::format("tftp transfer of {} to {} ended after {} bytes: {}",
                       report.filename,
                       report.peer,
                       report.bytes,
                       report.detail);
}

}  // namespace onhook::server
