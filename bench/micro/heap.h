#pragma once

#include <cstddef>

namespace onhook {

// What the C++ code of this program asked of the heap and has not given back. The allocator adds
// some bytes to each block.
struct HeapUse {
    std::size_t bytes = 0;
    std::size_t blocks = 0;
};

[[nodiscard]] HeapUse heap_in_use() noexcept;

}  // namespace onhook
