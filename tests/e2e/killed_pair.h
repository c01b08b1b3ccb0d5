#pragma once

// A server and its phone, both of which may die at any moment.
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "e2e/numbered_document.h"
#include "e2e/served.h"
#include "support/killing.h"
#include "support/process.h"
#include "support/temporary_directory.h"

namespace onhook::test {

class KilledPair {
  public:
    struct Who {
        bool server = false;
        bool phone = false;
    };

    explicit KilledPair(net::Loop& loop) : asker_(loop) {}

    void start_what_is_dead() {
        if (!server_) {
            server_ = std::make_unique<ServedProcess>(data_.path().string(), address_, port_);
            ASSERT_TRUE(server_->ready()) << server_->output();
            if (port_ == 0) {
                port_ = server_->http_port();
                expect_done(Method::post, "devices", Json{{"mac", mac}, {"model", "8841"}}.dump());
            }
        }
        if (!phone_) {
            phone_ = std::make_unique<Process>(
                std::vector<std::string>{released_program(),
                                         "phone",
                                         "--mac",
                                         mac,
                                         "--state",
                                         state_.path().string(),
                                         "--web",
                                         "off",
                                         "--set",
                                         "Profile_Rule=" + at_server("/$MA.xml"),
                                         "--set",
                                         "Resync_Random_Delay=0",
                                         "--set",
                                         "Resync_Periodic=1",
                                         "--set",
                                         "Resync_Error_Retry_Delay=1"});
        }
    }

    // One more generation of everything; the server is alive.
    void change_settings() {
        expect_done(Method::post,
                    std::string("import/profile/device/") + mac,
                    NumberedDocument::write(++number_));
    }

    void kill(const Who& who) {
        if (who.server) {
            server_->kill();
            EXPECT_EQ(server_->wait(), 128 + SIGKILL) << server_->output();
            server_.reset();
        }
        if (who.phone) {
            phone_->signal(SIGKILL);
            EXPECT_EQ(phone_->wait(), 128 + SIGKILL) << phone_->output();
            phone_.reset();
        }
    }

    // What the phone has on disk and what it reported are what the server was told last.
    [[nodiscard]] bool agree() {
        return number_at_phone() == number_ && number_reported() == number_;
    }

    [[nodiscard]] std::string describe() {
        return "told " + std::to_string(number_) + ", the phone has " +
               std::to_string(number_at_phone()) + ", reported " +
               std::to_string(number_reported());
    }

  private:
    using Method = net::TransferRequest::Method;

    static constexpr const char* mac = "000e08000001";

    // An address of its own: no connection that anybody makes takes the port while the server is
    // dead.
    static std::string own_address() {
        const auto id = static_cast<unsigned>(::getpid());
        return "127." + std::to_string(64 + id / 65536 % 128) + "." +
               std::to_string(id / 256 % 256) + "." + std::to_string(1 + id % 254);
    }

    [[nodiscard]] std::string at_server(const std::string& target) const {
        return "http://" + address_ + ":" + std::to_string(port_) + target;
    }

    void expect_done(Method method, const std::string& path, const std::string& body) {
        const auto answer = asker_.ask(server_->api(method, path, body));
        ASSERT_TRUE(answer);
        ASSERT_EQ(answer->status / 100, 2) << answer->body;
    }

    [[nodiscard]] std::uint64_t number_at_phone() const {
        std::ifstream file(state_.path() / "phone.json");
        const Json json = Json::parse(file, nullptr, false);
        if (json.is_discarded()) {
            return 0;  // none yet
        }
        return NumberedDocument::read_with("the phone", [&json](const std::string& name) {
            const auto found = json["values"].find(name);
            return found == json["values"].end() ? std::string() : found->value("value", "");
        });
    }

    [[nodiscard]] std::uint64_t number_reported() {
        const auto answer = asker_.ask(server_->get(std::string("devices/") + mac + "/report"));
        if (!answer || answer->status != 200) {
            return 0;
        }
        const Json json = Json::parse(answer->body, nullptr, false);
        return NumberedDocument::read(json.value("body", ""), "report");
    }

    HttpAsker asker_;
    const std::string address_ = own_address();
    TemporaryDirectory data_;
    TemporaryDirectory state_;
    std::uint16_t port_ = 0;
    std::uint64_t number_ = 0;
    std::unique_ptr<ServedProcess> server_;
    std::unique_ptr<Process> phone_;
};

}  // namespace onhook::test
