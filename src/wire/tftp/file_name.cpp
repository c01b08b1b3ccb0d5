#include "wire/tftp/file_name.h"

#include "base/cursor.h"

namespace onhook::wire::tftp {

namespace {

constexpr bool is_name_char(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '/' && c != '\\';
}

}  // namespace

Result<std::string, ParseError> normalised_file_name(std::string_view text) {
    Cursor in(text);
    std::string path;
    for (;;) {
        in.take_while([](char c) { return c == '/'; });
        const std::size_t start = in.offset();
        const std::string_view segment = in.take_while(is_name_char);
        if (!in.at_end() && in.peek() != '/') {
            return in.wanted("no backslash or control character in a file name");
        }
        if (segment.empty() || segment == "." || segment == "..") {
            return Failure{ParseError{start, "the name of a file or folder"}};
        }
        path += segment;
        if (in.at_end()) {
            return path;
        }
        path += '/';
    }
}

}  // namespace onhook::wire::tftp
