#include "net/tftp_transfer.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/printable.h"
#include "net/udp_listener.h"
#include "wire/tftp/packet.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace tftp = wire::tftp;
using asio::ip::udp;

TftpTransfer::TftpTransfer(Loop& loop, TftpClient client, const tftp::Policy& policy, OnEnd on_end)
    : client_(std::move(client)),
      policy_(policy),
      on_end_(std::move(on_end)),
      opened_at_(Loop::now()),
      timer_(loop),
      socket_(loop.context()) {}

void TftpTransfer::await_answer(TimePoint deadline) {
    timer_.arm(deadline, [self = weak_from_this()] {
        if (const auto transfer = self.lock()) {
            transfer->answer(TftpRefusal{tftp::ErrorCode::undefined, "No answer in time"});
        }
    });
}

void TftpTransfer::answer(const TftpAnswer& answer) {
    if (answered_ || ended_) {
        return;
    }
    answered_ = true;
    timer_.cancel();
    if (!open_socket()) {
        return;
    }
    if (const auto* refusal = std::get_if<TftpRefusal>(&answer)) {
        refuse(*refusal);
        return;
    }
    session_.emplace(
        client_.request, std::get<std::shared_ptr<const std::string>>(answer), policy_);
    receive();
    step(tftp::Started{});
}

void TftpTransfer::close() {
    ended_ = true;
    timer_.cancel();
    boost::system::error_code ignored;
    socket_.close(ignored);
}

// A port of its own is the server's half of the transfer's identity (RFC 1350 4).
bool TftpTransfer::open_socket() {
    boost::system::error_code error;
    const udp::endpoint local(client_.local, 0);
    socket_.open(local.protocol(), error);
    if (!error && client_.local.is_v6() && client_.local.to_v6().is_v4_mapped()) {
        socket_.set_option(asio::ip::v6_only(false), error);
    }
    if (!error) {
        socket_.non_blocking(true, error);
    }
    if (!error) {
        socket_.bind(local, error);
    }
    if (error) {
        end(tftp::Outcome::refused, 0, "cannot open a socket: " + error.message());
    }
    return !error;
}

// A datagram that cannot be sent now is like one that was lost: the session's timer sends it again.
void TftpTransfer::send(const std::string& bytes, const udp::endpoint& to) {
    boost::system::error_code ignored;
    socket_.send_to(asio::buffer(bytes), to, 0, ignored);
}

void TftpTransfer::receive() {
    socket_.async_receive_from(
        asio::buffer(buffer_),
        from_,
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
            if (self->ended_ || error == asio::error::operation_aborted) {
                return;
            }
            if (!error) {
                self->on_datagram(size);
            }
            if (!self->ended_) {
                self->receive();
            }
        });
}

void TftpTransfer::on_datagram(std::size_t size) {
    const std::string_view bytes(buffer_.data(), size);
    if (from_ == client_.peer) {
        step(tftp::DatagramReceived{std::string(bytes)});
        return;
    }
    // An ERROR is never answered: two machines could go on for ever.
    const auto packet = tftp::decode(bytes);
    if (packet && !std::holds_alternative<tftp::ErrorPacket>(*packet)) {
        send(encode(tftp::ErrorPacket{tftp::ErrorCode::unknown_transfer_id, "Unknown transfer ID"}),
             from_);
    }
}

void TftpTransfer::step(const tftp::Event& event) {
    const TimePoint now = Loop::now();
    for (const tftp::Action& action : session_->step(event, now)) {
        if (const auto* datagram = std::get_if<tftp::Send>(&action)) {
            send(datagram->bytes, client_.peer);
        } else {
            const auto& finished = std::get<tftp::Finished>(action);
            end(finished.outcome, finished.acknowledged, finished.detail);
            return;
        }
    }
    if (const auto deadline = session_->next_deadline()) {
        timer_.arm(*deadline, [self = weak_from_this()] {
            if (const auto transfer = self.lock()) {
                transfer->step(tftp::DeadlineReached{});
            }
        });
    }
}

void TftpTransfer::refuse(const TftpRefusal& refusal) {
    send(encode(tftp::ErrorPacket{refusal.code, refusal.message}), client_.peer);
    end(tftp::Outcome::refused,
        0,
        fmt::format(
            "ERROR {}: {}", static_cast<unsigned>(refusal.code), printable(refusal.message)));
}

void TftpTransfer::end(tftp::Outcome outcome, std::uint64_t bytes, std::string detail) {
    close();
    on_end_(*this,
            TftpReport{.filename = printable(client_.request.filename),
                       .peer = endpoint_text(client_.peer),
                       .outcome = outcome,
                       .bytes = bytes,
                       .detail = std::move(detail)});
}

}  // namespace onhook::net
