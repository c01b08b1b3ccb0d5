#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "integration/tftp_server_fixture.h"

namespace onhook::net {

// The clients that administrators have. A client that is not installed fails the test.
class StockTftpClient : public TftpServerTest {
  protected:
    StockTftpClient() {
        std::string name = (std::filesystem::temp_directory_path() / "onhook-tftp-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }

    ~StockTftpClient() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void fetches_every_size_with(const std::string& command, bool text_mode = false) {
        const std::vector<std::size_t> sizes{0, 1, 511, 512, 513, 1024, 1468, 100'000};
        for (const std::size_t size : sizes) {
            files_[fmt::format("{}.cfg", size)] = text_mode ? lines_of(size) : text_of(size);
        }
        serve();
        for (const std::size_t size : sizes) {
            SCOPED_TRACE(size);
            const std::string name = fmt::format("{}.cfg", size);
            const std::string local = (folder_ / name).string();
            const std::string line = fmt::format(fmt::runtime(command),
                                                 fmt::arg("port", port_),
                                                 fmt::arg("remote", name),
                                                 fmt::arg("local", local));
            ASSERT_EQ(std::system((line + " >/dev/null 2>&1").c_str()), 0) << line;
            std::ifstream in(local, std::ios::binary);
            ASSERT_TRUE(in) << line;
            EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), files_[name]);
            EXPECT_EQ(next_report().outcome, Outcome::completed);
        }
    }

  private:
    // Text of this machine, whose lines end in LF: what netascii carries over and back.
    static std::string lines_of(std::size_t size) {
        std::string text = text_of(size);
        std::erase(text, '\r');
        return text;
    }

    std::filesystem::path folder_;
};

TEST_F(StockTftpClient, TftpHpaGetsTheSameBytes) {
    fetches_every_size_with("tftp -m binary 127.0.0.1 {port} -c get {remote} {local}");
}

TEST_F(StockTftpClient, TftpHpaGetsTheSameTextInNetascii) {
    fetches_every_size_with("tftp -m ascii 127.0.0.1 {port} -c get {remote} {local}", true);
}

TEST_F(StockTftpClient, AtftpGetsTheSameBytes) {
    fetches_every_size_with("atftp --get -r {remote} -l {local} 127.0.0.1 {port}");
}

TEST_F(StockTftpClient, AtftpGetsTheSameBytesWithOptions) {
    fetches_every_size_with(
        "atftp --option 'blksize 1428' --option 'tsize 0' --option 'timeout 2' --option "
        "'windowsize 4' --get -r {remote} -l {local} 127.0.0.1 {port}");
}

TEST_F(StockTftpClient, AtftpGetsTheSameBytesInLargeBlocks) {
    fetches_every_size_with(
        "atftp --option 'blksize 65464' --get -r {remote} -l {local} 127.0.0.1 {port}");
}

}  // namespace onhook::net
