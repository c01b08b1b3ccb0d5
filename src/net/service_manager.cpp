#include "net/service_manager.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/printable.h"
#include "base/text.h"

namespace onhook::net {

namespace {

// Not in the environment afterwards.
std::string taken_from_environment(const char* name) {
    const char* value = std::getenv(name);
    std::string taken = value == nullptr ? "" : value;
    ::unsetenv(name);
    return taken;
}

}  // namespace

ServiceManager::ServiceManager(Loop& loop)
    : socket_(taken_from_environment("NOTIFY_SOCKET")),
      watchdog_time_(taken_from_environment("WATCHDOG_USEC")),
      watched_(taken_from_environment("WATCHDOG_PID")),
      timer_(loop) {
    keep_watchdog_quiet();
}

void ServiceManager::hand_on() {
    timer_.cancel();
    for (const auto& [name, value] : {std::pair("NOTIFY_SOCKET", &socket_),
                                      std::pair("WATCHDOG_USEC", &watchdog_time_),
                                      std::pair("WATCHDOG_PID", &watched_)}) {
        if (!value->empty()) {
            ::setenv(name, value->c_str(), 1);
            value->clear();
        }
    }
}

ServiceManager::~ServiceManager() { send("STOPPING=1"); }

void ServiceManager::ready(std::string_view status) const {
    send(fmt::format("READY=1\nSTATUS={}", printable(status)));
}

void ServiceManager::status(std::string_view text) const {
    send(fmt::format("STATUS={}", printable(text)));
}

void ServiceManager::keep_watchdog_quiet() {
    const auto time = parse_number<std::int64_t>(watchdog_time_);
    const bool ours = watched_.empty() || parse_number<std::int64_t>(watched_) == ::getpid();
    if (socket_.empty() || !ours || !time || *time <= 0) {
        return;
    }
    send("WATCHDOG=1");
    timer_.arm(Loop::now() + std::chrono::microseconds(*time / 2),
               [this] { keep_watchdog_quiet(); });
}

void ServiceManager::send(std::string_view message) const {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof to.sun_path) {
        return;
    }
    socket_.copy(static_cast<char*>(to.sun_path), socket_.size());
    if (to.sun_path[0] == '@') {
        to.sun_path[0] = '\0';  // the abstract name space
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket >= 0) {
        (void)::sendto(socket,
                       message.data(),
                       message.size(),
                       MSG_NOSIGNAL,
                       reinterpret_cast<const sockaddr*>(&to),
                       size);
        ::close(socket);
    }
}

}  // namespace onhook::net
