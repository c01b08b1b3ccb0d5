#pragma once

// `onhook serve` and `onhook phone` as whole processes on free ports of loopback, for end-to-end
// tests. Both end with the object; stop() ends one as an administrator would and looks how it went.
#include <chrono>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "agent/state_file.h"
#include "support/process.h"

namespace onhook::test {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

inline Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

inline std::string read_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_text(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string profile_of(std::string_view elements) {
    return "<flat-profile>" + std::string(elements) + "</flat-profile>";
}

// True as soon as `holds()` is; false when it is not within `limit`.
template <typename Condition>
[[nodiscard]] bool becomes_true(Condition holds,
                                std::chrono::milliseconds limit = std::chrono::seconds(15)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
}

inline int times_in(std::string_view text, std::string_view what) {
    int count = 0;
    for (std::size_t at = text.find(what); at != text.npos;
         at = text.find(what, at + what.size())) {
        ++count;
    }
    return count;
}

// SIGTERM is the ordinary end: status 0, and nothing for the sanitizers to say. Once is enough.
inline void expect_orderly_end(Process& process) {
    if (process.pid() == 0) {
        return;
    }
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(), 0) << process.output();
    for (const char* word : {"Sanitizer", "runtime error"}) {
        EXPECT_EQ(times_in(process.output(), word), 0) << process.output();
    }
}

// curl, quiet but for its errors. Words behind it as on its command line.
inline Ran curl(const Words& words) { return run(Words{"curl", "-sS", "--noproxy", "*"} + words); }

// The status alone: "403".
inline std::string curl_status(const Words& words) {
    return curl(Words{"-o", "/dev/null", "-w", "%{http_code}"} + words).output;
}

class RunningServer {
  public:
    explicit RunningServer(std::string data)
        : data_(std::move(data)), process_(command_for(data_)) {
        EXPECT_TRUE(process_.wait_for("ready: ")) << process_.output();
        access_ = Json::parse(read_text(data_ + "/admin.json"), nullptr, false);
    }

    // Everything on ports that the system chooses.
    static Words command_for(const std::string& data) {
        Words words{onhook_program(), "serve", "--data", data};
        for (const char* listener : {"--http", "--https", "--tftp", "--syslog", "--admin"}) {
            words = words + Words{listener, "127.0.0.1:0"};
        }
        return words;
    }

    // "http", "https", "tftp", "syslog", "admin"; as text, for command lines.
    [[nodiscard]] std::string port(const std::string& listener) const {
        return access_.is_object() ? std::to_string(access_["ports"][listener].get<int>()) : "0";
    }

    // By name, which the certificate has: "https://localhost:PORT/".
    [[nodiscard]] std::string url(const std::string& scheme, const std::string& path) const {
        return scheme + "://localhost:" + port(scheme) + path;
    }

    // Of the administrators' API: "devices".
    [[nodiscard]] std::string api_url(const std::string& path) const {
        return "http://localhost:" + port("admin") + "/api/v1/" + path;
    }

    [[nodiscard]] std::string token() const { return access_.value("token", ""); }

    [[nodiscard]] std::string certificate() const { return data_ + "/tls/server.crt"; }

    [[nodiscard]] const std::string& data() const { return data_; }

    [[nodiscard]] Ran admin(const Words& words) const {
        return run(Words{onhook_program(), "admin"} + words + Words{"--data", data_});
    }

    // An administrator's command that must succeed.
    void done(const Words& words) const {
        const Ran ran = admin(words);
        EXPECT_EQ(ran.status, 0) << ran.output;
    }

    // One that the server refuses: its sentence.
    [[nodiscard]] std::string refused(const Words& words) const {
        const Ran ran = admin(words);
        EXPECT_EQ(ran.status, 1) << ran.output;
        EXPECT_TRUE(ran.output.starts_with("onhook: ")) << ran.output;
        EXPECT_EQ(times_in(ran.output, "\n"), 1) << ran.output;
        return ran.output;
    }

