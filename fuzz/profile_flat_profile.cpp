#include "profile/apply.h"

using namespace onhook::profile;

namespace {

// Holds what comes as views against what came as values.
class Comparison : public ElementSink {
  public:
    explicit Comparison(const std::vector<Element>& elements) : elements_(elements) {}

    void take(const ElementView& view) override {
        const Element& element = elements_.at(next_++);
        CHECK(view.name == element.name && view.text == element.text);
        CHECK(view.self_closed == element.self_closed && view.access == element.access &&
              view.preserve_value == element.preserve_value);
    }

    [[nodiscard]] bool is_complete() const { return next_ == elements_.size(); }

  private:
    const std::vector<Element>& elements_;
    std::size_t next_ = 0;
};

void check_apply(std::string_view document) {
    Values values(cisco_mpp_catalogue());
    auto once = apply_flat_profile(document, values);
    CHECK(once.has_value() && values.entries().empty());
    values.set_all(std::move(once->settings));
    const auto twice = apply_flat_profile(document, values);
    CHECK(twice.has_value() && twice->settings.empty() && twice->changes.empty());
    CHECK(twice->access.empty() && twice->ignored.size() == once->ignored.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view document(reinterpret_cast<const char*>(data), size);
    auto elements = read_flat_profile(document);
    if (!elements) {
        CHECK(elements.error().line > 0 && elements.error().column > 0);
        CHECK(!elements.error().message.empty());
        return 0;
    }
    Comparison comparison(*elements);
    CHECK(read_flat_profile(document, comparison).has_value() && comparison.is_complete());
    auto again = read_flat_profile(write_flat_profile(*elements));
    CHECK(again.has_value() && again->size() == elements->size());
    for (std::size_t i = 0; i < again->size(); ++i) {
        (*again)[i].line = (*elements)[i].line;
        (*again)[i].column = (*elements)[i].column;
        CHECK((*again)[i] == (*elements)[i]);
    }
    check_apply(document);
    return 0;
}
