#include "cli/seal_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include <unistd.h>

#include "base/error.h"
#include "cli/output.h"

namespace onhook::cli {

namespace {

constexpr std::size_t piece_size = std::size_t{16} * 1024;
// What is fed at once when gzip takes part: it may make a thousand times as much of it.
constexpr std::size_t gzip_piece_size = 1024;

// Some bytes of standard input; none at its end.
Result<std::string_view> read_some(std::array<char, piece_size>& buffer) {
    for (;;) {
        const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (count >= 0) {
            return std::string_view(buffer.data(), static_cast<std::size_t>(count));
        }
        if (errno != EINTR) {
            return Failure{errno_error(errno, "cannot read standard input")};
        }
    }
}

Status<> write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            return Failure{errno_error(errno, "cannot write standard output")};
        }
    }
    return Done{};
}

// What a terminal may take for a command.
bool is_binary(std::string_view bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
               c == '\x7F';
    });
}

class Passage {
  public:
    explicit Passage(Filters filters) : filters_(std::move(filters)) {}

    // The exit status when it is over; nothing while it goes on.
    std::optional<int> feed(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::string_view piece =
                bytes.substr(0, filters_.size() > 1 ? gzip_piece_size : piece_size);
            if (const auto over = hand_on(feed_from(0, piece))) {
                return over;
            }
            bytes.remove_prefix(piece.size());
        }
        return std::nullopt;
    }

    int finish() { return hand_on(finish_from(0)).value_or(0); }

  private:
    Status<seal::SealError> feed_from(std::size_t at, std::string_view bytes) {
        if (at + 1 == filters_.size()) {
            return filters_[at]->feed(bytes, out_);
        }
        std::string between;
        auto fed = filters_[at]->feed(bytes, between);
        return fed ? feed_from(at + 1, between) : std::move(fed);
    }

    Status<seal::SealError> finish_from(std::size_t at) {
        if (at + 1 == filters_.size()) {
            return filters_[at]->finish(out_);
        }
        std::string between;
        auto ended = filters_[at]->finish(between);
        if (ended) {
            ended = feed_from(at + 1, between);
        }
        return ended ? finish_from(at + 1) : std::move(ended);
    }

    std::optional<int> hand_on(const Status<seal::SealError>& state) {
        if (!state) {
            (void)complain(state.error().detail +
                           (written_ ? "; what was written until here is not to be trusted" : ""));
            return 1;
        }
        if (output_is_terminal() && is_binary(out_)) {
            return complain(
                "the content is binary and would garble the terminal; write it to a "
                "file: '> FILE'");
        }
        if (const auto written = write_all(out_); !written) {
            return complain(written.error().detail);
        }
        written_ = written_ || !out_.empty();
        out_.clear();
        return std::nullopt;
    }

    Filters filters_;
    std::string out_;
    bool written_ = false;
};

}  // namespace

Result<std::string> read_input(std::size_t wanted) {
    std::array<char, piece_size> buffer;
    std::string bytes;
    while (bytes.size() < wanted) {
        const auto some = read_some(buffer);
        if (!some) {
            return Failure{some.error()};
        }
        if (some->empty()) {
            break;
        }
        bytes += *some;
    }
    return bytes;
}

bool output_is_terminal() noexcept { return isatty(STDOUT_FILENO) == 1; }

int pass_through(Filters filters, std::string_view beginning) {
    Passage passage(std::move(filters));
    if (const auto over = passage.feed(beginning)) {
        return *over;
    }
    std::array<char, piece_size> buffer;
    for (;;) {
        const auto bytes = read_some(buffer);
        if (!bytes) {
            return complain(bytes.error().detail);
        }
        if (bytes->empty()) {
            return passage.finish();
        }
        if (const auto over = passage.feed(*bytes)) {
            return *over;
        }
    }
}

}  // namespace onhook::cli
