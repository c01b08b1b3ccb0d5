#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/fetch.h"

namespace onhook::agent {

// When the download of a file is worth a line, and what it says: at every tenth of it or after five
// seconds, of a file over 1 MiB.
class ProgressLines {
  public:
    // `what` begins each line: "firmware sip88xx.12-0-1MN-113 component 2 of 6".
    ProgressLines(std::string what, TimePoint now) : what_(std::move(what)), said_at_(now) {}

    // `total` is the size, if it is known.
    [[nodiscard]] std::optional<std::string> line(std::uint64_t bytes,
                                                  std::optional<std::uint64_t> total,
                                                  TimePoint now);

  private:
    std::string what_;
    TimePoint said_at_;
    std::uint64_t tenths_said_ = 0;
    std::uint64_t bytes_said_ = 0;
};

// What a stored file is called in those lines. `name` is as the phone ordered it.
[[nodiscard]] std::string describe_image(std::string_view name, unsigned count);

// Looks at the downloads that it watches twice a second.
class ProgressWatch {
  public:
    using Say = std::function<void(std::string)>;

    ProgressWatch(net::Loop& loop, const net::Fetcher& fetcher, Say say);

    // `total` is the size as far as it is known beforehand. Ends when the transfer does.
    void watch(net::TransferId id, std::string what, std::optional<std::uint64_t> total);

  private:
    struct Download {
        ProgressLines lines;
        std::optional<std::uint64_t> total;
    };

    void look();

    const net::Fetcher& fetcher_;
    Say say_;
    net::Timer timer_;
    std::map<net::TransferId, Download> downloads_;
};

}  // namespace onhook::agent
