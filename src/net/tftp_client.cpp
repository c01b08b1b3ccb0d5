#include "net/tftp_client.h"

#include <string>
#include <utility>

#include "wire/tftp/packet.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace tftp = wire::tftp;
using asio::ip::udp;

namespace {

// cisco-mpp.md 4.3: what a firewall lets through of a phone that asks a port other than TFTP's.
constexpr std::uint16_t tftp_port = 69;
constexpr std::uint16_t first_local_port = 53240;
constexpr std::uint16_t last_local_port = 53245;

}  // namespace

TftpClientTransfer::TftpClientTransfer(Loop& loop,
                                       const udp::endpoint& server,
                                       tftp::client::Session session,
                                       Events events)
    : timer_(loop),
      socket_(loop.context()),
      server_(server),
      session_(std::move(session)),
      events_(std::move(events)) {}

bool TftpClientTransfer::start(std::uint16_t& turn) {
    if (!open_socket(turn)) {
        return false;
    }
    receive();
    step(tftp::client::Started{});
    return true;
}

// The port is the phone's half of the transfer's identity, so the ports of the range take turns: a
// late answer to one transfer must not be taken for the first answer to the next.
bool TftpClientTransfer::open_socket(std::uint16_t& turn) {
    boost::system::error_code error;
    const auto any = server_.protocol() == udp::v6() ? asio::ip::address(asio::ip::address_v6())
                                                     : asio::ip::address(asio::ip::address_v4());
    socket_.open(server_.protocol(), error);
    if (!error) {
        socket_.non_blocking(true, error);
    }
    if (error) {
        return false;
    }
    constexpr std::uint16_t count = last_local_port - first_local_port + 1;
    for (std::uint16_t i = 0; server_.port() != tftp_port && i < count; ++i) {
        turn = static_cast<std::uint16_t>((turn + 1) % count);
        socket_.bind({any, static_cast<std::uint16_t>(first_local_port + turn)}, error);
        if (!error) {
            return true;
        }
    }
    socket_.bind({any, 0}, error);  // any port is better than no profile
    return !error;
}

void TftpClientTransfer::close(tftp::ErrorCode why) {
    told_ = true;
    if (socket_.is_open()) {
        step(tftp::client::StopRequested{why});
    }
}

void TftpClientTransfer::receive() {
    socket_.async_receive_from(
        asio::buffer(buffer_),
        from_,
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
            if (!self->socket_.is_open() || error == asio::error::operation_aborted) {
                return;
            }
            if (!error) {
                self->step(tftp::client::DatagramReceived{
                    {self->from_.address().to_string(), self->from_.port()},
                    std::string(self->buffer_.data(), size)});
            }
            if (self->socket_.is_open()) {
                self->receive();
            }
        });
}

void TftpClientTransfer::step(const tftp::client::Event& event) {
    const auto alive = shared_from_this();
    for (const tftp::client::Action& action : session_.step(event, Loop::now())) {
        if (!socket_.is_open()) {
            return;  // the owner closed it meanwhile
        }
        std::visit([this](const auto& order) { perform(order); }, action);
    }
    if (!socket_.is_open()) {
        return;
    }
    if (const auto deadline = session_.next_deadline()) {
        timer_.arm(*deadline, [self = weak_from_this()] {
            if (const auto client = self.lock()) {
                client->step(tftp::client::DeadlineReached{});
            }
        });
        return;
    }
    timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

// A datagram that cannot be sent now is like one that was lost: the session's timer sends it again.
void TftpClientTransfer::perform(const tftp::client::Send& action) {
    boost::system::error_code ignored;
    const auto address = asio::ip::make_address(action.to.address, ignored);
    if (!ignored) {
        socket_.send_to(asio::buffer(action.bytes), {address, action.to.port}, 0, ignored);
    }
}

void TftpClientTransfer::perform(const tftp::client::Announce& action) {
    if (!told_ && !events_.announced(action.size)) {
        refuse();
    }
}

void TftpClientTransfer::perform(const tftp::client::Deliver& action) {
    if (!told_ && !events_.taken(action.bytes)) {
        refuse();
    }
}

void TftpClientTransfer::perform(const tftp::client::Finished& action) {
    if (!std::exchange(told_, true)) {
        const auto ended = std::move(events_.ended);
        ended(action);
    }
}

void TftpClientTransfer::refuse() {
    close(tftp::ErrorCode::disk_full);
    const auto unwanted = std::move(events_.unwanted);
    unwanted();
}

}  // namespace onhook::net
