#include "net/fetch.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "net/asio.h"
#include "net/curl_loop.h"
#include "net/transfer.h"

namespace onhook::net {

namespace asio = boost::asio;

using Kind = TransferFailure::Kind;

struct Fetcher::State : std::enable_shared_from_this<State> {
    State(Loop& the_loop, TlsTrust the_trust)
        : loop(the_loop), trust(std::move(the_trust)), resolver(the_loop.context()) {}

    void open();
    void close();
    void begin(TransferId id);
    void look_up(const std::shared_ptr<Transfer>& transfer);
    void found(const std::shared_ptr<Transfer>& transfer, std::vector<std::string> addresses);
    void send(Transfer& transfer);
    void keep_ticking(Transfer& transfer);
    void done(CURL* easy, CURLcode code);
    void finish(TransferId id, TransferOutcome outcome);
    [[nodiscard]] std::shared_ptr<Transfer> find(TransferId id) const;

    Loop& loop;
    TlsTrust trust;
    asio::ip::tcp::resolver resolver;
    std::shared_ptr<CurlLoop> curl;
    std::map<TransferId, std::shared_ptr<Transfer>> transfers;
};

void Fetcher::State::open() {
    curl = std::make_shared<CurlLoop>(loop, [weak = weak_from_this()](CURL* easy, CURLcode code) {
        if (const auto self = weak.lock()) {
            self->done(easy, code);
        }
    });
}

void Fetcher::State::close() {
    for (const auto& [id, transfer] : transfers) {
        curl->remove(transfer->easy.get());
    }
    transfers.clear();
    curl->close();
    resolver.cancel();
}

std::shared_ptr<Transfer> Fetcher::State::find(TransferId id) const {
    const auto place = transfers.find(id);
    return place == transfers.end() ? nullptr : place->second;
}

void Fetcher::State::begin(TransferId id) {
    const auto transfer = find(id);
    if (!is_sendable(transfer->request)) {
        finish(id,
               TransferFailure{Kind::protocol,
                               {},
                               "a header or login has a line break in it, or a header no name"});
        return;
    }
    boost::system::error_code not_literal;
    asio::ip::make_address(transfer->request.url.host(), not_literal);
    if (not_literal) {
        look_up(transfer);
    } else {
        found(transfer, {std::string(transfer->request.url.host())});
    }
}

void Fetcher::State::look_up(const std::shared_ptr<Transfer>& transfer) {
    const Url& url = transfer->request.url;
    // getaddrinfo cannot be stopped: its answer may come long after the transfer is gone.
    resolver.async_resolve(url.host(),
                           std::to_string(url.port()),
                           asio::ip::resolver_base::numeric_service,
                           [weak = weak_from_this(), waiting = std::weak_ptr<Transfer>(transfer)](
                               const boost::system::error_code& error, const auto& results) {
                               const auto self = weak.lock();
                               const auto asker = waiting.lock();
                               if (!self || !asker) {
                                   return;
                               }
                               if (error) {
                                   const TransferFailure unknown{Kind::dns, {}, error.message()};
                                   self->finish(asker->request.id, unknown);
                                   return;
                               }
                               std::vector<std::string> addresses;
                               for (const auto& result : results) {
                                   addresses.push_back(result.endpoint().address().to_string());
                               }
                               self->found(asker, std::move(addresses));
                           });
}

void Fetcher::State::found(const std::shared_ptr<Transfer>& transfer,
                           std::vector<std::string> addresses) {
    transfer->addresses = std::move(addresses);
    if (transfer->events.server_found) {
        transfer->events.server_found(transfer->addresses.front());
    }
    // The callback may have cancelled it, and begun another under its id.
    if (find(transfer->request.id) == transfer) {
        send(*transfer);
    }
}

void Fetcher::State::send(Transfer& transfer) {
    prepare(transfer, trust);
    transfer.last_progress = Loop::now();
    if (transfer.request.url.scheme() == Scheme::tftp) {
        keep_ticking(transfer);
    }
    curl->add(transfer.easy.get());
}

void Fetcher::State::keep_ticking(Transfer& transfer) {
    const TimePoint give_up = transfer.last_progress + transfer.request.tftp_silence;
    const TimePoint next = std::min<TimePoint>(Loop::now() + 1s, give_up);
    transfer.tick.arm(next, [self = weak_from_this(), &transfer] {
        const auto alive = self.lock();
        const TransferId id = transfer.request.id;  // outlives the transfer
        if (Loop::now() - transfer.last_progress >= transfer.request.tftp_silence) {
            alive->finish(id, TransferFailure{Kind::timeout, {}, "the TFTP server fell silent"});
            return;
        }
        alive->curl->nudge(transfer.easy.get());
        if (alive->find(id).get() == &transfer) {
            alive->keep_ticking(transfer);
        }
    });
}

void Fetcher::State::done(CURL* easy, CURLcode code) {
    char* data = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data);
    auto& transfer = *reinterpret_cast<Transfer*>(data);
    const TransferId id = transfer.request.id;
    finish(id, outcome_of(transfer, code));
}

// The transfer is gone before its owner hears of it, who may then start it again or destroy us.
void Fetcher::State::finish(TransferId id, TransferOutcome outcome) {
    const auto node = transfers.extract(id);
    const std::shared_ptr<Transfer>& transfer = node.mapped();
    curl->remove(transfer->easy.get());
    const TransferEvents events = std::move(transfer->events);
    if (auto* answer = std::get_if<TransferAnswer>(&outcome)) {
        events.answered(std::move(*answer));
    } else {
        events.failed(std::move(std::get<TransferFailure>(outcome)));
    }
}

Fetcher::Fetcher(Loop& loop, TlsTrust trust)
    : state_(std::make_shared<State>(loop, std::move(trust))) {
    state_->open();
}

Fetcher::~Fetcher() { state_->close(); }

void Fetcher::start(TransferRequest request, TransferEvents events) {
    const TransferId id = request.id;
    CHECK(id);
    auto transfer = std::make_shared<Transfer>(state_->loop, std::move(request), std::move(events));
    const Duration limit = transfer->request.total_timeout;
    const auto weak = std::weak_ptr<State>(state_);
    transfer->deadline.arm(Loop::now() + limit, [weak, id] {
        const TransferFailure late{Kind::timeout, {}, "the transfer took too long"};
        weak.lock()->finish(id, late);
    });
    // Through a timer of the transfer's own, so that cancelling and starting the same id again
    // cannot be mistaken for each other.
    transfer->tick.arm(Loop::now(), [weak, id] { weak.lock()->begin(id); });
    const bool is_new = state_->transfers.emplace(id, std::move(transfer)).second;
    CHECK(is_new);
}

std::optional<TransferProgress> Fetcher::progress(TransferId id) const {
    const auto transfer = state_->find(id);
    return transfer ? std::optional(TransferProgress{transfer->body.size(), transfer->total})
                    : std::nullopt;
}

void Fetcher::cancel(TransferId id) {
    if (const auto transfer = state_->find(id)) {
        state_->curl->remove(transfer->easy.get());
        state_->transfers.erase(id);
    }
}

}  // namespace onhook::net
