#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace onhook::net {

// One thread's event loop, and the only place that reads a clock. Everything that is built on a
// loop runs its callbacks on the thread inside run(), one at a time. The loop must outlive all of
// it.
class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Runs until stop(), which ends this run() only: what is queued waits for the next.
    void run();
    // Safe from any thread.
    void stop();
    // Calls `task` from run(), later. Safe from any thread.
    void post(std::function<void()> task);
    // SIGINT or SIGTERM: called once per signal, from run().
    void on_stop_signal(std::function<void()> handler);
    // The same for SIGHUP. Without a handler it ends the process, as the system has it.
    void on_hangup_signal(std::function<void()> handler);

    [[nodiscard]] static TimePoint now();
    [[nodiscard]] static WallTime wall_now();
    // From the operating system; for seeding a Prng, not for keys.
    [[nodiscard]] static std::uint64_t random_seed();

    // For src/net only.
    [[nodiscard]] boost::asio::io_context& context() noexcept;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// One deadline at a time. Arming again replaces the deadline; destroying cancels it, and a
// cancelled callback is never called.
class Timer {
  public:
    explicit Timer(Loop& loop);
    ~Timer();
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void arm(TimePoint deadline, std::function<void()> callback);
    void cancel();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace onhook::net
