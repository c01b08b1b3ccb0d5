// Every block has its size before it. One thread only: what is measured allocates too.
#include "heap.h"

#include <cstdlib>
#include <new>

namespace {

std::size_t bytes = 0;
std::size_t blocks = 0;

// Keeps the alignment of malloc.
constexpr std::size_t before = alignof(std::max_align_t);

}  // namespace

onhook::HeapUse onhook::heap_in_use() noexcept { return {bytes, blocks}; }

void* operator new(std::size_t size) {
    void* const block = std::malloc(before + size);
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    *static_cast<std::size_t*>(block) = size;
    bytes += size;
    ++blocks;
    return static_cast<std::byte*>(block) + before;
}

void operator delete(void* place) noexcept {
    if (place != nullptr) {
        void* const block = static_cast<std::byte*>(place) - before;
        bytes -= *static_cast<const std::size_t*>(block);
        --blocks;
        std::free(block);
    }
}

void operator delete(void* place, std::size_t /*size*/) noexcept { operator delete(place); }
