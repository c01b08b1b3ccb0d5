#pragma once

#include <optional>
#include <utility>

#include "phone/behaviour.h"
#include "phone/context.h"
#include "support/sample_flyingvoice.h"
#include "support/sample_phone.h"

// What one machine of a phone needs to be driven by itself, without the others.
namespace onhook::test {

class MachineBench {
  public:
    explicit MachineBench(const SamplePhone& sample = {})
        : MachineBench(*sample.dialect, sample.identity, sample.values) {}

    explicit MachineBench(const SampleFlyingvoice& sample)
        : MachineBench(*sample.dialect, sample.identity, sample.values) {}

    // Every step has its own; what the machine orders collects in `actions`.
    [[nodiscard]] phone::Context context() {
        network.up = true;
        return {*dialect_,
                behaviour,
                identity_,
                settings,
                memory,
                prng_,
                network,
                unchanged_,
                wall,
                TimePoint{},
                now,
                actions,
                last_upgrade};
    }

    void set(std::string_view name, std::string_view value) {
        memory.values.set(*memory.values.catalogue().find(name), std::string(value));
    }

    // The newest transfer that was ordered, which must exist.
    [[nodiscard]] const phone::StartTransfer& transfer() const {
        for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
            if (const auto* started = std::get_if<phone::StartTransfer>(&*action)) {
                return *started;
            }
        }
        CHECK(false);
        std::abort();
    }

    // How many actions of one kind were ordered.
    template <typename Action>
    [[nodiscard]] std::size_t count() const {
        std::size_t found = 0;
        for (const phone::Action& action : actions) {
            found += std::holds_alternative<Action>(action) ? 1 : 0;
        }
        return found;
    }

    phone::Behaviour behaviour;
    phone::Settings settings;
    phone::Memory memory;
    phone::Network network{.up = true, .lease = {.ip = "192.168.1.100"}};
    TimePoint now{};
    std::optional<WallTime> wall;  // nothing: the clock is unknown
    std::optional<TimePoint> last_upgrade = {};
    phone::Actions actions;

  private:
    MachineBench(const profile::Dialect& dialect,
                 profile::Identity identity,
                 profile::Values values)
        : behaviour(phone::behaviour_of(dialect)),
          memory(std::move(values)),
          dialect_(&dialect),
          identity_(std::move(identity)) {}

    const profile::Dialect* dialect_;
    profile::Identity identity_;
    phone::Unchanged unchanged_;
    Prng prng_{1};
};

}  // namespace onhook::test
