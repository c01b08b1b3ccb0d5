#include "base/bytes.h"
#include "base/check.h"
#include "profile/load.h"

// What was read can be written, and reads back to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text = onhook::as_text({data, size});
    if (const auto name = LoadName::parse(text); name) {
        CHECK(*LoadName::parse(name->to_string()) == *name);
        CHECK(same_load(*name, *name));
        CHECK(*check_downgrade_limit(*name, name->version()) == LimitDecision::allowed);
    }
    const auto manifest = read_manifest(text);
    CHECK(manifest || !manifest.error().message.empty());
    CHECK(!manifest || *read_manifest(write_manifest(*manifest)) == *manifest);
    return 0;
}
