#pragma once

// Administrators and phones that write to a server until it dies, and what they were promised.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "e2e/numbered_document.h"
#include "e2e/served.h"
#include "support/killing.h"

namespace onhook::test {

// Something that is written again and again, numbered upwards. After a kill it may be the last
// that was acknowledged or what was sent after that; never anything older.
struct Numbered {
    std::uint64_t acknowledged = 0;
    std::uint64_t sent = 0;
    std::uint64_t promises = 0;

    // Whoever saw a number once may rely on it from then on.
    void saw(std::uint64_t number, std::string_view what) {
        EXPECT_GE(number, acknowledged) << what << ": lost what was acknowledged";
        EXPECT_LE(number, sent) << what << ": nobody ever sent that";
        acknowledged = std::max(acknowledged, number);
    }
};

// Devices that come three at a time, in one table, and go one by one.
class DeviceFlow {
  public:
    // The next request. Its answer must be told before the next one.
    net::TransferRequest next(const ServedProcess& server) {
        if (present_.size() > 9) {
            unanswered_ = {false, {*present_.begin()}};
            return server.api(net::TransferRequest::Method::remove, "devices/" + *present_.begin());
        }
        std::string table = "mac,model,name,GPP_A\n";
        unanswered_ = {true, {}};
        for (int i = 0; i < 3; ++i) {
            const std::string mac = mac_of(++last_);
            table += mac + ",8841,Phone " + mac + "," + mac + "\n";
            unanswered_->macs.push_back(mac);
        }
        return server.api(net::TransferRequest::Method::post, "import/devices", table);
    }

    void acknowledged() {
        ++promises;
        const auto change = std::exchange(unanswered_, std::nullopt);
        for (const std::string& mac : change->macs) {
            came_or_went(mac);
        }
    }

    // `listed` is what the server has now, but for the devices of others.
    void check(std::set<std::string> listed) {
        if (const auto change = std::exchange(unanswered_, std::nullopt)) {
            std::size_t done = 0;
            for (const std::string& mac : change->macs) {
                done += listed.contains(mac) == change->adds ? 1U : 0U;
            }
            EXPECT_TRUE(done == 0 || done == change->macs.size())
                << done << " of " << change->macs.size() << " devices of one table";
            for (const std::string& mac : done == 0 ? std::vector<std::string>() : change->macs) {
                came_or_went(mac);
            }
        }
        EXPECT_EQ(listed, present_);
    }

    std::uint64_t promises = 0;

  private:
    struct Change {
        bool adds = false;
        std::vector<std::string> macs;
    };

    static std::string mac_of(std::uint32_t number) {
        const std::string digits = std::to_string(number);
        return "000e09" + std::string(6 - digits.size(), '0') + digits;
    }

    void came_or_went(const std::string& mac) {
        if (present_.erase(mac) == 0) {
            present_.insert(mac);
        }
    }

    std::set<std::string> present_;
    std::optional<Change> unanswered_;
    std::uint32_t last_ = 0;
};

class ServerLoad {
  public:
    ServerLoad(net::Loop& loop, HttpAsker& asker) : loop_(loop), asker_(asker), timer_(loop) {}

    // What the rest writes about. Once, on a fresh server.
    void set_up(const ServedProcess& server) {
        for (const char* mac : {single, reporting, imported}) {
            const Json device = {{"mac", mac}, {"model", "8841"}};
            const auto added = asker_.ask(server.api(Method::post, "devices", device.dump()));
            ASSERT_TRUE(added);
            ASSERT_EQ(added->status, 201) << added->body;
        }
    }

    // Four writers write, one request each at a time; the server is killed after `moment`. Every
    // answer that was on its way still counts.
    void write_until_killed(const ServedProcess& server, Duration moment) {
        killed_ = false;
        timer_.arm(net::Loop::now() + moment, [&] {
            server.kill();
            killed_ = true;
        });
        running_ = 4;
        write_setting(server);
        write_profile(server);
        write_report(server);
        change_devices(server);
        loop_.run();
        timer_.cancel();
    }

