#include "cli/admin_client.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "cli/output.h"

namespace onhook::cli {

namespace {

using Method = net::TransferRequest::Method;

Method method_of(std::string_view method) {
    if (method == "PUT") {
        return Method::put;
    }
    if (method == "DELETE") {
        return Method::remove;
    }
    return method == "POST" ? Method::post : Method::get;
}

}  // namespace

std::string AdminAnswer::error() const {
    if (!trouble.empty()) {
        return trouble;
    }
    const auto sentence = json.is_object() ? json.find("error") : json.end();
    return sentence != json.end() && sentence->is_string()
               ? sentence->get<std::string>()
               : fmt::format("the server answered {}", status);
}

AdminClient::AdminClient(server::AdminAccess access)
    : access_(std::move(access)),
      loop_(std::make_unique<net::Loop>()),
      fetcher_(std::make_unique<net::Fetcher>(*loop_, net::TlsTrust{})) {}

Result<AdminClient, std::string> AdminClient::connect(const std::string& data_directory) {
    auto access = server::read_admin_access(data_directory);
    if (!access) {
        return Failure{
            fmt::format("no server has run on '{}' ({}); start one with 'onhook serve', or "
                        "name its directory with --data",
                        data_directory,
                        access.error().detail)};
    }
    return AdminClient(*std::move(access));
}

AdminAnswer AdminClient::call(std::string_view method, std::string_view path, std::string body) {
    AdminAnswer answer;
    const auto url = Url::parse(fmt::format("{}/api/v1/{}", access_.url, path));
    if (!url) {
        answer.trouble = fmt::format("'{}' cannot be part of a request", path);
        return answer;
    }
    fetcher_->start({.id = {++last_.value},
                     .method = method_of(method),
                     .url = *url,
                     .body = std::move(body),
                     .content_type = "application/json",
                     .headers = {{"Authorization", "Bearer " + access_.token.reveal()}},
                     .user_agent = "onhook",
                     .body_limit = std::size_t{64} << 20U,
                     .total_timeout = 5min},  // a long import
                    {.server_found = [](const std::string&) {},
                     .answered =
                         [&](net::TransferAnswer answered) {
                             answer.status = answered.status;
                             answer.json =
                                 nlohmann::ordered_json::parse(answered.body, nullptr, false);
                             if (answer.ok() && answer.json.is_discarded()) {
                                 answer.status = 0;
                                 answer.trouble = "the server's answer is not JSON";
                             }
                             loop_->stop();
                         },
                     .failed =
                         [&](const net::TransferFailure& failure) {
                             answer.trouble =
                                 fmt::format("the server at {} does not answer: {}; is it running?",
                                             access_.url,
                                             failure.reason);
                             loop_->stop();
                         }});
    loop_->run();
    return answer;
}

int complain_no(std::string_view sentence) {
    (void)complain(sentence);
    return 1;
}

}  // namespace onhook::cli
