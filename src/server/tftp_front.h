#pragma once

#include <string>

#include "net/tftp_server.h"
#include "server/phone_desk.h"

namespace onhook::server {

// The phones' TFTP: a read request becomes a question to the desk.
[[nodiscard]] net::TftpServer::Handler tftp_front(PhoneDesk& desk);

// A transfer that did not end well, for the log.
[[nodiscard]] std::string tftp_line(const net::TftpReport& report);

}  // namespace onhook::server
