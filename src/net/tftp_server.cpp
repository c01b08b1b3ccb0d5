#include "net/tftp_server.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/time.h"
#include "net/tftp_transfer.h"
#include "net/udp_listener.h"
#include "wire/tftp/negotiation.h"
#include "wire/tftp/packet.h"

namespace onhook::net {

namespace tftp = wire::tftp;
using boost::asio::ip::udp;

namespace {

// A request that is repeated sooner is taken for the same one (protocols.md D.4).
constexpr Duration repetition_window = 2s;

// Datagrams are cut here: more than a request may have, so that a longer one is seen as too long.
constexpr std::size_t datagram_limit = 2 * tftp::request_limit;

bool looks_like_request(std::string_view datagram) {
    return datagram.size() >= 2 && datagram[0] == '\0' &&
           (datagram[1] == '\1' || datagram[1] == '\2');
}

}  // namespace

struct TftpServer::State : std::enable_shared_from_this<TftpServer::State> {
    State(Loop& its_loop,
          const TftpListen& its_settings,
          std::shared_ptr<UdpListener> its_listener,
          Handler its_handler,
          OnEnd its_on_end)
        : loop(its_loop),
          settings(its_settings),
          listener(std::move(its_listener)),
          handler(std::move(its_handler)),
          on_end(std::move(its_on_end)) {}

    void start();
    void close();
    void on_arrival(UdpArrival arrival);
    void on_request(TftpClient client);
    // A transfer that is born to be refused; it never takes part in the limits.
    void refuse(TftpClient client, tftp::ErrorPacket error);
    [[nodiscard]] bool repeats_an_open_one(const TftpClient& client) const;
    [[nodiscard]] bool is_over_limit(const TftpClient& client) const;
    void forget(const TftpTransfer& transfer);

    Loop& loop;
    TftpListen settings;
    std::shared_ptr<UdpListener> listener;
    Handler handler;
    OnEnd on_end;
    // Ordered by address first, so that the transfers of one source are neighbours.
    std::multimap<udp::endpoint, std::shared_ptr<TftpTransfer>> transfers;
    std::uint64_t over_limit = 0;
    bool closed = false;
};

void TftpServer::State::start() {
    listener->start([self = weak_from_this()](UdpArrival arrival) {
        if (const auto state = self.lock()) {
            state->on_arrival(std::move(arrival));
        }
    });
}

void TftpServer::State::close() {
    closed = true;
    listener->close();
    for (const auto& [peer, transfer] : transfers) {
        transfer->close();
    }
    transfers.clear();
}

void TftpServer::State::on_arrival(UdpArrival arrival) {
    if (arrival.from.port() == 0 || arrival.to_many) {
        return;
    }
    TftpClient client{arrival.from, arrival.to, {}};
    auto packet = tftp::decode(arrival.bytes);
    if (!packet && looks_like_request(arrival.bytes)) {
        client.request.filename = "(malformed request)";
        refuse(std::move(client),
               {tftp::ErrorCode::illegal_operation,
                "Malformed request: expected " + std::string(packet.error().expected)});
        return;
    }
    // To anything else that strays here silence is the safe answer.
    if (packet && std::holds_alternative<tftp::Request>(*packet)) {
        client.request = std::get<tftp::Request>(*std::move(packet));
        on_request(std::move(client));
    }
}

void TftpServer::State::on_request(TftpClient client) {
    auto name = tftp::requested_file(client.request);
    if (!name) {
        refuse(std::move(client), name.error());
        return;
    }
    if (repeats_an_open_one(client)) {
        return;
    }
    if (is_over_limit(client)) {
        ++over_limit;
        return;
    }
    const udp::endpoint peer = client.peer;
    const auto transfer = std::make_shared<TftpTransfer>(
        loop,
        std::move(client),
        settings.policy,
        [self = weak_from_this()](const TftpTransfer& ended, TftpReport report) {
            if (const auto state = self.lock()) {
                state->forget(ended);
                state->on_end(std::move(report));
            }
        });
    transfers.emplace(peer, transfer);
    transfer->await_answer(Loop::now() + settings.answer_limit);
    handler(TftpRequest{*std::move(name), address_text(peer.address())},
            [&loop = loop, weak = std::weak_ptr(transfer)](TftpAnswer answer) {
                loop.post([weak, answer = std::move(answer)] {
                    if (const auto open = weak.lock()) {
                        open->answer(answer);
                    }
                });
            });
}

void TftpServer::State::refuse(TftpClient client, tftp::ErrorPacket error) {
    const auto transfer = std::make_shared<TftpTransfer>(
        loop, std::move(client), settings.policy, [this](const TftpTransfer&, TftpReport report) {
            on_end(std::move(report));
        });
    transfer->answer(TftpRefusal{error.code, std::move(error.message)});
}

// The client may use its port again for another transfer, so only a request that an open transfer
// is already answering is a repetition. One without an answer yet is worth waiting for.
bool TftpServer::State::repeats_an_open_one(const TftpClient& client) const {
    const auto [first, last] = transfers.equal_range(client.peer);
    return std::any_of(first, last, [&](const auto& entry) {
        const TftpTransfer& open = *entry.second;
        const bool recent = Loop::now() - open.opened_at() < repetition_window;
        return open.client().request == client.request && (recent || !open.answered());
    });
}

bool TftpServer::State::is_over_limit(const TftpClient& client) const {
    if (transfers.size() >= settings.session_limit) {
        return true;
    }
    const auto address = client.peer.address();
    const auto first = transfers.lower_bound(udp::endpoint(address, 0));
    const auto last = transfers.upper_bound(udp::endpoint(address, 65535));
    return static_cast<std::size_t>(std::distance(first, last)) >= settings.per_source_limit;
}

void TftpServer::State::forget(const TftpTransfer& transfer) {
    const auto [first, last] = transfers.equal_range(transfer.client().peer);
    const auto found = std::find_if(
        first, last, [&](const auto& entry) { return entry.second.get() == &transfer; });
    if (found != last) {
        transfers.erase(found);
    }
}

Result<std::unique_ptr<TftpServer>> TftpServer::listen(Loop& loop,
                                                       const TftpListen& settings,
                                                       Handler handler,
                                                       OnEnd on_end) {
    auto listener = UdpListener::open(
        loop.context(), {settings.address, settings.port, "TFTP"}, datagram_limit);
    if (!listener) {
        return Failure{std::move(listener).error()};
    }
    auto state = std::make_shared<State>(
        loop, settings, *std::move(listener), std::move(handler), std::move(on_end));
    state->start();
    return std::unique_ptr<TftpServer>(new TftpServer(std::move(state)));
}

TftpServer::TftpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

TftpServer::~TftpServer() { state_->close(); }

std::uint16_t TftpServer::port() const { return state_->listener->port(); }

std::uint64_t TftpServer::requests_over_limit() const { return state_->over_limit; }

}  // namespace onhook::net
