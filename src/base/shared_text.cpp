#include "base/shared_text.h"

#include <cstring>
#include <limits>
#include <new>

#include "base/check.h"

namespace onhook {

SharedText::SharedText(std::string_view text) {
    if (text.empty()) {
        return;
    }
    CHECK(text.size() <= std::numeric_limits<std::uint32_t>::max());
    void* const room = ::operator new(sizeof(Node) + text.size());
    node_ = new (room) Node{1, static_cast<std::uint32_t>(text.size())};
    std::memcpy(static_cast<char*>(room) + sizeof(Node), text.data(), text.size());
}

void SharedText::release() noexcept {
    node_->~Node();
    ::operator delete(node_);
}

}  // namespace onhook
