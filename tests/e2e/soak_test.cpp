// A day of resyncs in seconds: one process, 10,000 resyncs over loopback by servers that fail in
// every way. It neither grows nor forgets a descriptor, and what it says is what happened.
// ONHOOK_SOAK_RESYNCS runs longer, ONHOOK_SEED replays the choices.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/prng.h"
#include "base/text.h"
#include "net/certificate.h"
#include "net/http_server.h"
#include "net/tftp_server.h"
#include "support/http_peer.h"
#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

using support::HttpPeer;
using support::Socket;

constexpr std::uint64_t fixed_seed = 20;
constexpr int usual_count = 10'000;
constexpr int warm_up = 500;
constexpr long growth_limit_kib = 1024;

const std::string succeeded = "Successful resync";

std::uint64_t number_from_environment(const char* name, std::uint64_t usual) {
    const char* given = std::getenv(name);
    return parse_number<std::uint64_t>(given == nullptr ? "" : given).value_or(usual);
}

// What a phone's log says of a URL "/<name>/<number>" when its server answers as `answer` does.
struct Fault {
    std::string name;
    int weight = 1;
    std::string said;  // `succeeded`, or what stands behind "Resync failed: "
    std::function<void(Socket& client, const std::string& number)> answer = {};
};

std::string answer_of(std::string_view status, std::string_view body, std::string_view more = {}) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more, body);
}

std::string profile_number(const std::string& number) {
    return profile_of("<GPP_A>" + number + "</GPP_A>");
}

void refuse_with(Socket& client, std::string_view challenge) {
    client.send(
        answer_of("401 Unauthorized", "who?", fmt::format("WWW-Authenticate: {}\r\n", challenge)));
}

std::vector<Fault> good_and_slow() {
    return {{"changed",
             40,
             succeeded,
             [](Socket& client, const std::string& number) {
                 client.send(answer_of("200 OK", profile_number(number)));
             }},
            {"same",
             10,
             succeeded,
             [](Socket& client, const std::string&) {
                 client.send(answer_of("200 OK", profile_of("<GPP_B>same</GPP_B>")));
             }},
            {"drip",
             4,
             succeeded,
             [](Socket& client, const std::string& number) {
                 HttpPeer::drip(client, answer_of("200 OK", profile_number(number)), 1);
             }},
            {"moved",
             4,
             succeeded,
             [](Socket& client, const std::string& number) {
                 client.send(answer_of("302 Found", "", "Location: /changed/" + number + "\r\n"));
             }},
            {"restart", 3, succeeded, [](Socket& client, const std::string& number) {
                 client.send(answer_of(
                     "200 OK", profile_of("<Station_Name>Desk " + number + "</Station_Name>")));
             }}};
}

std::vector<Fault> refusals() {
    return {
        {"missing",
         6,
         "file not found",
         [](Socket& client, const std::string&) { client.send(answer_of("404 Not Found", "no")); }},
        {"error",
         6,
         "http_get failed: 500",
         [](Socket& client, const std::string&) {
             client.send(answer_of("500 Oops", std::string(2000, 'x')));
         }},
        {"loop",
         3,
         "http_get failed: more than 5 redirects",
         [](Socket& client, const std::string& number) {
             client.send(answer_of("301 Moved", "", "Location: /loop/" + number + "\r\n"));
         }},
        {"nowhere",
         3,
         "http_get failed: redirect without a usable Location",
         [](Socket& client, const std::string&) {
             client.send(answer_of("302 Found", "", "Location: file:///etc/passwd\r\n"));
         }},
        {"digest",
         3,
         "auth failed",
         [](Socket& client, const std::string& number) {
             refuse_with(client,
                         "Digest realm=\"r\", nonce=\"" + number + "\", qop=\"auth\", stale=true");
         }},
        {"challenge", 3, "auth failed", [](Socket& client, const std::string&) {
             refuse_with(client, "Negotiate \"=,,;\\");
         }}};
}

