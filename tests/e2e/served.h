#pragma once

// `onhook serve` as a process that may die at any moment.
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "net/fetch.h"
#include "support/process.h"

namespace onhook::test {

using Json = nlohmann::json;

class ServedProcess {
  public:
    // `address` and `port` are those of the phones' listener.
    explicit ServedProcess(std::string data,
                           std::string address = "127.0.0.1",
                           std::uint16_t port = 0)
        : data_(std::move(data)),
          address_(std::move(address)),
          process_({released_program(),
                    "serve",
                    "--data",
                    data_,
                    "--http",
                    address_ + ":" + std::to_string(port),
                    "--https",
                    "127.0.0.1:0",
                    "--tftp",
                    "127.0.0.1:0",
                    "--syslog",
                    "127.0.0.1:0",
                    "--admin",
                    "127.0.0.1:0"}) {}

    // False when it ended instead; output() says why.
    [[nodiscard]] bool ready() {
        const auto line = process_.wait_for_line("; ready: ");
        if (!line) {
            return false;
        }
        http_ = port_after(*line, "http ");
        admin_ = port_after(*line, "admin ");
        std::ifstream file(data_ + "/admin.json");
        const Json access = Json::parse(file, nullptr, false);
        token_ = access.is_object() ? access.value("token", "") : "";
        return http_ != 0 && admin_ != 0 && !token_.empty();
    }

    [[nodiscard]] std::uint16_t http_port() const { return http_; }

    [[nodiscard]] const std::string& token() const { return token_; }

    [[nodiscard]] const std::string& output() const { return process_.output(); }

    void kill() const { process_.signal(SIGKILL); }

    // Reads the rest of the output. 137 after kill().
    [[nodiscard]] std::optional<int> wait() { return process_.wait(); }

    // A request to /api/v1/PATH, ready to be sent.
    [[nodiscard]] net::TransferRequest api(net::TransferRequest::Method method,
                                           std::string_view path,
                                           std::string body = {}) const {
        return {.id = {},
                .method = method,
                .url = url("127.0.0.1", admin_, "/api/v1/" + std::string(path)),
                .body = std::move(body),
                .content_type = "application/json",
                .headers = {{"Authorization", "Bearer " + token_}}};
    }

    [[nodiscard]] net::TransferRequest get(std::string_view path) const {
        return api(net::TransferRequest::Method::get, path);
    }

    // A request at the phones' listener.
    [[nodiscard]] net::TransferRequest as_phone(net::TransferRequest::Method method,
                                                const std::string& target,
                                                std::string body = {}) const {
        return {.id = {},
                .method = method,
                .url = url(address_, http_, target),
                .body = std::move(body),
                .content_type = "application/xml"};
    }

  private:
    static std::uint16_t port_after(std::string_view line, std::string_view name) {
        const std::size_t at = line.find(name, line.find("; ready: "));
        if (at == std::string_view::npos) {
            return 0;
        }
        const std::string_view rest = line.substr(at + name.size());
        return parse_number<std::uint16_t>(rest.substr(0, rest.find(','))).value_or(0);
    }

    static Url url(const std::string& address, std::uint16_t port, const std::string& target) {
        return *Url::parse("http://" + address + ":" + std::to_string(port) + target);
    }

    std::string data_;
    std::string address_;
    Process process_;
    std::uint16_t http_ = 0;
    std::uint16_t admin_ = 0;
    std::string token_;
};

}  // namespace onhook::test
