#pragma once

// vsftpd over one directory of the test. It knows the users "ftp" and "anonymous" only; with a
// password it lets in who says that one, without it everybody.
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/stock_servers.h"

namespace onhook::test {

class Vsftpd {
  public:
    explicit Vsftpd(const std::string& directory, const std::string& password = {})
        : directory_(directory) {
        std::filesystem::create_directories(directory + "/www");
        write_text(directory + "/passwords", password + "\n");
        // The port may be taken in the moment between: then once more.
        for (int attempt = 0; attempt < 5 && !serves(); ++attempt) {
            start(!password.empty());
        }
        EXPECT_TRUE(serves()) << process_->output();
    }

    ~Vsftpd() {
        process_->signal(SIGTERM);
        EXPECT_TRUE(process_->wait(std::chrono::seconds(10)));
    }

    Vsftpd(const Vsftpd&) = delete;
    Vsftpd& operator=(const Vsftpd&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const {
        return directory_ + "/www/" + name;
    }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "ftp://localhost:" + port_ + path;
    }

    // The commands and replies of all connections.
    [[nodiscard]] std::string log() const { return read_text(directory_ + "/log"); }

  private:
    void start(bool passwords) {
        port_ = free_port(SOCK_STREAM);
        // One user, who is ours: it runs alike as root and as anybody.
        write_text(directory_ + "/conf",
                   "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" + port_ +
                       "\nbackground=NO\nanonymous_enable=YES\nlocal_enable=NO\n"
                       "run_as_launching_user=YES\nseccomp_sandbox=NO\nxferlog_enable=YES\n"
                       "xferlog_std_format=NO\nlog_ftp_protocol=YES\nvsftpd_log_file=" +
                       directory_ + "/log\nanon_root=" + directory_ + "/www\n" +
                       "secure_email_list_enable=" + (passwords ? "YES" : "NO") +
                       "\nemail_password_file=" + directory_ + "/passwords\n");
        process_.emplace(Words{"vsftpd", directory_ + "/conf"});
        for (int i = 0; i < 100 && !serves(); ++i) {
            (void)process_->wait_for("never said", std::chrono::milliseconds(50));
        }
    }

    [[nodiscard]] bool serves() const {
        return process_ &&
               support::Socket(SOCK_STREAM).connect(static_cast<std::uint16_t>(std::stoi(port_)));
    }

    std::string directory_;
    std::string port_;
    std::optional<Process> process_;
};

}  // namespace onhook::test
