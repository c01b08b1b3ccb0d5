#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "net/loop.h"

namespace onhook::net {

// A thread for what blocks (SQL), with a queue in front. Jobs run one at a time, in the order in
// which they came. What a job computes, it leaves where its `done` finds it: in something they
// share, since only one of them runs at a time. Both are destroyed on the loop's thread.
class Worker {
  public:
    explicit Worker(Loop& loop, std::size_t queue_limit = 4096);
    // On the loop's thread. Waits for the jobs that are queued; their `done` is not called.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // On the loop's thread. No, and neither is called, when `queue_limit` jobs wait already.
    [[nodiscard]] bool run(std::function<void()> job_on_thread, std::function<void()> done_on_loop);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace onhook::net
