// Redirects that lead nowhere: the phone asks as often as it may, says why, and goes on.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agent/agent.h"
#include "support/http_peer.h"

namespace onhook::agent {

namespace {

using support::HttpPeer;
using support::Socket;

class AgentRedirect : public testing::Test {
  protected:
    void TearDown() override { agent_.reset(); }

    // The first line of a phone's log with `wanted`, whose rule leads to `peer`.
    std::string logged(const HttpPeer& peer, const std::string& wanted) {
        const support::TemporaryDirectory directory;
        log_.clear();
        AgentSettings settings{
            .dialect = &profile::cisco_mpp(),
            .identity = {*MacAddress::parse("000e08000001"), false, "8841", "ONH1", "1", "1"},
            .state_directory = directory / "phone",
            .factory_values = {{"Profile_Rule", peer.url("/start/here")},
                               {"Resync_Random_Delay", "0"}},
            .seed = 1,
            .web_address = std::nullopt,
            .log = [this](const LogLine& line) { take(line.text); }};
        auto started =
            thread_.on_loop([&] { return Agent::start(thread_.loop(), std::move(settings)); });
        EXPECT_TRUE(started) << started.error().detail;
        agent_ = thread_.held(*std::move(started));
        std::unique_lock lock(mutex_);
        const bool seen = logged_.wait_for(
            lock, std::chrono::seconds(20), [&] { return log_.find(wanted) != log_.npos; });
        EXPECT_TRUE(seen) << log_;
        const std::size_t at = seen ? log_.find(wanted) : 0;
        const std::string line = log_.substr(at, log_.find('\n', at) - at);
        lock.unlock();
        agent_.reset();
        return line;
    }

    void take(const std::string& text) {
        const std::scoped_lock lock(mutex_);
        log_ += text + "\n";
        logged_.notify_all();
    }

    support::LoopThread thread_;
    std::mutex mutex_;
    std::condition_variable logged_;
    std::string log_;
    support::LoopThread::Held<Agent> agent_;
};

// 4.3: five redirects, 301 and 302 only, to what the phone could ask in the first place.
TEST_F(AgentRedirect, ThatLeadNowhereEndTheAttempt) {
    struct Row {
        std::string location;
        int requests;
        std::string_view why;
    };

    const std::string unusable = "redirect without a usable Location";
    for (const Row& row : {Row{"/start/here", 6, "more than 5 redirects"},
                           Row{"here", 6, "more than 5 redirects"},
                           Row{"../../../..", 6, "more than 5 redirects"},
                           Row{"?again", 6, "more than 5 redirects"},
                           Row{"", 1, unusable},
                           Row{"#", 1, unusable},
                           Row{"file:///etc/passwd", 1, unusable},
                           Row{"ftp://127.0.0.1/profile", 1, unusable},
                           Row{"gopher://127.0.0.1/0profile", 1, unusable},
                           Row{"tftp://127.0.0.1/profile", 1, unusable},
                           Row{"javascript:alert(1)", 1, unusable},
                           Row{"http://", 1, unusable},
                           Row{"http://127.0.0.1:99999/", 1, unusable},
                           Row{"http://[::1/", 1, unusable},
                           Row{"http://user:word@127.0.0.1/", 1, unusable},
                           Row{"/a b", 1, unusable}}) {
        SCOPED_TRACE(row.location);
        std::atomic<int> requests = 0;
        const HttpPeer peer([&](Socket& client, const std::string&) {
            ++requests;
            client.send("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + row.location +
                        "\r\n\r\n");
        });
        EXPECT_EQ(logged(peer, "Resync failed: "),
                  fmt::format("Resync failed: http_get failed: {}", row.why));
        EXPECT_EQ(requests, row.requests);
    }
}

}  // namespace

}  // namespace onhook::agent
