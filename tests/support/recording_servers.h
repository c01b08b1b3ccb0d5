#pragma once

// HTTP, HTTPS and TFTP on both server addresses of a NetworkLab, which write down every request in
// the order in which they come and have only the documents that they are given.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "net/certificate.h"
#include "net/http_server.h"
#include "net/tftp_server.h"
#include "support/loopback.h"
#include "support/network_lab.h"

namespace onhook::test {

class RecordingServers {
  public:
    // The certificate goes into `directory`.
    RecordingServers(const NetworkLab& lab, const std::string& directory)
        : certificate_{directory + "/server.crt", directory + "/server.key"} {
        EXPECT_TRUE(net::make_self_signed(certificate_,
                                          {{first_server, second_server}, net::Loop::wall_now()}));
        thread_.on_loop([&] {
            lab.enter_servers();
            for (const std::string& address : {first_server, second_server}) {
                listen("http", address, 80);
                listen("https", address, 443);
                listen_tftp(address);
            }
        });
    }

    ~RecordingServers() {
        thread_.on_loop([this] {
            http_.clear();
            tftp_.clear();
        });
    }

    RecordingServers(const RecordingServers&) = delete;
    RecordingServers& operator=(const RecordingServers&) = delete;

    [[nodiscard]] const std::string& certificate() const { return certificate_.certificate_file; }

    // Forgets what was asked, and has only this document.
    void have(const std::string& url, const std::string& document) {
        thread_.on_loop([&] {
            requests_.clear();
            documents_ = {{url, document}};
        });
    }

    // The URLs that were asked for.
    [[nodiscard]] Words requests() {
        return thread_.on_loop([this] { return requests_; });
    }

  private:
    void listen(const std::string& scheme, const std::string& address, std::uint16_t port) {
        net::HttpListen where{.address = address, .port = port};
        if (scheme == "https") {
            where.tls = net::TlsServer{certificate_.certificate_file, certificate_.key_file};
        }
        auto server = net::HttpServer::listen(
            thread_.loop(),
            where,
            [this, start = scheme + "://" + address](const net::HttpRequest& request,
                                                     const net::HttpRespond& respond) {
                const auto document = asked(start + request.target);
                respond({.status = document ? 200 : 404, .body = document ? *document : ""});
            });
        ASSERT_TRUE(server) << server.error().detail;
        http_.push_back(*std::move(server));
    }

    void listen_tftp(const std::string& address) {
        auto server = net::TftpServer::listen(
            thread_.loop(),
            {.address = address},
            [this, address](const net::TftpRequest& request, const net::TftpRespond& respond) {
                auto document = asked("tftp://" + address + "/" + request.filename);
                if (document) {
                    respond(std::move(document));
                } else {
                    respond(net::TftpRefusal{wire::tftp::ErrorCode::file_not_found, "none"});
                }
            },
            [](const net::TftpReport& /*report*/) {});
        ASSERT_TRUE(server) << server.error().detail;
        tftp_.push_back(*std::move(server));
    }

    std::shared_ptr<const std::string> asked(const std::string& url) {
        requests_.push_back(url);
        const auto found = documents_.find(url);
        return found == documents_.end() ? nullptr
                                         : std::make_shared<const std::string>(found->second);
    }

    net::CertificateFiles certificate_;
    Words requests_;
    std::map<std::string, std::string> documents_;
    std::vector<std::unique_ptr<net::HttpServer>> http_;
    std::vector<std::unique_ptr<net::TftpServer>> tftp_;
    support::LoopThread thread_;
};

}  // namespace onhook::test
