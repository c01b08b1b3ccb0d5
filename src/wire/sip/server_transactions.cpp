#include "wire/sip/server_transactions.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace onhook::wire::sip {

std::string transaction_key(const Message& request) {
    CHECK(!request.vias.empty());
    const Via& top = request.vias.front();
    // No blank is in any of these words, so they cannot be taken for one another.
    if (top.branch().starts_with(magic_cookie)) {
        return fmt::format("b {} {}:{} {}",
                           top.branch(),
                           lower(top.host),
                           top.port.value_or(0),
                           request.cseq.method.str());
    }
    return fmt::format(
        "c {} {} {}", request.call_id.str(), request.cseq.number, request.cseq.method.str());
}

ServerTransactions::ServerTransactions(const Policy& policy) : policy_(policy) {
    CHECK(policy_.limit > 0);
}

server::Actions ServerTransactions::step(const server::Event& event, TimePoint now) {
    server::Actions actions = std::visit([&](const auto& one) { return on(one, now); }, event);
    check_invariants();
    return actions;
}

std::optional<TimePoint> ServerTransactions::next_deadline() const {
    std::optional<TimePoint> next;
    for (const auto& [id, entry] : entries_) {
        next = earlier(next, entry.deadline);
    }
    return next;
}

server::Actions ServerTransactions::on(const server::RequestArrived& event, TimePoint now) {
    CHECK(event.request.request() != nullptr);
    if (event.request.cseq.method == Token("ACK")) {
        return {};
    }
    std::string key = transaction_key(event.request);
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
        Entry& entry = entries_.at(known->second);
        entry.from = event.from;
        if (entry.answer.empty()) {
            return {};  // Trying: the answer is under way
        }
        return {server::Send{entry.from, entry.answer}};
    }
    if (entries_.size() >= policy_.limit && !make_room()) {
        return {};  // the client sends it again
    }
    const ServerTransactionId id{++last_id_};
    by_key_.emplace(key, id);
    entries_.emplace(id,
                     Entry{.key = std::move(key),
                           .from = event.from,
                           .answer = {},
                           .is_final = false,
                           .deadline = now + policy_.lifetime});
    return {server::Deliver{id, event.request, event.from}};
}

server::Actions ServerTransactions::on(const server::Answered& event, TimePoint now) {
    const Response* response = event.response.response();
    CHECK(response != nullptr);
    const auto entry = entries_.find(event.transaction);
    if (entry == entries_.end() || entry->second.is_final) {
        return {};  // too late: the client has given up, or has its answer
    }
    entry->second.answer = print(event.response);
    server::Actions actions{server::Send{entry->second.from, entry->second.answer}};
    if (response->status >= 200) {
        entry->second.is_final = true;
        entry->second.deadline = now + policy_.lifetime;
        if (is_reliable(entry->second.from.transport)) {
            erase(entry);  // Timer J is 0
        }
    }
    return actions;
}

server::Actions ServerTransactions::on(const server::DeadlineReached&, TimePoint now) {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        entry = entry->second.deadline <= now ? erase(entry) : std::next(entry);
    }
    return {};
}

// An unanswered one stays: were it forgotten, its next copy would be acted upon again.
bool ServerTransactions::make_room() {
    const auto answered = std::find_if(
        entries_.begin(), entries_.end(), [](const auto& one) { return one.second.is_final; });
    if (answered == entries_.end()) {
        return false;
    }
    erase(answered);
    return true;
}

ServerTransactions::Entries::iterator ServerTransactions::erase(Entries::iterator entry) {
    by_key_.erase(entry->second.key);
    return entries_.erase(entry);
}

void ServerTransactions::check_invariants() const {
    CHECK(entries_.size() == by_key_.size());
    CHECK(entries_.size() <= policy_.limit);
}

}  // namespace onhook::wire::sip
