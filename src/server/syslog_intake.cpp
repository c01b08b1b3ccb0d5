#include "server/syslog_intake.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "wire/syslog/parse.h"

namespace onhook::server {

namespace {

constexpr Duration message_batch = 500ms;
constexpr std::size_t most_waiting_messages = 5'000;

// The phones' own templates name the MAC: "CP-8841-3PCC 00:0e:08:01:23:45 -- …" (6.7).
std::optional<MacAddress> mac_in(std::string_view text) {
    for (const std::string_view word : split(text, ' ')) {
        if (word.size() == 12 || word.size() == 17) {
            if (const auto mac = MacAddress::parse(word)) {
                return *mac;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

SyslogIntake::SyslogIntake(net::Loop& loop, StoreQueue& store, Log log)
    : store_(store), log_(std::move(log)), timer_(loop) {}

SyslogIntake::~SyslogIntake() {
    if (!waiting_.empty()) {
        write();
    }
}

void SyslogIntake::take(std::string peer, std::string_view datagram) {
    if (waiting_.size() == most_waiting_messages) {
        ++dropped_;
        return;
    }
    const wire::syslog::Message message = wire::syslog::parse(datagram);
    const std::string line = wire::syslog::to_line(message);
    if (waiting_.empty()) {
        timer_.arm(net::Loop::now() + message_batch, [this] { write(); });
    }
    auto mac = mac_in(line);
    waiting_.push_back({net::Loop::wall_now(),
                        std::move(peer),
                        mac,
                        static_cast<int>(message.priority.severity),
                        line});
}

void SyslogIntake::write() {
    if (dropped_ > 0) {
        log_(LogEvent::messages_dropped,
             fmt::format("{} syslog messages dropped: too many at once", dropped_));
        dropped_ = 0;
    }
    const bool queued =
        store_.run([messages = std::exchange(waiting_, {})](
                       store::Store& store) { return store.add_messages(messages); },
                   [log = log_](const Status<>& written) {
                       if (!written) {
                           log(LogEvent::messages_not_written,
                               "syslog messages not written: " + written.error().detail);
                       }
                   });
    if (!queued) {
        log_(LogEvent::messages_dropped, "syslog messages dropped: the store is behind");
    }
}

}  // namespace onhook::server
