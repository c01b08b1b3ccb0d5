#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include "net/worker.h"
#include "support/loopback.h"

namespace onhook::net {

TEST(Worker, RunsJobsInOrderOnItsThreadAndAnswersOnTheLoops) {
    support::LoopThread thread;
    const auto worker = thread.held(std::make_unique<Worker>(thread.loop()));
    std::vector<int> jobs;
    std::vector<int> answers;
    std::promise<void> finished;
    const auto loop_thread = thread.on_loop([] { return std::this_thread::get_id(); });
    thread.on_loop([&] {
        for (int i = 0; i < 100; ++i) {
            EXPECT_TRUE(worker->run(
                [&, i] {
                    EXPECT_NE(std::this_thread::get_id(), loop_thread);
                    jobs.push_back(i);
                },
                [&, i] {
                    EXPECT_EQ(std::this_thread::get_id(), loop_thread);
                    answers.push_back(i);
                    if (i == 99) {
                        finished.set_value();
                    }
                }));
        }
    });
    finished.get_future().wait();
    EXPECT_EQ(jobs.size(), 100U);
    EXPECT_TRUE(std::is_sorted(jobs.begin(), jobs.end()));
    EXPECT_EQ(answers, jobs);
}

TEST(Worker, RefusesWhatDoesNotFitInItsQueue) {
    support::LoopThread thread;
    const auto worker = thread.held(std::make_unique<Worker>(thread.loop(), 2));
    std::promise<void> started;
    std::promise<void> go;
    thread.on_loop([&] {
        EXPECT_TRUE(worker->run(
            [&] {
                started.set_value();
                go.get_future().wait();
            },
            [] {}));
    });
    started.get_future().wait();
    thread.on_loop([&] {
        EXPECT_TRUE(worker->run([] {}, [] {}));
        EXPECT_TRUE(worker->run([] {}, [] {}));
        EXPECT_FALSE(worker->run([] {}, [] {}));
    });
    go.set_value();
}

TEST(Worker, FinishesItsJobsAndForgetsTheirAnswersWhenItIsDestroyed) {
    support::LoopThread thread;
    int jobs = 0;
    int answers = 0;
    thread.on_loop([&] {
        Worker worker(thread.loop());
        for (int i = 0; i < 10; ++i) {
            EXPECT_TRUE(worker.run([&jobs] { ++jobs; }, [&answers] { ++answers; }));
        }
    });
    thread.on_loop([] {});  // whatever the worker has posted has run by now
    EXPECT_EQ(jobs, 10);
    EXPECT_EQ(answers, 0);
}

}  // namespace onhook::net
