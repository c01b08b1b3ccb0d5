#include "base/bytes.h"
#include "base/check.h"
#include "profile/values.h"

// The first byte is the type, the second the decimals; the rest is the text. What is stored is a
// value again, and the same one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    if (size < 2) {
        return 0;
    }
    Parameter parameter;
    parameter.name = "P";
    parameter.type = static_cast<ValueType>(data[0] % (static_cast<int>(ValueType::clock) + 1));
    const bool decimals =
        parameter.type == ValueType::time || parameter.type == ValueType::float_number;
    parameter.minimum = -128;
    parameter.maximum = decimals ? data[1] % 8 : 65'536;
    parameter.choices = {"Yes", "No", "1"};
    const auto text = onhook::as_text({data + 2, size - 2});
    const auto stored = check_value(parameter, text);
    CHECK(stored.has_value() || stored.error().starts_with("P must be "));
    if (stored) {
        CHECK(check_value(parameter, *stored).value_or("refused") == *stored);
    }
    return 0;
}
