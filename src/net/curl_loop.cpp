#include "net/curl_loop.h"

#include <chrono>
#include <utility>

#include "base/check.h"
#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;

// A socket that belongs to curl. Asio only waits for it and lets go of it (release) before curl
// closes it.
struct CurlLoop::Watch {
    Watch(asio::io_context& context, curl_socket_t socket)
        : number(socket), descriptor(context, socket) {}

    curl_socket_t number;
    asio::posix::stream_descriptor descriptor;
    int wanted = CURL_POLL_NONE;   // CURL_POLL_IN and CURL_POLL_OUT are bits
    int pending = CURL_POLL_NONE;  // waits that have not come back
};

CurlLoop::CurlLoop(Loop& loop, Done done)
    : loop_(loop), done_(std::move(done)), timer_(loop), multi_(nullptr) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    CHECK(global == CURLE_OK);
    multi_ = curl_multi_init();
    CHECK(multi_ != nullptr);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timeout);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

CurlLoop::~CurlLoop() { close(); }

void CurlLoop::add(CURL* easy) { CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK); }

void CurlLoop::remove(CURL* easy) {
    if (multi_ != nullptr) {
        curl_multi_remove_handle(multi_, easy);
    }
}

void CurlLoop::close() {
    if (multi_ != nullptr) {
        curl_multi_cleanup(std::exchange(multi_, nullptr));
        for (const auto& [socket, watch] : watches_) {
            watch->wanted = CURL_POLL_NONE;
            watch->descriptor.release();
        }
        watches_.clear();
        timer_.cancel();
    }
}

int CurlLoop::on_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
    auto& loop = *static_cast<CurlLoop*>(self);
    const auto found = loop.watches_.find(socket);
    if (wanted == CURL_POLL_REMOVE) {
        if (found != loop.watches_.end()) {
            found->second->wanted = CURL_POLL_NONE;
            found->second->descriptor.release();
            loop.watches_.erase(found);
        }
        return 0;
    }
    auto& watch = found != loop.watches_.end() ? found->second : loop.watches_[socket];
    if (!watch) {
        watch = std::make_shared<Watch>(loop.loop_.context(), socket);
    }
    watch->wanted = wanted;
    loop.wait(watch, CURL_POLL_IN);
    loop.wait(watch, CURL_POLL_OUT);
    return 0;
}

// curl must not be called from here: the timer calls it from the loop, at once for 0.
int CurlLoop::on_timeout(CURLM*, long milliseconds, void* self) {
    auto& loop = *static_cast<CurlLoop*>(self);
    if (milliseconds < 0) {
        loop.timer_.cancel();
        return 0;
    }
    loop.timer_.arm(Loop::now() + std::chrono::milliseconds(milliseconds),
                    [&loop] { loop.act(CURL_SOCKET_TIMEOUT, 0); });
    return 0;
}

void CurlLoop::wait(const std::shared_ptr<Watch>& watch, int direction) {
    if ((watch->wanted & direction) == 0 || (watch->pending & direction) != 0) {
        return;
    }
    watch->pending |= direction;
    const bool in = direction == CURL_POLL_IN;
    watch->descriptor.async_wait(
        in ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write,
        [weak = weak_from_this(), watch, direction, in](const boost::system::error_code& error) {
            watch->pending &= ~direction;
            const auto self = weak.lock();
            if (!self || (watch->wanted & direction) == 0) {
                return;
            }
            const int event = in ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
            self->act(watch->number, error ? CURL_CSELECT_ERR : event);
            self->wait(watch, direction);
        });
}

void CurlLoop::act(curl_socket_t socket, int events) {
    const auto alive = shared_from_this();
    int running = 0;
    curl_multi_socket_action(multi_, socket, events, &running);
    int queued = 0;
    while (multi_ != nullptr) {
        const CURLMsg* message = curl_multi_info_read(multi_, &queued);
        if (message == nullptr) {
            return;
        }
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        remove(easy);
        done_(easy, code);
    }
}

}  // namespace onhook::net
