#include "store/fault.h"

namespace onhook::store {

namespace {

class Category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "store"; }

    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<Fault>(value)) {
            case Fault::not_found:
                return "not found";
            case Fault::already_exists:
                return "already exists";
            case Fault::in_use:
                return "in use";
            case Fault::too_large:
                return "too large";
            case Fault::busy:
                return "busy";
            case Fault::damaged:
                return "damaged";
            case Fault::newer_schema:
                return "newer schema";
            case Fault::failed:
                return "failed";
        }
        return "unknown fault";
    }
};

}  // namespace

std::error_code make_error_code(Fault fault) noexcept {
    static const Category category;
    return {static_cast<int>(fault), category};
}

}  // namespace onhook::store