std::vector<Fault> broken_answers() {
    return {{"cut",
             4,
             "connect failed: ",
             [](Socket& client, const std::string&) {
                 client.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<flat-profile>");
             }},
            {"reset",
             4,
             "connect failed: ",
             [](Socket& client, const std::string&) { HttpPeer::reset(client); }},
            {"reset-later",
             4,
             "connect failed: ",
             [](Socket& client, const std::string&) {
                 client.send("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<flat-profile>");
                 HttpPeer::reset(client);
             }},
            {"silence", 3, "connect failed: ", [](Socket&, const std::string&) {}},
            {"protocol", 3, "http_get failed: ", [](Socket& client, const std::string&) {
                 client.send("SIP/2.0 200 OK\r\n\r\n");
             }}};
}

std::vector<Fault> bad_documents() {
    return {{"corrupt",
             5,
             "corrupt file: ",
             [](Socket& client, const std::string&) {
                 client.send(answer_of("200 OK", "<flat-profile><GPP_A>never</GPP_A>"));
             }},
            {"empty",
             3,
             "corrupt file: ",
             [](Socket& client, const std::string&) { client.send(answer_of("200 OK", "")); }},
            {"header", 2, "corrupt file: ", [](Socket& client, const std::string&) {
                 client.send("HTTP/1.1 200 OK\r\n");
                 HttpPeer::flood(client, "X-More: and more\r\n");
             }}};
}

// Of the process, in KiB.
struct Footprint {
    long own = 0;
    long resident = 0;
};

Footprint footprint_of(pid_t process) {
    Footprint found;
    std::istringstream lines(read_text(fmt::format("/proc/{}/smaps_rollup", process)));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        long kib = 0;
        words >> name >> kib;
        found.resident += name == "Rss:" ? kib : 0;
        found.own += name == "Anonymous:" ? kib : 0;
    }
    return found;
}

// What the open descriptors of the process are: "socket:", "/path".
std::multiset<std::string> descriptors_of(pid_t process) {
    std::multiset<std::string> found;
    for (const auto& entry :
         std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", process))) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry.path(), gone).string();
        found.insert(target.substr(0, target.find('[')));  // the number of a socket says nothing
    }
    return found;
}

// Children of the process, dead ones too.
int children_of(pid_t process) {
    std::istringstream children(read_text(fmt::format("/proc/{0}/task/{0}/children", process)));
    int count = 0;
    for (std::string child; children >> child;) {
        ++count;
    }
    return count;
}

// The disk's own pace is not what is tried here: the state is in memory where the system has room.
std::string state_place(const std::string& usual) {
    std::string name = "/dev/shm/onhook-soak-XXXXXX";
    return ::mkdtemp(name.data()) == nullptr ? usual : name;
}

class Soak : public ::testing::Test {
  protected:
    Soak() : state_(state_place(directory_.file("state"))) {
        for (const auto& some : {good_and_slow(), refusals(), broken_answers(), bad_documents()}) {
            faults_.insert(faults_.end(), some.begin(), some.end());
        }
        serve_bomb();
        serve_other_transports();
        for (const Fault& fault : faults_) {
            total_weight_ += fault.weight;
        }
    }

    ~Soak() override { std::filesystem::remove_all(state_); }

    // 1.11: what a few KiB inflate to.
    void serve_bomb() {
        const std::string file = directory_.file("bomb.gz");
        const Ran ran = run({"sh", "-c", "head -c 50000000 /dev/zero | gzip > " + file});
        EXPECT_EQ(ran.status, 0) << ran.output;
        faults_.push_back({"bomb",
                           1,
                           "corrupt file: ",
                           [bomb = read_text(file)](Socket& client, const std::string&) {
                               client.send(answer_of("200 OK", bomb, "Content-Encoding: gzip\r\n"));
                           }});
    }

