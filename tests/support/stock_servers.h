#pragma once

// Servers of other makes that phones meet, each a process of its own with all its files in one
// directory of the test.
#include <optional>
#include <string>

#include <unistd.h>

#include "support/loopback.h"
#include "support/running_onhook.h"

namespace onhook::test {

// A port that was free a moment ago: these servers cannot say which one they took.
inline std::string free_port(int type) {
    support::Socket socket(type);
    return std::to_string(socket.bind_free_port());
}

// nginx with one server over HTTP and, with a certificate, one over TLS. `rules` is the inside of
// its server block; documents are in DIRECTORY/www.
class Nginx {
  public:
    struct Tls {
        std::string certificate_file;
        std::string key_file;
    };

    explicit Nginx(const std::string& directory,
                   const std::string& rules = {},
                   const std::optional<Tls>& tls = std::nullopt)
        : directory_(directory) {
        std::filesystem::create_directories(directory + "/www");
        // The port may be taken in the moment between: then once more.
        for (int attempt = 0; attempt < 5 && !serves(); ++attempt) {
            start(rules, tls);
        }
        EXPECT_TRUE(serves()) << process_->output() << read_text(directory + "/error.log");
    }

    ~Nginx() {
        process_->signal(SIGTERM);
        EXPECT_EQ(process_->wait(std::chrono::seconds(10)), 0) << process_->output();
    }

    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    [[nodiscard]] const std::string& port() const { return port_; }

    [[nodiscard]] const std::string& tls_port() const { return tls_port_; }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://localhost:" + port_ + path;
    }

    [[nodiscard]] std::string tls_url(const std::string& path) const {
        return "https://localhost:" + tls_port_ + path;
    }

    [[nodiscard]] std::string file(const std::string& name) const {
        return directory_ + "/www/" + name;
    }

    // One line a request: "GET /a.xml 200 <User-Agent>".
    [[nodiscard]] std::string requests() const { return read_text(directory_ + "/access.log"); }

  private:
    void start(const std::string& rules, const std::optional<Tls>& tls) {
        port_ = free_port(SOCK_STREAM);
        std::string listen = "listen 127.0.0.1:" + port_ + ";\n";
        if (tls) {
            tls_port_ = free_port(SOCK_STREAM);
            listen += "listen 127.0.0.1:" + tls_port_ + " ssl;\nssl_certificate " +
                      tls->certificate_file + ";\nssl_certificate_key " + tls->key_file + ";\n";
        }
        std::string temporary;
        for (const char* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
            temporary += std::string(what) + "_temp_path " + directory_ + "/" + what + ";\n";
        }
        // One process: it needs no other user, so it runs alike as root and as anybody.
        write_text(directory_ + "/nginx.conf",
                   "daemon off;\nmaster_process off;\npid " + directory_ +
                       "/pid;\nevents {}\nhttp {\n" + temporary +
                       "log_format line '$request_method $request_uri $status "
                       "$http_user_agent';\naccess_log " +
                       directory_ + "/access.log line;\nclient_max_body_size 8m;\nserver {\n" +
                       listen + "root " + directory_ + "/www;\n" + rules + "\n}\n}\n");
        process_.emplace(Words{"nginx",
                               "-e",
                               directory_ + "/error.log",
                               "-p",
                               directory_,
                               "-c",
                               directory_ + "/nginx.conf"});
        for (int i = 0; i < 100 && !serves(); ++i) {
            if (!process_->wait_for("never said", std::chrono::milliseconds(50)) &&
                read_text(directory_ + "/error.log").find("[emerg]") != std::string::npos) {
                return;
            }
        }
    }

    [[nodiscard]] bool serves() const {
        return process_ &&
               support::Socket(SOCK_STREAM).connect(static_cast<std::uint16_t>(std::stoi(port_)));
    }

    std::string directory_;
    std::string port_;
    std::string tls_port_;
    std::optional<Process> process_;
};

// in.tftpd of tftpd-hpa over one directory.
class TftpHpaServer {
  public:
    explicit TftpHpaServer(const std::string& directory) : root_(directory) {
        std::filesystem::create_directories(root_);
        std::filesystem::permissions(root_, std::filesystem::perms(0755));
        port_ = free_port(SOCK_DGRAM);
        // --secure needs root; without it the path of a request is the path of the file.
        Words words{
            "in.tftpd", "--foreground", "--listen", "--create", "--address", "127.0.0.1:" + port_};
        words = words + (geteuid() == 0 ? Words{"--user", "root", "--secure", root_}
                                        : Words{"--user", std::to_string(geteuid()), root_});
        process_.emplace(words);
        EXPECT_FALSE(process_->wait_for("never said", std::chrono::milliseconds(200)));
    }

    ~TftpHpaServer() {
        process_->signal(SIGTERM);
        EXPECT_TRUE(process_->wait(std::chrono::seconds(10)));
    }

    TftpHpaServer(const TftpHpaServer&) = delete;
    TftpHpaServer& operator=(const TftpHpaServer&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return root_ + "/" + name; }

    [[nodiscard]] std::string url(const std::string& name) const {
        return "tftp://localhost:" + port_ + (geteuid() == 0 ? "" : root_) + "/" + name;
    }

  private:
    std::string root_;
    std::string port_;
    std::optional<Process> process_;
};

}  // namespace onhook::test
