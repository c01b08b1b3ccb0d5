#include "seal/filter.h"

namespace onhook::seal {

Result<std::string, SealError> run(Filter& filter, std::string_view document) {
    std::string out;
    out.reserve(document.size());  // most filters give about as much as they take
    if (auto fed = filter.feed(document, out); !fed) {
        return Failure{std::move(fed).error()};
    }
    if (auto finished = filter.finish(out); !finished) {
        return Failure{std::move(finished).error()};
    }
    return out;
}

}  // namespace onhook::seal
