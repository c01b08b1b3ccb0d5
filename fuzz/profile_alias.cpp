#include "profile/apply.h"

// A map of aliases up to the first NUL, and the document that it is for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = std::min(input.find('\0'), input.size());
    const std::string_view text = input.substr(0, cut);
    const std::string_view document = input.substr(std::min(cut + 1, input.size()));
    const auto map = AliasMap::parse(text);
    Values values(cisco_mpp_catalogue());
    auto once = apply_flat_profile(document, values, {.alias_map = std::string(text)});
    CHECK(values.entries().empty());
    if (!map) {
        CHECK(map.error().offset <= text.size() && !once.has_value());
        return 0;
    }
    CHECK(*AliasMap::parse(map->to_string()) == *map);
    if (once) {
        values.set_all(std::move(once->settings));
        const auto twice = apply_flat_profile(document, values, {.alias_map = map->to_string()});
        CHECK(twice.has_value() && twice->settings.empty());
    }
    return 0;
}
