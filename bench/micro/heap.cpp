// Every block has its size before it.
#include "heap.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> bytes;
std::atomic<std::size_t> blocks;

// Keeps the alignment of malloc.
constexpr std::size_t before = alignof(std::max_align_t);

}  // namespace

onhook::HeapUse onhook::heap_in_use() noexcept {
    return {bytes.load(std::memory_order_relaxed), blocks.load(std::memory_order_relaxed)};
}

void* operator new(std::size_t size) {
    void* const block = std::malloc(before + size);
    if (block == nullptr) {
        throw std::bad_alloc();
    }
    *static_cast<std::size_t*>(block) = size;
    bytes.fetch_add(size, std::memory_order_relaxed);
    blocks.fetch_add(1, std::memory_order_relaxed);
    return static_cast<std::byte*>(block) + before;
}

void operator delete(void* place) noexcept {
    if (place != nullptr) {
        void* const block = static_cast<std::byte*>(place) - before;
        bytes.fetch_sub(*static_cast<const std::size_t*>(block), std::memory_order_relaxed);
        blocks.fetch_sub(1, std::memory_order_relaxed);
        std::free(block);
    }
}

void operator delete(void* place, std::size_t /*size*/) noexcept { operator delete(place); }