    void serve_other_transports() {
        const net::CertificateFiles files{directory_.file("tls.pem"), directory_.file("tls.key")};
        EXPECT_TRUE(net::make_self_signed(files, {{"127.0.0.1"}, net::Loop::wall_now()}));
        loop_.on_loop([&] {
            auto tls = net::HttpServer::listen(
                loop_.loop(),
                {.tls = net::TlsServer{files.certificate_file, files.key_file}},
                [](const net::HttpRequest& request, const net::HttpRespond& respond) {
                    const std::size_t slash = request.target.rfind('/');
                    respond({.body = profile_number(request.target.substr(slash + 1))});
                });
            auto tftp = net::TftpServer::listen(
                loop_.loop(),
                {.port = 0},
                [](const net::TftpRequest& request, const net::TftpRespond& respond) {
                    const std::size_t slash = request.filename.rfind('/');
                    if (request.filename.starts_with("tftp-missing")) {
                        respond(net::TftpRefusal{wire::tftp::ErrorCode::file_not_found, "no"});
                        return;
                    }
                    respond(std::make_shared<const std::string>(
                        profile_number(request.filename.substr(slash + 1)) +
                        std::string(1500, ' ')));
                },
                [](const net::TftpReport&) {});
            ASSERT_TRUE(tls && tftp);
            tls_ = *std::move(tls);
            tftp_ = *std::move(tftp);
        });
        const std::string tls = fmt::format("https://127.0.0.1:{}", tls_->port());
        const std::string tftp = fmt::format("tftp://127.0.0.1:{}", tftp_->port());
        elsewhere_ = {{"tls", tls}, {"tftp", tftp}, {"tftp-missing", tftp}};
        faults_.push_back({"tls", 3, succeeded});
        faults_.push_back({"tftp", 4, succeeded});
        faults_.push_back({"tftp-missing", 2, "file not found"});
    }

    void TearDown() override {
        loop_.on_loop([this] {
            tls_.reset();
            tftp_.reset();
        });
    }

    void start() {
        phone_ = std::make_unique<Process>(
            Words{released_program(),
                  "phone",
                  "--mac",
                  phone_mac,
                  "--state",
                  state_,
                  "--ca",
                  directory_.file("tls.pem")} +
            Words{"--set", "Profile_Rule=", "--set", "Resync_On_Reset=No"} +
            Words{"--set",
                  "Report_Rule=" + provider_.url("/report/0"),
                  "--set",
                  "HTTP_Report_Method=PUT"});
        ASSERT_TRUE(take("web utility on ")) << log_tail_;
        ASSERT_TRUE(take("report sent to ")) << log_tail_;
        const std::string url = read_text(state_ + "/web.url");
        const auto port = Url::parse(url.substr(0, url.find('\n')));
        ASSERT_TRUE(port) << url;
        ASSERT_TRUE(web_.connect(port->port()));
    }

