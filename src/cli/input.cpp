#include "cli/input.h"

#include <utility>

#include "net/durable_file.h"

namespace onhook::cli {

Result<std::string, std::string> read_input(const std::string& path, std::size_t limit) {
    // Standard input by its name in the file system: one way to read, one limit.
    auto text = net::read_file(path == "-" ? "/dev/stdin" : path, limit);
    if (!text) {
        return Failure{std::move(text).error().detail};
    }
    return *std::move(text);
}

}  // namespace onhook::cli
