#pragma once

// For src/net only.
#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace onhook::net {

// Closes itself. What close() says is ignored: everything that must last was fsynced before.
class Descriptor {
  public:
    explicit Descriptor(int number) noexcept : number_(number) {}

    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }

    [[nodiscard]] int number() const noexcept { return number_; }

    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

  private:
    int number_;
};

// No, and errno says why, when not all of it could be written.
[[nodiscard]] inline bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return true;
}

}  // namespace onhook::net
