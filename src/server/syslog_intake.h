#pragma once

#include <vector>

#include "net/loop.h"
#include "server/log.h"
#include "server/store_queue.h"
#include "store/records.h"

namespace onhook::server {

// Syslog messages of phones on their way into the store, in batches: UDP promises nobody anything.
class SyslogIntake {
  public:
    // Both must outlive the intake.
    SyslogIntake(net::Loop& loop, StoreQueue& store, Log log);
    // Writes what waits: a server that is stopped loses nothing.
    ~SyslogIntake();
    SyslogIntake(const SyslogIntake&) = delete;
    SyslogIntake& operator=(const SyslogIntake&) = delete;

    // One datagram; `peer` is who sent it.
    void take(std::string peer, std::string_view datagram);

  private:
    void write();

    StoreQueue& store_;
    Log log_;
    net::Timer timer_;
    std::vector<store::SyslogMessage> waiting_;
    std::size_t dropped_ = 0;
};

}  // namespace onhook::server
