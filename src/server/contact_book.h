#pragma once

#include <map>

#include "net/loop.h"
#include "server/log.h"
#include "server/store_queue.h"
#include "store/records.h"

namespace onhook::server {

// Who was heard of last, and when. Nobody was promised this, so it is written in batches: what
// came in the last second is lost with the power.
class ContactBook {
  public:
    // Both must outlive the book.
    ContactBook(net::Loop& loop, StoreQueue& store, Log log);
    // Writes what waits: a server that is stopped loses nothing.
    ~ContactBook();
    ContactBook(const ContactBook&) = delete;
    ContactBook& operator=(const ContactBook&) = delete;

    void note(store::Contact contact);

  private:
    void write();

    StoreQueue& store_;
    Log log_;
    net::Timer timer_;
    std::map<MacAddress, store::Contact> waiting_;
};

}  // namespace onhook::server
