#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "net/fetch.h"
#include "net/loop.h"
#include "server/server.h"

namespace onhook::cli {

struct AdminAnswer {
    int status = 0;
    nlohmann::ordered_json json;
    std::string trouble;  // why there is no answer at all

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }

    // The sentence to show when it is not ok.
    [[nodiscard]] std::string error() const;
};

// Speaks to the server that runs on a data directory, one request after the other.
class AdminClient {
  public:
    // The error is a sentence for the user: there is no server, or it cannot be read about.
    [[nodiscard]] static Result<AdminClient, std::string> connect(
        const std::string& data_directory);

    // `path` stands behind /api/v1/. Blocks until the answer is there.
    [[nodiscard]] AdminAnswer call(std::string_view method,
                                   std::string_view path,
                                   std::string body);

  private:
    explicit AdminClient(server::AdminAccess access);

    server::AdminAccess access_;
    std::unique_ptr<net::Loop> loop_;
    std::unique_ptr<net::Fetcher> fetcher_;
    net::TransferId last_;
};

// The server's "no": its sentence on standard error, exit status 1.
int complain_no(std::string_view sentence);

}  // namespace onhook::cli
