#include "net/sip_connection.h"

#include <array>
#include <deque>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "wire/sip/stream.h"

namespace onhook::net {

namespace asio = boost::asio;
namespace sip = wire::sip;
using asio::ip::tcp;

namespace {

using PlainSip = tcp::socket;
using TlsSip = asio::ssl::stream<tcp::socket>;

constexpr std::size_t sip_read_size = 4096;

template <typename Stream>
class SipStreamConnection final : public SipConnection,
                                  public std::enable_shared_from_this<SipStreamConnection<Stream>> {
  public:
    template <typename... Arguments>
    SipStreamConnection(Loop& loop,
                        const sip::Route& peer,
                        std::weak_ptr<SipConnectionOwner> owner,
                        Arguments&&... stream)
        : peer_(peer),
          owner_(std::move(owner)),
          limits_(owner_.lock()->limits()),
          stream_(std::forward<Arguments>(stream)...),
          read_deadline_(loop),
          write_deadline_(loop) {}

    void accept() override {
        await(limits_.connect_timeout, "the handshake took too long");
        if constexpr (is_tls) {
            stream_.async_handshake(asio::ssl::stream_base::server, then(&Self::on_ready));
        } else {
            on_ready({});
        }
    }

    void connect(const std::string& server_name) override {
        boost::system::error_code error;
        const auto address = asio::ip::make_address(peer_.address, error);
        CHECK(!error);
        if constexpr (is_tls) {
            stream_.set_verify_callback(asio::ssl::host_name_verification(server_name));
            boost::system::error_code not_an_address;
            static_cast<void>(asio::ip::make_address(server_name, not_an_address));
            if (not_an_address) {
                SSL_set_tlsext_host_name(stream_.native_handle(), server_name.c_str());
            }
        }
        await(limits_.connect_timeout, "no connection in time");
        socket().async_connect(tcp::endpoint(address, peer_.port), then(&Self::on_connected));
    }

    void send(std::string bytes) override {
        if (closed_) {
            return;
        }
        queued_ += bytes.size();
        queue_.push_back(std::move(bytes));
        if (queued_ > limits_.queue) {
            // Later, since the caller may hold what ended() takes away.
            asio::post(stream_.get_executor(), [self = this->shared_from_this()] {
                self->end("it does not take what is sent to it", true);
            });
        } else if (ready_ && queue_.size() == 1) {
            write();
        }
    }

    void close() override {
        if (!std::exchange(closed_, true)) {
            read_deadline_.cancel();
            write_deadline_.cancel();
            boost::system::error_code ignored;
            socket().close(ignored);
        }
    }

  private:
    using Self = SipStreamConnection;
    static constexpr bool is_tls = std::is_same_v<Stream, TlsSip>;

    // A completion handler that keeps the connection alive and goes on with `step`.
    template <typename... Arguments>
    auto then(void (Self::*step)(Arguments...)) {
        return [self = this->shared_from_this(), step](Arguments... arguments) {
            if (!self->closed_) {
                (self.get()->*step)(arguments...);
            }
        };
    }

    tcp::socket& socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    // The peer has to do something until then. `why` is a literal.
    void await(Duration limit, std::string_view why) {
        read_deadline_.arm(Loop::now() + limit, [self = this->weak_from_this(), why] {
            if (const auto alive = self.lock()) {
                alive->end(why, true);
            }
        });
    }

    // It does not have to; but a place is not kept for ever.
    void await_message() {
        read_deadline_.arm(Loop::now() + limits_.idle_timeout, [self = this->weak_from_this()] {
            if (const auto alive = self.lock()) {
                alive->end("nothing came for a long time", false);
            }
        });
    }

    void on_connected(boost::system::error_code error) {
        if (error) {
            end(error.message(), false);
            return;
        }
        boost::system::error_code ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        if constexpr (is_tls) {
            stream_.async_handshake(asio::ssl::stream_base::client, then(&Self::on_ready));
        } else {
            on_ready({});
        }
    }

    void on_ready(boost::system::error_code error) {
        if (error) {
            end("TLS: " + error.message(), true);
            return;
        }
        ready_ = true;
        await_message();
        if (!queue_.empty()) {
            write();
        }
        read();
    }

    void read() { stream_.async_read_some(asio::buffer(read_buffer_), then(&Self::on_read)); }

    void on_read(boost::system::error_code error, std::size_t size) {
        if (error) {
            end(error == asio::error::eof ? "the other side closed" : error.message(), false);
            return;
        }
        messages_.feed(std::string_view(read_buffer_.data(), size));
        if (!hand_over()) {
            return;
        }
        if (!messages_.is_amid_message()) {
            amid_ = false;
            await_message();
        } else if (!std::exchange(amid_, true)) {
            await(limits_.message_timeout, "a message took too long");
        }
        read();
    }

    // False when this was the end.
    bool hand_over() {
        for (;;) {
            auto taken = messages_.take();
            const auto owner = owner_.lock();
            if (!taken || !owner) {
                end(taken ? "closed"
                          : fmt::format("no SIP message: expected {} at byte {}",
                                        taken.error().expected,
                                        taken.error().offset),
                    !taken);
                return false;
            }
            if (!*taken) {
                return true;
            }
            amid_ = false;
            owner->arrived(peer_, **std::move(taken));
            if (closed_) {
                return false;
            }
        }
    }

    void write() {
        write_deadline_.arm(Loop::now() + limits_.send_timeout, [self = this->weak_from_this()] {
            if (const auto alive = self.lock()) {
                alive->end("it does not take what is sent to it", true);
            }
        });
        asio::async_write(stream_, asio::buffer(queue_.front()), then(&Self::on_written));
    }

    void on_written(boost::system::error_code error, std::size_t) {
        if (error) {
            end(error.message(), false);
            return;
        }
        queued_ -= queue_.front().size();
        queue_.pop_front();
        write_deadline_.cancel();
        if (!queue_.empty()) {
            write();
        }
    }

    void end(std::string_view why, bool refused) {
        if (closed_) {
            return;
        }
        const auto self = this->shared_from_this();
        close();
        if (const auto owner = owner_.lock()) {
            owner->ended(peer_, std::string(why), refused);
        }
    }

    sip::Route peer_;
    std::weak_ptr<SipConnectionOwner> owner_;
    SipLimits limits_;
    Stream stream_;
    Timer read_deadline_;
    Timer write_deadline_;
    std::array<char, sip_read_size> read_buffer_{};
    sip::MessageStream messages_;
    std::deque<std::string> queue_;  // the first is being sent, once it is ready
    std::size_t queued_ = 0;         // bytes
    bool ready_ = false;
    bool amid_ = false;  // a message has begun, and its deadline runs
    bool closed_ = false;
};

}  // namespace

std::shared_ptr<SipConnection> make_sip_connection(Loop& loop,
                                                   tcp::socket socket,
                                                   asio::ssl::context* tls,
                                                   const sip::Route& peer,
                                                   std::weak_ptr<SipConnectionOwner> owner) {
    if (tls != nullptr) {
        return std::make_shared<SipStreamConnection<TlsSip>>(
            loop, peer, std::move(owner), std::move(socket), *tls);
    }
    return std::make_shared<SipStreamConnection<PlainSip>>(
        loop, peer, std::move(owner), std::move(socket));
}

}  // namespace onhook::net