    // Reads the log up to a line with `wanted`; a line that nothing explains is a failure.
    [[nodiscard]] bool take(std::string_view wanted) {
        static const std::vector<std::string> usual = {"web utility on ",
                                                       "SIP on ",
                                                       "starts: ",
                                                       "customization ",
                                                       "Requesting resync ",
                                                       succeeded,
                                                       "Resync failed: ",
                                                       "report sent to "};
        while (const auto line = phone_->take_line()) {
            log_tail_ = *line;
            const bool known = std::any_of(usual.begin(), usual.end(), [&](const std::string& one) {
                return line->find(one) != std::string::npos;
            });
            EXPECT_TRUE(known) << *line;
            if (line->find(wanted) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    // One request of the administrator's, over the connection that stays.
    void resync(const Fault& fault, const std::string& number) {
        const auto place = elsewhere_.find(fault.name);
        const std::string target = "/" + fault.name + "/" + number;
        std::string url =
            place == elsewhere_.end() ? provider_.url(target) : place->second + target;
        url.replace(url.find("://"), 3, "%3A//");  // 10.1: what holds options goes as escapes
        ASSERT_TRUE(web_.send("GET /admin/resync?%5B--uid%20u%20--pwd%20p%5D%20" + url +
                              " HTTP/1.1\r\nHost: phone\r\n\r\n"));
        const std::string answer = web_.receive_until("</p>\n");
        ASSERT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
        ASSERT_TRUE(take("resync ")) << fault.name << ": " << log_tail_;
        ASSERT_NE(log_tail_.find("Requesting resync "), std::string::npos) << log_tail_;
        const bool succeeds = fault.said == succeeded;
        ASSERT_TRUE(take(succeeds ? succeeded : "Resync failed: " + fault.said))
            << fault.name << ": " << log_tail_;
        if (fault.name == "restart") {
            ASSERT_TRUE(take("starts: ")) << log_tail_;
            ASSERT_TRUE(take("report sent to ")) << log_tail_;
        }
    }

    [[nodiscard]] const Fault& draw() {
        auto left = static_cast<int>(prng_.up_to(static_cast<std::uint64_t>(total_weight_ - 1)));
        std::size_t which = 0;
        while (left >= faults_[which].weight) {
            left -= faults_[which++].weight;
        }
        return faults_[which];
    }

    void answer(Socket& client, const std::string& request) {
        const auto words = split(std::string_view(request).substr(0, request.find('\r')), ' ');
        const auto parts = split(words.size() > 1 ? words[1] : "//", '/');
        const std::string name(parts[1]);
        if (name == "report") {
            client.send(answer_of("201 Created", ""));
            return;
        }
        for (const Fault& fault : faults_) {
            if (fault.name == name) {
                fault.answer(client, std::string(parts.back()));
                return;
            }
        }
        ADD_FAILURE() << request;
    }

    TemporaryDirectory directory_;
    std::string state_;
    Prng prng_{number_from_environment("ONHOOK_SEED", fixed_seed)};
    std::vector<Fault> faults_;
    int total_weight_ = 0;
    std::map<std::string, std::string> elsewhere_;  // the servers of names that are not HTTP's
    support::LoopThread loop_;
    std::unique_ptr<net::HttpServer> tls_;
    std::unique_ptr<net::TftpServer> tftp_;
    HttpPeer provider_{
        [this](Socket& client, const std::string& request) { answer(client, request); }};
    std::unique_ptr<Process> phone_;
    Socket web_{SOCK_STREAM};
    std::string log_tail_;
};

TEST_F(Soak, TenThousandResyncsLeaveAPhoneAsItWas) {
    const auto count =
        static_cast<int>(number_from_environment("ONHOOK_SOAK_RESYNCS", usual_count));
    ASSERT_NO_FATAL_FAILURE(start());
    // The phone has taken our connection once it answered on it.
    ASSERT_NO_FATAL_FAILURE(resync(faults_.front(), "first"));
    const auto descriptors = descriptors_of(phone_->pid());
    Footprint before;
    std::map<std::string, int> done;
    for (int i = 1; i <= count; ++i) {
        const Fault& fault = draw();
        ASSERT_NO_FATAL_FAILURE(resync(fault, std::to_string(i))) << "resync " << i;
        ++done[fault.name];
        if (i == warm_up) {
            before = footprint_of(phone_->pid());
        }
    }
    EXPECT_EQ(done.size(), faults_.size());  // each has happened
    ASSERT_NO_FATAL_FAILURE(resync(faults_.front(), "last"));
    // The socket of a TFTP transfer stays for as long as its last ACK may have to be repeated.
    EXPECT_TRUE(becomes_true([&] { return descriptors_of(phone_->pid()) == descriptors; }))
        << testing::PrintToString(descriptors_of(phone_->pid()));
    const Footprint after = footprint_of(phone_->pid());
    std::cout << fmt::format(
        "{} resyncs: own memory {} KiB, then {} KiB; resident {} KiB, then {} KiB; {} "
        "descriptors\n",
        count,
        before.own,
        after.own,
        before.resident,
        after.resident,
        descriptors.size());
    EXPECT_LE(after.own - before.own, growth_limit_kib);
    EXPECT_LE(after.resident - before.resident, growth_limit_kib);
    EXPECT_EQ(children_of(phone_->pid()), 0);
    expect_orderly_end(*phone_);
    const auto state = agent::StateFile::peek(state_);
    ASSERT_TRUE(state && *state);
    const auto& memory = (*state)->memory;
    EXPECT_EQ(memory.values.get(*memory.values.catalogue().find("GPP_A")), "last");
    EXPECT_TRUE(memory.resyncs.front().succeeded);
}

}  // namespace

}  // namespace onhook::test
