#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/sip/message.h"

namespace onhook::wire::sip {

// Cuts what comes over TCP or TLS into messages (RFC 3261 18.3), however it was split on its way.
// Content-Length is a must here. Line breaks between messages are pings that keep a connection open
// (7.5; RFC 5626 3.5.1) and are passed over.
class MessageStream {
  public:
    void feed(std::string_view bytes);
    // The next message, or nothing until more is fed. After an error the stream has lost its way:
    // it gives the same error ever after, and the connection has to go. As long as take() is called
    // until there is nothing, no more than message_limit bytes wait for the rest of a message.
    [[nodiscard]] Result<std::optional<Message>, ParseError> take();

    // The beginning of a message waits for its end. To be asked when take() gave nothing.
    [[nodiscard]] bool is_amid_message() const noexcept { return !buffer_.empty(); }

  private:
    [[nodiscard]] Status<ParseError> read_head();

    std::string buffer_;              // begins with a message
    std::size_t searched_ = 0;        // so much of it holds no empty line
    std::optional<Message> waiting_;  // its head is read, its body is awaited
    std::size_t head_size_ = 0;
    std::size_t body_size_ = 0;
    std::optional<ParseError> lost_;
};

}  // namespace onhook::wire::sip
