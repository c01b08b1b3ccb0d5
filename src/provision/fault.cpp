#include "provision/fault.h"

namespace onhook::provision {

namespace {

class Category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "provision"; }

    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<Fault>(value)) {
            case Fault::bad_device:
                return "bad device";
            case Fault::unknown_parameter:
                return "unknown parameter";
            case Fault::bad_value:
                return "bad value";
            case Fault::bad_document:
                return "bad document";
            case Fault::bad_group:
                return "bad group";
        }
        return "unknown fault";
    }
};

}  // namespace

std::error_code make_error_code(Fault fault) noexcept {
    static const Category category;
    return {static_cast<int>(fault), category};
}

}  // namespace onhook::provision