    // Everything that was promised is there.
    void check(const ServedProcess& server) {
        const Json one = ask_json(server.get(std::string("devices/") + single));
        setting_.saw(setting_number(one), "setting");
        const Json report = ask_json(server.get(std::string("devices/") + reporting + "/report"),
                                     report_.acknowledged == 0);
        if (report.contains("body")) {
            const std::string body = report["body"].get<std::string>();
            report_.saw(NumberedDocument::read(body, "report"), "report");
        } else {
            EXPECT_EQ(report_.acknowledged, 0U) << "no report is there";
        }
        const auto profile =
            asker_.ask(server.as_phone(Method::get, std::string("/") + imported + ".xml"));
        ASSERT_TRUE(profile);
        ASSERT_EQ(profile->status, 200);
        profile_.saw(NumberedDocument::read(profile->body, "profile"), "profile");
        std::set<std::string> listed;
        const Json all = ask_json(server.get("devices"));
        for (const Json& device : all.value("devices", Json::array())) {
            const std::string mac = device["mac"].get<std::string>();
            EXPECT_EQ(device["model"], "8841");
            if (mac != single && mac != reporting && mac != imported) {
                EXPECT_EQ(device["name"], "Phone " + mac);
                listed.insert(mac);
            }
        }
        devices_.check(std::move(listed));
    }

    [[nodiscard]] std::array<std::uint64_t, 4> promises() const {
        return {setting_.promises, profile_.promises, report_.promises, devices_.promises};
    }

  private:
    using Method = net::TransferRequest::Method;

    static constexpr const char* single = "000e08000001";     // one setting at a time
    static constexpr const char* reporting = "000e08000002";  // sends reports
    static constexpr const char* imported = "000e08000003";   // gets whole profiles

    static std::uint64_t setting_number(const Json& device) {
        for (const Json& setting : device.value("settings", Json::array())) {
            if (setting["name"] == "GPP_A") {
                return parse_number<std::uint64_t>(setting["value"].get<std::string>()).value_or(0);
            }
        }
        return 0;
    }

    Json ask_json(net::TransferRequest request, bool may_be_missing = false) {
        const auto answer = asker_.ask(std::move(request));
        EXPECT_TRUE(answer);
        if (!answer || (answer->status == 404 && may_be_missing)) {
            return Json::object();
        }
        EXPECT_EQ(answer->status, 200) << answer->body;
        Json json = Json::parse(answer->body, nullptr, false);
        EXPECT_TRUE(json.is_object());
        return json.is_object() ? json : Json::object();
    }

    // Whether this writer was promised something. Without an answer it has written its last.
    bool promised(const std::optional<net::TransferAnswer>& answer) {
        EXPECT_TRUE(answer || killed_) << "a server that lives did not answer";
        if (!answer) {
            return false;
        }
        EXPECT_EQ(answer->status / 100, 2) << answer->body;
        return answer->status / 100 == 2;
    }

    void stop_writing() {
        if (--running_ == 0) {
            loop_.stop();
        }
    }

    template <typename Again>
    void write(Numbered& about, net::TransferRequest request, Again again) {
        asker_.start(std::move(request), [this, &about, number = about.sent, again](auto answer) {
            if (!promised(answer)) {
                stop_writing();
                return;
            }
            about.acknowledged = number;
            ++about.promises;
            again();
        });
    }

    void write_setting(const ServedProcess& server) {
        const Json body = {{"value", std::to_string(++setting_.sent)}};
        const std::string path = std::string("settings/device/") + single + "/GPP_A";
        write(setting_, server.api(Method::put, path, body.dump()), [this, &server] {
            write_setting(server);
        });
    }

    void write_profile(const ServedProcess& server) {
        const std::string path = std::string("import/profile/device/") + imported;
        const std::string body = NumberedDocument::write(++profile_.sent);
        write(profile_, server.api(Method::post, path, body), [this, &server] {
            write_profile(server);
        });
    }

    void write_report(const ServedProcess& server) {
        const std::string target = std::string("/report/") + reporting + ".xml";
        const std::string body = NumberedDocument::write(++report_.sent);
        write(report_, server.as_phone(Method::put, target, body), [this, &server] {
            write_report(server);
        });
    }

    void change_devices(const ServedProcess& server) {
        asker_.start(devices_.next(server), [this, &server](auto answer) {
            if (!promised(answer)) {
                stop_writing();
                return;
            }
            devices_.acknowledged();
            change_devices(server);
        });
    }

    net::Loop& loop_;
    HttpAsker& asker_;
    net::Timer timer_;
    Numbered setting_;
    Numbered profile_;
    Numbered report_;
    DeviceFlow devices_;
    bool killed_ = false;
    int running_ = 0;
};

}  // namespace onhook::test
