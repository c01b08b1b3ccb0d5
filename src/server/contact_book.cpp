#include "server/contact_book.h"

#include <utility>
#include <vector>

namespace onhook::server {

namespace {

constexpr Duration contact_batch = 1s;
constexpr std::size_t most_waiting_contacts = 10'000;

}  // namespace

ContactBook::ContactBook(net::Loop& loop, StoreQueue& store, Log log)
    : store_(store), log_(std::move(log)), timer_(loop) {}

ContactBook::~ContactBook() {
    if (!waiting_.empty()) {
        write();
    }
}

void ContactBook::note(store::Contact contact) {
    if (waiting_.size() == most_waiting_contacts && !waiting_.contains(contact.mac)) {
        return;
    }
    if (waiting_.empty()) {
        timer_.arm(net::Loop::now() + contact_batch, [this] { write(); });
    }
    waiting_.insert_or_assign(contact.mac, std::move(contact));
}

void ContactBook::write() {
    std::vector<store::Contact> contacts;
    contacts.reserve(waiting_.size());
    for (auto& [mac, contact] : waiting_) {
        contacts.push_back(std::move(contact));
    }
    waiting_.clear();
    const bool queued =
        store_.run([contacts = std::move(contacts)](
                       store::Store& store) { return store.record_contacts(contacts); },
                   [log = log_](const Status<>& written) {
                       if (!written) {
                           log(LogEvent::contacts_not_written,
                               "contacts not written: " + written.error().detail);
                       }
                   });
    if (!queued) {
        log_(LogEvent::contacts_dropped, "contacts dropped: the store is behind");
    }
}

}  // namespace onhook::server
