#pragma once

#include "net/http_server.h"
#include "server/phone_desk.h"

namespace onhook::server {

// The phones' HTTP and HTTPS: a request becomes a question to the desk.
[[nodiscard]] net::HttpServer::Handler http_front(PhoneDesk& desk);

}  // namespace onhook::server
