#pragma once

// A provider whose profiles are numbered generations, and the phones that take them.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "net/http_server.h"
#include "net/loop.h"
#include "support/process.h"
#include "support/temporary_directory.h"

namespace onhook::test {

// Two files that a phone applies one after the other. Every time that the first is asked for a new
// generation begins; all values of a file are its generation.
class NumberedProvider {
  public:
    // `asked` hears of every path, before it is answered.
    NumberedProvider(net::Loop& loop, std::function<void(const std::string&)> asked)
        : asked_(std::move(asked)) {
        auto server = net::HttpServer::listen(
            loop, {}, [this](const net::HttpRequest& request, const net::HttpRespond& respond) {
                asked_(request.target);
                respond({.status = 200,
                         .headers = {{"Content-Type", "application/xml"}},
                         .body = answer_to(request.target)});
            });
        CHECK(server.has_value());
        server_ = *std::move(server);
    }

    [[nodiscard]] std::string url(std::string_view path) const {
        return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
    }

    [[nodiscard]] std::uint64_t newest() const { return generation_; }

    // The parameters of /a.xml and of /b.xml: half of the general purpose parameters each, and
    // what makes the phone restart when it changes. GPP_A and GPP_B are the bare number; they are
    // what the phone's log shows.
    static std::vector<std::string> names_in(char file) {
        std::vector<std::string> names;
        for (int letter = file - 'a'; letter < 16; letter += 2) {
            names.push_back(std::string("GPP_") + static_cast<char>('A' + letter));
        }
        for (int line = 1; line <= 16; ++line) {
            const std::string name = file == 'a' ? "Display_Name_" : "Short_Name_";
            names.push_back(name + std::to_string(line) + "_");
        }
        names.emplace_back(file == 'a' ? "Station_Name" : "User_ID_1_");
        return names;
    }

    // Long where it may be: the more there is to write, the more moments there are to die in.
    static std::string value_of(const std::string& name, std::uint64_t generation) {
        const bool is_long = name.starts_with("GPP_") && name != "GPP_A" && name != "GPP_B";
        return std::to_string(generation) + (is_long ? ":" + std::string(8000, 'x') : "");
    }

  private:
    std::string answer_to(const std::string& target) {
        std::string document = "<flat-profile>\n";
        const auto add = [&document](const std::string& name, const std::string& value) {
            document += "<" + name + ">" + value + "</" + name + ">\n";
        };
        if (target.starts_with("/redirect")) {
            add("Profile_Rule", url("/a.xml"));
            add("Profile_Rule_B", url("/b.xml"));
        } else {
            const char file = target.starts_with("/a") ? 'a' : 'b';
            generation_ += file == 'a' ? 1U : 0U;
            for (const std::string& name : names_in(file)) {
                add(name, value_of(name, generation_));
            }
        }
        return document + "</flat-profile>\n";
    }

    std::function<void(const std::string&)> asked_;
    std::uint64_t generation_ = 0;
    std::unique_ptr<net::HttpServer> server_;
};

// What a phone's state file says.
struct SavedPhone {
    std::string customization;
    std::map<char, std::uint64_t> generation;  // of 'a' and 'b'; 0 before the first
    bool has_rules = false;                    // the redirect's answer
};

// Nothing when there is no such file. Everything that is wrong with it is a failure of the test.
inline std::optional<SavedPhone> read_saved_phone(const std::string& directory) {
    std::ifstream file(directory + "/phone.json");
    if (!file) {
        return std::nullopt;
    }
    std::stringstream text;
    text << file.rdbuf();
    const auto json = nlohmann::json::parse(text.str(), nullptr, false);
    EXPECT_TRUE(json.is_object()) << "the state is torn: " << text.str().size() << " bytes";
    if (!json.is_object()) {
        return std::nullopt;
    }
    const auto value = [&json](const std::string& name) {
        const auto found = json["values"].find(name);
        return found == json["values"].end() ? std::string() : found->value("value", "");
    };
    SavedPhone phone{json.value("customization", ""), {}, false};
    for (const char file_name : {'a', 'b'}) {
        const auto names = NumberedProvider::names_in(file_name);
        const auto number = parse_number<std::uint64_t>(value(names.front()));
        phone.generation[file_name] = number.value_or(0);
        for (const std::string& name : names) {
            const std::string expected =
                number ? NumberedProvider::value_of(name, *number) : std::string();
            EXPECT_EQ(value(name), expected) << "profile " << file_name << " is half applied";
        }
    }
    phone.has_rules = value("Profile_Rule").ends_with("/a.xml");
    EXPECT_EQ(phone.has_rules, value("Profile_Rule_B").ends_with("/b.xml"))
        << "the redirect is half applied";
    return phone;
}

// One phone from its box on, as it should be after everything that happened to it.
class PhoneLife {
  public:
    explicit PhoneLife(const NumberedProvider& provider) : provider_(provider) {}

