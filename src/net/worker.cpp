#include "net/worker.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace onhook::net {

struct Worker::State {
    struct Task {
        std::function<void()> job;
        std::function<void()> done;
    };

    State(Loop& the_loop, std::size_t the_limit) : loop(the_loop), limit(the_limit) {}

    void work();

    Loop& loop;
    const std::size_t limit;
    std::mutex mutex;  // guards queue and stopping
    std::condition_variable changed;
    std::deque<Task> queue;
    bool stopping = false;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);  // read on the loop's thread only
    std::thread thread;                                          // last: it uses all the others
};

void Worker::State::work() {
    for (;;) {
        Task task;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return stopping || !queue.empty(); });
            if (queue.empty()) {
                return;
            }
            task = std::move(queue.front());
            queue.pop_front();
        }
        task.job();
        loop.post([task = std::move(task), living = alive] {
            if (*living) {
                task.done();
            }
        });
    }
}

Worker::Worker(Loop& loop, std::size_t queue_limit)
    : state_(std::make_unique<State>(loop, queue_limit)) {
    state_->thread = std::thread([state = state_.get()] { state->work(); });
}

Worker::~Worker() {
    *state_->alive = false;
    {
        const std::scoped_lock lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_one();
    state_->thread.join();
}

bool Worker::run(std::function<void()> job_on_thread, std::function<void()> done_on_loop) {
    {
        const std::scoped_lock lock(state_->mutex);
        if (state_->queue.size() >= state_->limit) {
            return false;
        }
        state_->queue.push_back({std::move(job_on_thread), std::move(done_on_loop)});
    }
    state_->changed.notify_one();
    return true;
}

}  // namespace onhook::net
