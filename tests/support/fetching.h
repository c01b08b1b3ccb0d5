#pragma once

// A Fetcher on a loop of its own, for tests that ask and wait for what comes.
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/fetch.h"
#include "support/loopback.h"

namespace onhook::support {

struct FetchOutcome {
    std::vector<std::string> found;  // addresses that server_found told
    std::optional<net::TransferAnswer> answer;
    std::optional<net::TransferFailure> failure;
    Duration took{};
};

inline Url url(const std::string& text) { return *Url::parse(text); }

class FetchingTest : public ::testing::Test {
  protected:
    FetchingTest() { trust({}); }

    void trust(const net::TlsTrust& roots) {
        fetcher_ = thread_.held(
            thread_.on_loop([&] { return std::make_unique<net::Fetcher>(thread_.loop(), roots); }));
    }

    // The request's id is given here.
    FetchOutcome fetch(net::TransferRequest request) {
        request.id = net::TransferId{next_id_++};
        FetchOutcome outcome;
        std::promise<void> finished;
        const TimePoint start = net::Loop::now();
        const net::TransferEvents events{
            [&](std::string ip) { outcome.found.push_back(std::move(ip)); },
            [&](net::TransferAnswer answer) {
                outcome.answer = std::move(answer);
                finished.set_value();
            },
            [&](net::TransferFailure failure) {
                outcome.failure = std::move(failure);
                finished.set_value();
            }};
        thread_.on_loop([&] { fetcher_->start(std::move(request), events); });
        finished.get_future().wait();
        outcome.took = net::Loop::now() - start;
        return outcome;
    }

    FetchOutcome get(const std::string& text) { return fetch({.id = {}, .url = url(text)}); }

    static void expect_failure(const FetchOutcome& outcome, net::TransferFailure::Kind kind) {
        ASSERT_TRUE(outcome.failure);
        EXPECT_EQ(outcome.failure->kind, kind) << outcome.failure->reason;
        EXPECT_NE(outcome.failure->reason, "");
    }

    LoopThread thread_;
    LoopThread::Held<net::Fetcher> fetcher_;
    std::uint32_t next_id_ = 1;
};

}  // namespace onhook::support
