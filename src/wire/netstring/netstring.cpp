#include "wire/netstring/netstring.h"

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"

namespace onhook::wire::netstring {

namespace {

constexpr std::size_t most_digits = 20;

}  // namespace

std::string print(std::string_view payload) {
    return fmt::format("{}:{},", payload.size(), payload);
}

Result<std::vector<std::string>, ParseError> Reader::feed(std::string_view bytes) {
    pending_ += bytes;
    std::vector<std::string> payloads;
    Cursor in(pending_);
    std::size_t taken = 0;
    const auto wrong = [&](std::size_t offset, std::string_view expected) {
        return Failure{ParseError{passed_ + offset, expected}};
    };
    while (!in.at_end()) {
        const std::size_t start = in.offset();
        const std::string_view digits = in.take_while(is_digit);
        const auto length = parse_number<std::size_t>(digits);
        if (digits.size() > most_digits || (!digits.empty() && (!length || *length > limit_))) {
            return wrong(start, "a length within the limit");
        }
        if (in.at_end()) {
            break;
        }
        if (digits.empty() || !in.accept(":")) {
            return wrong(in.offset(), "a length and a colon");
        }
        if (in.rest().size() <= *length) {
            break;
        }
        if (in.rest()[*length] != ',') {
            return wrong(in.offset() + *length, "a comma");
        }
        payloads.emplace_back(in.rest().substr(0, *length));
        in.advance(*length + 1);
        taken = in.offset();
    }
    passed_ += taken;
    pending_.erase(0, taken);
    return payloads;
}

}  // namespace onhook::wire::netstring
