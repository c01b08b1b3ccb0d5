// A program of its own because it counts what all of it allocates.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "profile/apply.h"

namespace {

std::size_t allocations = 0;

void* counted(std::size_t size) {
    ++allocations;
    void* memory = std::malloc(size == 0 ? 1 : size);
    if (memory == nullptr) {
        std::abort();
    }
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }

void* operator new[](std::size_t size) { return counted(size); }

void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return counted(size);
}

void operator delete(void* memory) noexcept { std::free(memory); }

void operator delete[](void* memory) noexcept { std::free(memory); }

void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace onhook::profile {

namespace {

// Gives the first `count` free texts of the catalogue a value that no string holds in itself.
std::string profile_of(std::size_t count, std::string_view value) {
    std::string document = "<flat-profile>\n";
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        if (count > 0 && parameter.type == ValueType::text && parameter.maximum >= 40) {
            document += "<" + parameter.name + " ua=\"rw\">" + std::string(value) + "</" +
                        parameter.name + ">\n";
            --count;
        }
    }
    CHECK(count == 0);
    return document + "</flat-profile>\n";
}

std::size_t allocations_of(std::string_view document, const Values& before) {
    const std::size_t start = allocations;
    const auto applied = apply_flat_profile(document, before);
    CHECK(applied.has_value());
    return allocations - start;
}

Values after(std::string_view document) {
    Values values(cisco_mpp_catalogue());
    auto applied = apply_flat_profile(document, values);
    CHECK(applied.has_value() && applied->ignored.empty());
    values.set_all(std::move(applied->settings));
    return values;
}

constexpr std::size_t many = 100;
constexpr std::string_view value = "a value that is longer than a small string";
constexpr std::string_view another = "another one that is longer than a small string";

}  // namespace

TEST(ApplyAllocations, NoneForAParameterWhoseValueDidNotChange) {
    const Values settled = after(profile_of(many, value));
    const std::size_t of_one = allocations_of(profile_of(1, value), settled);
    EXPECT_EQ(allocations_of(profile_of(many, value), settled), of_one);
    EXPECT_LE(of_one, 8U);
}

TEST(ApplyAllocations, NoneForADefaultThatIsGivenAgain) {
    const Values fresh(cisco_mpp_catalogue());
    std::string document = "<flat-profile>";
    std::size_t count = 0;
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        if (parameter.default_value.find_first_of("<&") == std::string::npos) {
            document +=
                "<" + parameter.name + ">" + parameter.default_value + "</" + parameter.name + ">";
            ++count;
        }
    }
    ASSERT_GE(count, 300U);
    EXPECT_LE(allocations_of(document + "</flat-profile>", fresh), 8U);
}

// The counter counts.
TEST(ApplyAllocations, SomeForAParameterWhoseValueChanged) {
    const Values settled = after(profile_of(many, value));
    EXPECT_GE(allocations_of(profile_of(many, another), settled), 2 * many);
}

}  // namespace onhook::profile