    [[nodiscard]] std::unique_ptr<Process> start() const {
        return std::make_unique<Process>(
            std::vector<std::string>{released_program(),
                                     "phone",
                                     "--mac",
                                     "000e08000001",
                                     "--state",
                                     directory_.path().string(),
                                     "--redirect",
                                     provider_.url("/redirect"),
                                     "--web",
                                     "off",
                                     "--set",
                                     "Resync_Random_Delay=0",
                                     "--set",
                                     "Resync_Periodic=1",
                                     "--set",
                                     "Resync_Error_Retry_Delay=1",
                                     "--set",
                                     "Log_Success_Msg=Successful resync $PATH generation $A $B."});
    }

    // The phone is dead and its last words are known: is its state what it must be?
    void check(const std::string& output) {
        const auto saved = read_saved_phone(directory_.path().string());
        ASSERT_TRUE(saved || (!seen_ && output.find("Successful") == std::string::npos))
            << "the state is gone";
        if (!saved) {
            return;
        }
        check_customization(*saved, output);
        for (const auto& [file, generation] : saved->generation) {
            EXPECT_GE(generation, std::max(kept_[file], acknowledged(file, output)))
                << "lost what was acknowledged\n"
                << output;
            EXPECT_LE(generation, provider_.newest());
            kept_[file] = generation;
        }
        EXPECT_LE(saved->generation.at('b'), saved->generation.at('a'));
        seen_ = true;
        state_ = saved->customization;
    }

    // The same look that an administrator takes.
    void check_status_command() const {
        const Ran status = run({released_program(),
                                "phone",
                                "status",
                                "--state",
                                directory_.path().string(),
                                "--json"});
        EXPECT_EQ(status.status, seen_ ? 0 : 1) << status.output;
        const auto json = nlohmann::json::parse(status.output, nullptr, false);
        EXPECT_TRUE(!seen_ || json.value("customization", "") == state_) << status.output;
    }

    // It asks the redirect service again after a minute only (7.2): nothing more to see here.
    [[nodiscard]] bool is_pending() const { return state_ == "Pending"; }

    [[nodiscard]] const std::string& state() const { return state_; }

  private:
    // The newest generation of `file` that the phone said it has. The message shows both numbers.
    static std::uint64_t acknowledged(char file, const std::string& output) {
        const std::string wanted = std::string("Successful resync /") + file + ".xml generation ";
        const std::size_t found = output.rfind(wanted);
        const std::size_t end =
            found == std::string::npos ? found : output.find('.', found + wanted.size());
        if (end == std::string::npos) {
            return 0;
        }
        const std::string_view text(output);
        const auto numbers =
            split(text.substr(found + wanted.size(), end - found - wanted.size()), ' ');
        const auto number = parse_number<std::uint64_t>(numbers.at(file == 'a' ? 0 : 1));
        EXPECT_TRUE(number) << output;
        return number.value_or(0);
    }

    // 7.1: Open, Pending, Custom-Pending, Acquired, one after the other and never back; nobody
    // aborts this phone, and its provider knows it.
    void check_customization(const SavedPhone& saved, const std::string& output) {
        static const std::vector<std::string> path = {
            "Open", "Pending", "Custom-Pending", "Acquired"};
        const auto place = [](const std::string& state) {
            return std::find(path.begin(), path.end(), state) - path.begin();
        };
        const auto now = place(saved.customization);
        EXPECT_LT(now, 4) << saved.customization;
        EXPECT_GE(now, place(state_)) << saved.customization << " after " << state_;
        for (const std::string_view line : split(output, '\n')) {
            for (std::size_t i = 0; line.find("customization ") != line.npos && i < path.size();
                 ++i) {
                const bool leaves = line.find("customization " + path[i] + " -> ") != line.npos;
                EXPECT_TRUE(!leaves || (i + 1 < path.size() && line.ends_with("-> " + path[i + 1])))
                    << line;
            }
        }
        EXPECT_EQ(saved.has_rules, now >= place("Custom-Pending")) << saved.customization;
        EXPECT_TRUE(saved.generation.at('a') == 0 || saved.has_rules);
        EXPECT_TRUE(now < place("Acquired") || saved.generation.at('b') != 0);
    }

    const NumberedProvider& provider_;
    TemporaryDirectory directory_;
    bool seen_ = false;
    std::string state_ = "Open";
    std::map<char, std::uint64_t> kept_;
};

}  // namespace onhook::test
