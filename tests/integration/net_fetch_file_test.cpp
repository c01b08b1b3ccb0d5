// Fetcher with a file for the answer's body.
#include <filesystem>
#include <fstream>
#include <future>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/fetch.h"
#include "net/http_server.h"
#include "support/fetching.h"

namespace onhook::net {

namespace {

using support::url;
using Kind = TransferFailure::Kind;

constexpr std::string_view sha256_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view sha256_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class FetchFileTest : public support::FetchingTest {
  protected:
    std::string serve(const HttpResponse& answer) {
        server_ = thread_.held(thread_.on_loop([&] {
            return *HttpServer::listen(
                thread_.loop(), {}, [answer](const HttpRequest&, const HttpRespond& respond) {
                    respond(answer);
                });
        }));
        return fmt::format("http://127.0.0.1:{}/f", server_->port());
    }

    support::FetchOutcome fetch_file(const std::string& from, std::size_t limit = 1'000'000) {
        return fetch({.id = {}, .url = url(from), .file = file_, .body_limit = limit});
    }

    support::TemporaryDirectory directory_;
    std::string file_ = directory_ / "image";
    support::LoopThread::Held<HttpServer> server_;
};

TEST_F(FetchFileTest, StoresTheBodyAndSaysWhatItIs) {
    const auto outcome = fetch_file(serve({200, {}, "abc"}));
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->stored, (FileContent{3, std::string(sha256_of_abc)}));
    EXPECT_EQ(outcome.answer->body, "");
    EXPECT_EQ(*read_content(file_), *outcome.answer->stored);
    EXPECT_EQ(std::filesystem::status(file_).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(FetchFileTest, ABodyWithoutAByteIsAFileToo) {
    const auto outcome = fetch_file(serve({200, {}, ""}));
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->stored, (FileContent{0, std::string(sha256_of_nothing)}));
    EXPECT_TRUE(std::filesystem::exists(file_));
}

TEST_F(FetchFileTest, ReplacesWhatAKilledTransferLeft) {
    std::ofstream(file_) << "something longer than the answer";
    ASSERT_TRUE(fetch_file(serve({200, {}, "abc"})).answer);
    EXPECT_EQ(read_content(file_)->sha256, sha256_of_abc);
}

TEST_F(FetchFileTest, ARefusalIsNoFile) {
    const auto outcome = fetch_file(serve({404, {}, "not here"}));
    ASSERT_TRUE(outcome.answer);
    EXPECT_EQ(outcome.answer->status, 404);
    EXPECT_EQ(outcome.answer->body, "not here");
    EXPECT_FALSE(outcome.answer->stored);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(FetchFileTest, LeavesNothingOfWhatIsTooLarge) {
    expect_failure(fetch_file(serve({200, {}, std::string(1001, 'x')}), 1000), Kind::too_large);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(FetchFileTest, SaysThatItCannotWrite) {
    file_ = directory_ / "no/such/folder";
    const auto outcome = fetch_file(serve({200, {}, "abc"}));
    expect_failure(outcome, Kind::storage);
    EXPECT_NE(outcome.failure->reason.find("No such file or directory"), std::string::npos);
}

// A server that sends a part, and then whatever the test does.
class HalfServer {
  public:
    HalfServer() : listener_(SOCK_STREAM) {
        port_ = listener_.bind_free_port();
        ::listen(listener_.number(), 1);
        thread_ = std::thread([this] {
            support::Socket client(std::in_place, ::accept(listener_.number(), nullptr, nullptr));
            client.receive_until("\r\n\r\n");
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
            over_.get_future().wait();
        });
    }

    ~HalfServer() {
        if (thread_.joinable()) {
            hang_up();
        }
    }

    void hang_up() {
        over_.set_value();
        thread_.join();
    }

    [[nodiscard]] Url url() const {
        return support::url(fmt::format("http://127.0.0.1:{}/f", port_));
    }

  private:
    support::Socket listener_;
    std::uint16_t port_ = 0;
    std::promise<void> over_;
    std::thread thread_;
};

TEST_F(FetchFileTest, TellsItsProgressAndLeavesNothingWhenItIsCutOffOrCancelled) {
    for (const bool cancelled : {false, true}) {
        SCOPED_TRACE(cancelled);
        HalfServer server;
        const TransferId id{77};
        std::promise<TransferFailure> failed;
        thread_.on_loop([&] {
            fetcher_->start({.id = id, .url = server.url(), .file = file_},
                            {[](const std::string&) {},
                             [](const TransferAnswer&) { ADD_FAILURE() << "answered"; },
                             [&](TransferFailure why) { failed.set_value(std::move(why)); }});
        });
        const auto progress = [&] {
            return thread_.on_loop([&] { return fetcher_->progress(id); });
        };
        for (int i = 0; i < 2000 && progress().value_or(TransferProgress{}).bytes < 3; ++i) {
            std::this_thread::sleep_for(1ms);
        }
        const auto seen = progress();
        ASSERT_TRUE(seen);
        EXPECT_EQ(seen->bytes, 3U);
        EXPECT_EQ(seen->total, 6U);
        EXPECT_TRUE(std::filesystem::exists(file_));
        if (cancelled) {
            thread_.on_loop([&] { fetcher_->cancel(id); });
        } else {
            server.hang_up();
            EXPECT_EQ(failed.get_future().get().kind, Kind::broken);
        }
        EXPECT_FALSE(progress());
        EXPECT_FALSE(std::filesystem::exists(file_));
    }
}

}  // namespace

}  // namespace onhook::net
