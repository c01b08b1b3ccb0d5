#include "agent/progress.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace onhook::agent {

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
constexpr Duration longest_silence = 5s;
constexpr Duration look_step = 500ms;

}  // namespace

std::optional<std::string> ProgressLines::line(std::uint64_t bytes,
                                               std::optional<std::uint64_t> total,
                                               TimePoint now) {
    const bool sized = total && *total > 0 && bytes <= *total;
    if ((sized ? *total : bytes) <= mebibyte || (sized && bytes == *total)) {
        return std::nullopt;  // small, or done: that is said by who waits for it
    }
    const std::uint64_t tenths = sized ? bytes * 10 / *total : 0;
    const bool still = bytes == bytes_said_;
    if (still || (tenths <= tenths_said_ && now - said_at_ < longest_silence)) {
        return std::nullopt;
    }
    said_at_ = now;
    tenths_said_ = tenths;
    bytes_said_ = bytes;
    return sized ? fmt::format("{}, {} %", what_, bytes * 100 / *total)
                 : fmt::format("{}, {} MiB", what_, bytes / mebibyte);
}

std::string describe_image(std::string_view name, unsigned count) {
    const std::size_t plus = name.rfind('+');
    const auto number = parse_number<unsigned>(name.substr(plus + 1));
    const std::string load = fmt::format("firmware {}", name.substr(0, plus));
    return count > 1 && number ? fmt::format("{} component {} of {}", load, *number + 1, count)
                               : load;
}

ProgressWatch::ProgressWatch(net::Loop& loop, const net::Fetcher& fetcher, Say say)
    : fetcher_(fetcher), say_(std::move(say)), timer_(loop) {}

void ProgressWatch::watch(net::TransferId id,
                          std::string what,
                          std::optional<std::uint64_t> total) {
    const TimePoint now = net::Loop::now();
    downloads_.emplace(id, Download{ProgressLines(std::move(what), now), total});
    timer_.arm(now + look_step, [this] { look(); });
}

void ProgressWatch::look() {
    const TimePoint now = net::Loop::now();
    for (auto at = downloads_.begin(); at != downloads_.end();) {
        const auto progress = fetcher_.progress(at->first);
        if (!progress) {
            at = downloads_.erase(at);
            continue;
        }
        const auto total = progress->total ? progress->total : at->second.total;
        if (auto line = at->second.lines.line(progress->bytes, total, now)) {
            say_(*std::move(line));
        }
        ++at;
    }
    if (!downloads_.empty()) {
        timer_.arm(now + look_step, [this] { look(); });
    }
}

}  // namespace onhook::agent
