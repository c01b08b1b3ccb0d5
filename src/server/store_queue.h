#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/worker.h"
#include "store/store.h"

namespace onhook::server {

// The store behind its own thread: a question goes there, its answer comes back on the loop.
class StoreQueue {
  public:
    // `store` must outlive the queue.
    StoreQueue(net::Loop& loop, store::Store& store) : store_(store), worker_(loop) {}

    // `ask` runs on the store's thread and `answer` gets what it returned, on the loop. No, and
    // neither is called, while too many questions wait.
    template <typename Ask, typename Answer>
    [[nodiscard]] bool run(Ask ask, Answer answer) {
        using Value = std::invoke_result_t<Ask, store::Store&>;
        auto value = std::make_shared<std::optional<Value>>();
        return worker_.run(
            [this, value, ask = std::move(ask)]() mutable { value->emplace(ask(store_)); },
            [value, answer = std::move(answer)]() mutable { answer(*std::move(*value)); });
    }

  private:
    store::Store& store_;
    net::Worker worker_;
};

}  // namespace onhook::server
