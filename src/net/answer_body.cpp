#include "net/answer_body.h"

#include <utility>

namespace onhook::net {

Status<> AnswerBody::open_file(const std::string& path, std::optional<std::uint64_t> total) {
    auto file = FileSink::create(path);
    if (!file) {
        return Failure{std::move(file).error()};
    }
    file_ = *std::move(file);
    return total ? file_->reserve(*total) : Status<>(Done{});
}

Status<> AnswerBody::append(std::string_view bytes) {
    if (file_) {
        if (auto written = file_->write(bytes); !written) {
            return written;
        }
    } else {
        text_.append(bytes);
    }
    size_ += bytes.size();
    return Done{};
}

Result<std::optional<FileContent>> AnswerBody::finish_file() {
    if (!file_) {
        return std::optional<FileContent>();
    }
    auto content = file_->finish();
    if (!content) {
        return Failure{std::move(content).error()};
    }
    return std::optional(*std::move(content));
}

}  // namespace onhook::net
