#include "net/file_sink.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/check.h"
#include "base/text.h"
#include "net/descriptor.h"

namespace onhook::net {

namespace {

// What is written is sent to the disk so often, so that finish() has little to wait for.
constexpr std::uint64_t flush_step = std::uint64_t{4} << 20U;

Failure<Error> could_not(const char* verb, const std::string& path) {
    return Failure{errno_error(errno, fmt::format("cannot {} '{}'", verb, path))};
}

}  // namespace

// SHA-256 of bytes that come in pieces.
class RunningSha256 {
  public:
    RunningSha256() : context_(EVP_MD_CTX_new()) {
        CHECK(context_ != nullptr);
        CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    }

    void add(std::string_view bytes) {
        CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    }

    [[nodiscard]] std::string hex() {
        std::array<unsigned char, 32> digest{};
        CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
        return to_hex(std::string(digest.begin(), digest.end()));
    }

  private:
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };

    std::unique_ptr<EVP_MD_CTX, Free> context_;
};

struct FileSink::State {
    State(std::string the_path, int number) : path(std::move(the_path)), file(number) {}

    std::string path;
    Descriptor file;
    RunningSha256 hash;
    std::uint64_t size = 0;
    std::uint64_t flushed = 0;
    bool kept = false;
};

FileSink::FileSink(std::unique_ptr<State> state) : state_(std::move(state)) {}

FileSink::FileSink(FileSink&&) noexcept = default;
FileSink& FileSink::operator=(FileSink&&) noexcept = default;

FileSink::~FileSink() {
    if (state_ && !state_->kept) {
        ::unlink(state_->path.c_str());
    }
}

Result<FileSink> FileSink::create(const std::string& path) {
    ::unlink(path.c_str());  // what a killed writer left behind
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const int number = ::open(path.c_str(), flags, 0600);
    if (number < 0) {
        return could_not("create", path);
    }
    return FileSink(std::make_unique<State>(path, number));
}

Status<> FileSink::reserve(std::uint64_t size) {
    int done = 0;
    do {
        done = ::fallocate(state_->file.number(), FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size));
    } while (done != 0 && errno == EINTR);
    const bool full = done != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
    if (full) {
        return could_not("make room for", state_->path);
    }
    return Done{};
}

Status<> FileSink::write(std::string_view bytes) {
    if (!write_all(state_->file.number(), bytes)) {
        return could_not("write", state_->path);
    }
    state_->hash.add(bytes);
    state_->size += bytes.size();
    if (state_->size - state_->flushed >= flush_step) {
        // Starts it and does not wait; whether it worked, fsync() says.
        ::sync_file_range(state_->file.number(),
                          static_cast<off_t>(state_->flushed),
                          static_cast<off_t>(state_->size - state_->flushed),
                          SYNC_FILE_RANGE_WRITE);
        state_->flushed = state_->size;
    }
    return Done{};
}

Result<FileContent> FileSink::finish() {
    if (::fsync(state_->file.number()) != 0) {
        return could_not("write", state_->path);
    }
    state_->kept = true;
    return FileContent{state_->size, state_->hash.hex()};
}

Result<FileContent> read_content(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file) {
        return could_not("read", path);
    }
    FileContent content;
    RunningSha256 hash;
    std::string block(std::size_t{256} << 10U, '\0');
    for (;;) {
        const ssize_t count = ::read(file.number(), block.data(), block.size());
        if (count < 0 && errno != EINTR) {
            return could_not("read", path);
        }
        if (count == 0) {
            content.sha256 = hash.hex();
            return content;
        }
        if (count > 0) {
            hash.add(std::string_view(block).substr(0, static_cast<std::size_t>(count)));
            content.size += static_cast<std::uint64_t>(count);
        }
    }
}

}  // namespace onhook::net
