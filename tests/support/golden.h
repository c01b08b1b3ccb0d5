#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace onhook {

// Compares a generated text with the checked-in file; UPDATE_GOLDEN=1 rewrites the file instead,
// and the difference is reviewed. `path` is relative to the checkout.
inline void expect_golden(const std::string& path, const std::string& generated) {
    const std::string file = std::string(ONHOOK_SOURCE_DIR "/") + path;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(file, std::ios::binary) << generated;
        return;
    }
    std::ifstream in(file, std::ios::binary);
    const std::string checked_in{std::istreambuf_iterator<char>(in), {}};
    std::size_t at = 0;
    std::size_t line = 1;
    while (at < generated.size() && at < checked_in.size() && generated[at] == checked_in[at]) {
        line += generated[at] == '\n' ? 1 : 0;
        ++at;
    }
    EXPECT_TRUE(at == generated.size() && at == checked_in.size())
        << path << ":" << line << ": differs from what it is made of. Run this test with "
        << "UPDATE_GOLDEN=1 and look at the difference.";
}

}  // namespace onhook
