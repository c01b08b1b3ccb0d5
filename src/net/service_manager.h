#pragma once

#include <string>
#include <string_view>

#include "net/loop.h"

namespace onhook::net {

// Tells the service manager that started this process (systemd, Type=notify) how it is, over the
// datagram socket that it named in the environment. Without one nothing happens. Never blocks, and
// a manager that does not listen is no failure of ours.
class ServiceManager {
  public:
    // Takes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID out of the environment: what this process
    // starts must not speak for it. While the loop runs, the watchdog hears of it in half its time.
    explicit ServiceManager(Loop& loop);
    // Says that the process stops.
    ~ServiceManager();
    ServiceManager(const ServiceManager&) = delete;
    ServiceManager& operator=(const ServiceManager&) = delete;

    // Everything listens; `status` is one line for `systemctl status`.
    void ready(std::string_view status) const;
    void status(std::string_view text) const;
    // Puts back what was taken out of the environment, for the program that takes this one's place
    // in the same process. From now on nothing is said here, not even that the process stops.
    void hand_on();

  private:
    void send(std::string_view message) const;
    void keep_watchdog_quiet();

    std::string socket_;
    std::string watchdog_time_;  // as it stood in the environment
    std::string watched_;
    Timer timer_;
};

}  // namespace onhook::net
