#include "net/loop.h"

#include <random>
#include <utility>

#include "net/asio.h"

namespace onhook::net {

namespace asio = boost::asio;

struct Loop::State {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = make_work_guard(context);
    asio::signal_set signals{context};
    std::function<void()> on_stop_signal;
    asio::signal_set hangups{context};
    std::function<void()> on_hangup_signal;
};

namespace {

template <typename Signals, typename Handler>
void wait_for_signal(Signals& signals, const Handler& handler) {
    signals.async_wait([&signals, &handler](const boost::system::error_code& error, int) {
        if (!error) {
            handler();
            wait_for_signal(signals, handler);
        }
    });
}

}  // namespace

Loop::Loop() : state_(std::make_unique<State>()) {}

Loop::~Loop() = default;

void Loop::run() {
    state_->context.restart();
    state_->context.run();
}

void Loop::stop() { state_->context.stop(); }

void Loop::post(std::function<void()> task) { asio::post(state_->context, std::move(task)); }

void Loop::on_stop_signal(std::function<void()> handler) {
    const bool first = !state_->on_stop_signal;
    state_->on_stop_signal = std::move(handler);
    if (first) {
        state_->signals.add(SIGINT);
        state_->signals.add(SIGTERM);
        wait_for_signal(state_->signals, state_->on_stop_signal);
    }
}

void Loop::on_hangup_signal(std::function<void()> handler) {
    const bool first = !state_->on_hangup_signal;
    state_->on_hangup_signal = std::move(handler);
    if (first) {
        state_->hangups.add(SIGHUP);
        wait_for_signal(state_->hangups, state_->on_hangup_signal);
    }
}

TimePoint Loop::now() { return std::chrono::steady_clock::now(); }

WallTime Loop::wall_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::uint64_t Loop::random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

asio::io_context& Loop::context() noexcept { return state_->context; }

// Shared with the pending wait: a handler that is already queued when the timer is cancelled or
// destroyed sees another turn and does nothing.
struct Timer::State {
    explicit State(asio::io_context& context) : timer(context) {}

    asio::steady_timer timer;
    std::uint64_t turn = 0;
};

Timer::Timer(Loop& loop) : state_(std::make_shared<State>(loop.context())) {}

Timer::~Timer() { cancel(); }

void Timer::arm(TimePoint deadline, std::function<void()> callback) {
    const std::uint64_t turn = ++state_->turn;
    state_->timer.expires_at(deadline);
    state_->timer.async_wait(
        [state = state_, turn, callback = std::move(callback)](const auto& error) {
            if (!error && state->turn == turn) {
                callback();
            }
        });
}

void Timer::cancel() {
    ++state_->turn;
    state_->timer.cancel();
}

}  // namespace onhook::net
