#include "wire/sip/stream.h"

#include <algorithm>
#include <utility>

#include "wire/sip/head.h"

namespace onhook::wire::sip {

namespace {

constexpr std::string_view empty_line = "\r\n\r\n";

}  // namespace

void MessageStream::feed(std::string_view bytes) {
    if (lost_) {
        return;
    }
    if (buffer_.empty()) {
        bytes.remove_prefix(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
    }
    buffer_ += bytes;
}

Result<std::optional<Message>, ParseError> MessageStream::take() {
    if (lost_) {
        return Failure{*lost_};
    }
    if (!waiting_) {
        if (const auto done = read_head(); !done) {
            lost_ = done.error();
            buffer_.clear();
            return Failure{*lost_};
        }
    }
    if (!waiting_ || buffer_.size() < head_size_ + body_size_) {
        return std::optional<Message>();
    }
    std::optional<Message> message = std::move(waiting_);
    message->body = buffer_.substr(head_size_, body_size_);
    waiting_.reset();
    searched_ = 0;
    const std::size_t next = buffer_.find_first_not_of("\r\n", head_size_ + body_size_);
    buffer_.erase(0, next);  // npos: all of it
    return message;
}

// As soon as the empty line is there.
Status<ParseError> MessageStream::read_head() {
    const std::size_t end = buffer_.find(empty_line, searched_);
    if (end == std::string::npos) {
        searched_ = buffer_.size() - std::min(buffer_.size(), empty_line.size() - 1);
        if (buffer_.size() > message_limit) {
            return Failure{ParseError{message_limit, "headers that end within 65536 bytes"}};
        }
        return Done{};
    }
    auto head = parse_head(std::string_view(buffer_).substr(0, end + empty_line.size()));
    if (!head) {
        return Failure{head.error()};
    }
    if (!head->content_length) {
        return Failure{ParseError{head->size, "a Content-Length, as it came over a connection"}};
    }
    if (head->size > message_limit || *head->content_length > message_limit - head->size) {
        return Failure{ParseError{head->size, "a message of at most 65536 bytes"}};
    }
    head_size_ = head->size;
    body_size_ = *head->content_length;
    waiting_ = std::move(head->message);
    return Done{};
}

}  // namespace onhook::wire::sip
