#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "store/store.h"

namespace onhook::store {

// One kind of store, to be held against the promises of store.h. A kind joins by instantiating
// the suite StoreConformance in a file of its own.
struct Backend {
    // A store's data, empty at first; opening it again finds what was acknowledged before.
    struct Place {
        virtual ~Place() = default;
        virtual Result<std::unique_ptr<Store>> open(const StoreLimits& limits) = 0;
    };

    std::string name;
    std::function<std::unique_ptr<Place>()> make_place;

    friend void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }
};

class StoreConformance : public testing::TestWithParam<Backend> {
  protected:
    void SetUp() override {
        place_ = GetParam().make_place();
        reopen();
    }

    Store& store() { return *store_; }

    // Closes the store and opens it again.
    void reopen(const StoreLimits& limits = {}) {
        store_.reset();
        auto opened = place_->open(limits);
        ASSERT_TRUE(opened) << opened.error().detail;
        store_ = *std::move(opened);
    }

  private:
    std::unique_ptr<Backend::Place> place_;
    std::unique_ptr<Store> store_;
};

}  // namespace onhook::store
