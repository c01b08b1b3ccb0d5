// HTTP servers that are broken or mean: each row ends in its class of failure in a bounded time,
// and the Fetcher goes on.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/fetching.h"
#include "support/http_peer.h"

namespace onhook::net {

namespace {

using support::HttpPeer;
using support::Socket;
using support::url;
using Kind = TransferFailure::Kind;
using namespace std::string_literals;

constexpr Duration short_limit = 300ms;  // of requests that must run into it
constexpr Duration most_time = 3s;       // on a busy machine

const std::string ok_line = "HTTP/1.1 200 OK\r\n";
const std::string in_chunks = ok_line + "Transfer-Encoding: chunked\r\n\r\n";

// Until the client leaves.
void wait_for_end(Socket& client) { client.receive(); }

}  // namespace

class FetchHostileTest : public support::FetchingTest {
  protected:
    support::FetchOutcome ask(const HttpPeer::Answer& answer, Duration limit = 60s) {
        const HttpPeer peer(answer);
        auto outcome = fetch(
            {.id = {}, .url = url(peer.url("/")), .body_limit = 100'000, .total_timeout = limit});
        EXPECT_LT(outcome.took, most_time);
        return outcome;
    }

    // The next transfer is served as if nothing had been.
    void expect_goes_on() {
        const HttpPeer honest([](Socket& client, const std::string&) {
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
        });
        const auto outcome = get(honest.url("/"));
        ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
        EXPECT_EQ(outcome.answer->body, "fine");
    }
};

TEST_F(FetchHostileTest, EndsInItsClassOfFailure) {
    struct Row {
        const char* what;
        Kind kind;
        HttpPeer::Answer answer;
    };

    const auto says = [](std::string bytes) {
        return
            [bytes = std::move(bytes)](Socket& client, const std::string&) { client.send(bytes); };
    };
    const auto drips = [](std::string bytes) {
        return [bytes = std::move(bytes)](Socket& client, const std::string&) {
            HttpPeer::drip(client, bytes, 1, std::chrono::milliseconds(20));
            wait_for_end(client);
        };
    };
    const auto floods = [](std::string begin, std::string more) {
        return
            [begin = std::move(begin), more = std::move(more)](Socket& client, const std::string&) {
                client.send(begin);
                HttpPeer::flood(client, more);
            };
    };
    const std::string long_text(50'000, 'x');
    for (const Row& row : {
             Row{"slow drip of the header", Kind::timeout, drips(ok_line + long_text)},
             Row{"slow drip of the body",
                 Kind::timeout,
                 drips("HTTP/1.1 200 OK\r\n\r\n" + long_text)},
             Row{"silence after the request",
                 Kind::timeout,
                 [](Socket&client, const std::string&) { wait_for_end(client); }},
             Row{"endless header line", Kind::too_large, floods(ok_line + "X: ", long_text)},
             Row{"endless headers", Kind::too_large, floods(ok_line, "X-More: and more\r\n")},
             Row{"endless status line", Kind::too_large, floods("HTTP/1.1 200 ", long_text)},
             Row{"endless body without a length",
                 Kind::too_large,
                 floods(ok_line + "\r\n", long_text)},
             Row{"endless chunks",
                 Kind::too_large,
                 floods(in_chunks, "c350\r\n" + long_text + "\r\n")},
             Row{"endless trailers", Kind::too_large, floods(in_chunks + "0\r\n", "X: y\r\n")},
             Row{"endless 100 Continue",
                 Kind::too_large,
                 floods("", "HTTP/1.1 100 Continue\r\n\r\n")},
             Row{"more announced than sent",
                 Kind::broken,
                 says(ok_line + "Content-Length: 10\r\n\r\nabc")},
             Row{"more announced than anybody takes",
                 Kind::too_large,
                 says(ok_line + "Content-Length: 99999999999999999999999\r\n\r\nabc")},
             Row{"negative length",
                 Kind::protocol,
                 says(ok_line + "Content-Length: -5\r\n\r\nabc")},
             Row{"length that is no number",
                 Kind::protocol,
                 says(ok_line + "Content-Length: ten\r\n\r\nabc")},
             Row{"chunk size that is no number",
                 Kind::protocol,
                 says(in_chunks + "zz\r\nab\r\n0\r\n\r\n")},
             Row{"huge chunk size",
                 Kind::protocol,
                 says(in_chunks + "fffffffffffffffff\r\nab\r\n0\r\n\r\n")},
             Row{"chunk beyond the limit",
                 Kind::broken,
                 says(in_chunks + "7fffffffffffffff\r\nab")},
             Row{"chunk without its end",
                 Kind::protocol,
                 says(in_chunks + "2\r\nabcd\r\n0\r\n\r\n")},
             Row{"chunks that break off", Kind::broken, says(in_chunks + "5\r\nab")},
             Row{"nothing at all", Kind::broken, says("")},
             Row{"header that breaks off", Kind::broken, says(ok_line + "X: y")},
             Row{"NUL in a header", Kind::protocol, says(ok_line + "X: a\0b\r\n\r\nabc"s)},
             Row{"NUL in the status line", Kind::protocol, says("HTTP/1.1 200 O\0K\r\n\r\nabc"s)},
             Row{"another protocol", Kind::protocol, says("SIP/2.0 200 OK\r\n\r\n")},
             Row{"no status", Kind::protocol, says("HTTP/1.1\r\n\r\n")},
             Row{"HTTP/0.9", Kind::protocol, says("<flat-profile></flat-profile>")},
             Row{"binary", Kind::protocol, says("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s)},
             Row{"reset before an answer",
                 Kind::broken,
                 [](Socket&client, const std::string&) { HttpPeer::reset(client); }},
         }) {
        SCOPED_TRACE(row.what);
        const auto outcome =
            ask(row.answer, row.kind == Kind::timeout ? short_limit : Duration(60s));
        if (outcome.answer) {
            ADD_FAILURE() << outcome.answer->status << " " << outcome.answer->body;
            continue;
        }
        expect_failure(outcome, row.kind);
    }
    expect_goes_on();
}

// RFC 9110 8.6: two lengths that differ are an error; that of the first must not cut the answer.
TEST_F(FetchHostileTest, TwoLengthsAreNoLength) {
    const auto outcome = ask([](Socket& client, const std::string&) {
        client.send(ok_line + "Content-Length: 3\r\nContent-Length: 6\r\n\r\nabcdef");
    });
    expect_failure(outcome, Kind::protocol);
    // Chunked counts, and the length beside it does not (RFC 9112 6.3).
    const auto both = ask([](Socket& client, const std::string&) {
        client.send(ok_line +
                    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "6\r\nabcdef\r\n0\r\n\r\n");
    });
    ASSERT_TRUE(both.answer) << both.failure->reason;
    EXPECT_EQ(both.answer->body, "abcdef");
}

// No content coding was asked for: what comes compressed stays so, and nothing inflates here.
TEST_F(FetchHostileTest, InflatesNothing) {
    const std::string body = "\x1f\x8b\x08 whatever this inflates to"s;
    const auto outcome = ask([&](Socket& client, const std::string&) {
        client.send(fmt::format("{}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n{}",
                                ok_line,
                                body.size(),
                                body));
    });
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->body, body);
}

// Wherever a connection breaks there is a failure, or an answer that is whole.
TEST_F(FetchHostileTest, MayBeResetAtEveryByte) {
    const std::string answer = ok_line + "Content-Length: 6\r\nETag: \"1\"\r\n\r\nabcdef";
    for (std::size_t sent = 0; sent <= answer.size(); ++sent) {
        SCOPED_TRACE(sent);
        const auto outcome = ask([&](Socket& client, const std::string&) {
            client.send(std::string_view(answer).substr(0, sent));
            HttpPeer::reset(client);
        });
        if (outcome.answer) {
            EXPECT_EQ(outcome.answer->body, "abcdef");
            EXPECT_EQ(sent, answer.size());
        } else {
            expect_failure(outcome, Kind::broken);
        }
    }
    expect_goes_on();
}

TEST_F(FetchHostileTest, MayBeClosedAtEveryByte) {
    const std::string answer = ok_line + "Content-Length: 6\r\n\r\nabcdef";
    for (std::size_t sent = 0; sent < answer.size(); ++sent) {
        SCOPED_TRACE(sent);
        const auto outcome = ask([&](Socket& client, const std::string&) {
            client.send(std::string_view(answer).substr(0, sent));
        });
        ASSERT_TRUE(outcome.failure) << outcome.answer->body;
        EXPECT_NE(outcome.failure->reason, "");
    }
    expect_goes_on();
}

// A server that answers before it was asked, and one that goes on behind its answer.
TEST_F(FetchHostileTest, TakesOneAnswerARequest) {
    const auto outcome = ask([](Socket& client, const std::string&) {
        client.send(ok_line + "Content-Length: 3\r\n\r\nabc" + ok_line +
                    "Content-Length: 5\r\n\r\nextra");
        HttpPeer::flood(client, "more and more");
    });
    ASSERT_TRUE(outcome.answer) << outcome.failure->reason;
    EXPECT_EQ(outcome.answer->body, "abc");
}

}  // namespace onhook::net
