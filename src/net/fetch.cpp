#include "net/fetch.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "net/asio.h"
#include "net/curl_loop.h"
#include "net/tftp_client.h"
#include "net/transfer.h"
#include "net/transfer_tftp.h"

namespace onhook::net {

namespace asio = boost::asio;

using Kind = TransferFailure::Kind;
using TftpFinished = wire::tftp::client::Finished;

struct Fetcher::State : std::enable_shared_from_this<State> {
    State(Loop& the_loop, TlsTrust the_trust)
        : loop(the_loop), trust(std::move(the_trust)), resolver(the_loop.context()) {}

    void open();
    void close();
    void begin(TransferId id);
    void look_up(const std::shared_ptr<Transfer>& transfer);
    void found(const std::shared_ptr<Transfer>& transfer, std::vector<std::string> addresses);
    void send(Transfer& transfer);
    void send_over_tftp(Transfer& transfer);
    void ended(TransferId id, const TftpFinished& finished);
    void leave(Transfer& transfer);
    void done(CURL* easy, CURLcode code);
    void finish(TransferId id, TransferOutcome outcome);
    [[nodiscard]] std::shared_ptr<Transfer> find(TransferId id) const;

    Loop& loop;
    TlsTrust trust;
    asio::ip::tcp::resolver resolver;
    std::shared_ptr<CurlLoop> curl;
    std::map<TransferId, std::shared_ptr<Transfer>> transfers;
    std::weak_ptr<TftpClientTransfer> last_tftp;  // that has completed
    std::uint16_t tftp_turn = 0;
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
        leave(*transfer);
    }
    if (const auto last = last_tftp.lock()) {
        last->close();
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
    const auto literal = asio::ip::make_address(transfer->request.url.host(), not_literal);
    if (not_literal) {
        look_up(transfer);
    } else {
        found(transfer, {literal.to_string()});
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
    if (transfer.request.url.scheme() == Scheme::tftp) {
        send_over_tftp(transfer);
        return;
    }
    prepare(transfer, trust);
    curl->add(transfer.easy.get());
}

void Fetcher::State::send_over_tftp(Transfer& transfer) {
    const TransferId id = transfer.request.id;
    auto session = tftp_session(transfer);
    if (!session) {
        finish(id, TransferFailure{Kind::protocol, {}, "the file name is too long for TFTP"});
        return;
    }
    const asio::ip::udp::endpoint server(asio::ip::make_address(transfer.addresses.front()),
                                         transfer.request.url.port());
    const auto weak = weak_from_this();
    transfer.tftp = std::make_shared<TftpClientTransfer>(
        loop,
        server,
        *std::move(session),
        TftpClientTransfer::Events{
            .announced =
                [&transfer](std::uint64_t size) {
                    transfer.total = size;
                    transfer.too_large = size > transfer.request.body_limit;
                    return !transfer.too_large;
                },
            .taken = [&transfer](std::string_view bytes) { return take_body(transfer, bytes); },
            .ended = [weak, id](const TftpFinished& finished) { weak.lock()->ended(id, finished); },
            .unwanted =
                [weak, id, &transfer] {
                    weak.lock()->finish(id, outcome_of(transfer, CURLE_WRITE_ERROR));
                }});
    if (!transfer.tftp->start(tftp_turn)) {
        finish(id, TransferFailure{Kind::connect, {}, "the system gives no UDP socket"});
    }
}

// 4.3: a name with several addresses is tried at each in turn until one answers.
void Fetcher::State::ended(TransferId id, const TftpFinished& finished) {
    const auto transfer = find(id);
    if (finished.outcome == wire::tftp::client::Outcome::completed) {
        // One of them waits for a lost last ACK, not as many as there were.
        if (const auto last = last_tftp.lock()) {
            last->close();
        }
        last_tftp = std::exchange(transfer->tftp, nullptr);
        finish(id, outcome_of(*transfer, CURLE_OK));
        return;
    }
    if (finished.outcome == wire::tftp::client::Outcome::unanswered &&
        transfer->addresses.size() > 1) {
        transfer->addresses.erase(transfer->addresses.begin());
        send_over_tftp(*transfer);
        return;
    }
    finish(id, tftp_failure(finished));
}

// Nothing of it is heard any more.
void Fetcher::State::leave(Transfer& transfer) {
    curl->remove(transfer.easy.get());
    if (transfer.tftp) {
        transfer.tftp->close();
    }
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
    leave(*transfer);
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
    transfer->begin.arm(Loop::now(), [weak, id] { weak.lock()->begin(id); });
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
        state_->leave(*transfer);
        state_->transfers.erase(id);
    }
}

}  // namespace onhook::net