    [[nodiscard]] Json admin_json(const Words& words) const {
        const Ran ran = admin(words + Words{"--json"});
        EXPECT_EQ(ran.status, 0) << ran.output;
        return Json::parse(ran.output, nullptr, false);
    }

    // Whether a syslog message with this text has come in from that phone.
    [[nodiscard]] bool has_message(const std::string& mac, std::string_view text) const {
        return becomes_true([&] {
            const Json all = admin_json({"messages", "--device", mac});
            for (const Json& message : all["messages"]) {
                if (message["text"].get<std::string>().find(text) != std::string::npos) {
                    return true;
                }
            }
            return false;
        });
    }

    [[nodiscard]] Process& process() { return process_; }

    void stop() { expect_orderly_end(process_); }

  private:
    std::string data_;
    Process process_;
    Json access_;
};

inline const std::string phone_mac = "000e08000001";
inline const std::string phone_user_agent = "Cisco-CP-8841-3PCC/11.3.1 (000e08000001)";

class RunningPhone {
  public:
    // A phone that was told before its first power-up where its profile is, and does not wait at
    // random before it asks. `more` are further options.
    RunningPhone(std::string state, const std::string& rule, const Words& more = {})
        : RunningPhone(
              std::move(state),
              Words{"--set", "Profile_Rule=" + rule, "--set", "Resync_Random_Delay=0"} + more) {}

    RunningPhone(std::string state, const Words& options)
        : state_(std::move(state)),
          process_(Words{onhook_program(), "phone", "--mac", phone_mac, "--state", state_} +
                   options) {}

    [[nodiscard]] bool says(const std::string& text,
                            std::chrono::milliseconds limit = std::chrono::seconds(15)) {
        return process_.wait_for(text, limit);
    }

    // From now on: says `text` once more than it has so far.
    [[nodiscard]] bool says_again(const std::string& text) {
        const int before = times_in(process_.output(), text);
        return becomes_true([&] {
            (void)process_.wait_for("never said", std::chrono::milliseconds(50));
            return times_in(process_.output(), text) > before;
        });
    }

    // What an administrator asks at its web utility: "/admin/resync".
    [[nodiscard]] Ran web(const std::string& path) const {
        std::string url = read_text(state_ + "/web.url");
        url.resize(std::min(url.find_last_of('/'), url.size()));
        return curl({"-g", url + path});
    }

    // `onhook phone status --json`.
    [[nodiscard]] Json status() const {
        const Ran ran = run({onhook_program(), "phone", "status", "--state", state_, "--json"});
        EXPECT_EQ(ran.status, 0) << ran.output;
        return Json::parse(ran.output, nullptr, false);
    }

    // Whether the last resync on disk comes to have failed for a reason with `why` in it; empty
    // means that it succeeded.
    [[nodiscard]] bool last_resync_is(std::string_view why) const {
        return becomes_true([&] {
            const auto state = agent::StateFile::peek(state_);
            if (!state || !*state || (*state)->memory.resyncs.empty()) {
                return false;
            }
            const auto& last = (*state)->memory.resyncs.front();
            return last.succeeded == why.empty() &&
                   last.error.view().find(why) != std::string::npos;
        });
    }

    // A parameter as it is on disk.
    [[nodiscard]] std::string value(std::string_view name) const {
        const auto state = agent::StateFile::peek(state_);
        if (!state || !*state) {
            ADD_FAILURE() << "no state in " << state_;
            return {};
        }
        const auto& values = (*state)->memory.values;
        const auto id = values.catalogue().find(name);
        EXPECT_TRUE(id) << name;
        return id ? std::string(values.get(*id)) : std::string();
    }

    [[nodiscard]] Process& process() { return process_; }

    [[nodiscard]] const std::string& output() const { return process_.output(); }

    void stop() { expect_orderly_end(process_); }

  private:
    std::string state_;
    Process process_;
};

}  // namespace onhook::test
