#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "phone/phone.h"
#include "phone/samples.h"
#include "phone/states/observe.h"

namespace onhook::phone {

// What a whole phone answers and orders tells these apart.
enum class PhoneAt : std::uint8_t {
    booted,
    idle,
    transferring,
    in_call,
    restart_waits,
    offline,
    disabled,
    restarting,
};

// A phone without a shell. What it would say to something else is asked of a twin that lived the
// same life.
class DrivenPhone {
  public:
    using State = PhoneAt;

    test::SamplePhone sample = provisioned().set("Auth_Resync-Reboot_1_", "No");
    Settings settings;
    // What it remembers before its first boot, besides its values.
    void (*remembers)(Memory&) = [](Memory&) {};
    TimePoint now{};

    void step(const Event& event);
    void enter(PhoneAt at);
    [[nodiscard]] PhoneAt state() const;

    // The newest transfer, or one that nobody waits for.
    [[nodiscard]] TransferId newest() const { return newest_; }

    void answer(int status, std::string_view elements = {});
    void pass_deadline(Duration early = {});
    void submit(std::string_view name, std::string_view value);

    // Which alternatives of Event any of them was told.
    [[nodiscard]] static std::set<std::size_t>& told_events();

    [[nodiscard]] const Memory& memory() const { return phone_->memory(); }

    void wait(Duration time) { now += time; }

    [[nodiscard]] test::Glance glance() const {
        return {{}, phone_->next_deadline(), now, phone_->memory()};
    }

    [[nodiscard]] Actions& actions() { return actions_; }

    [[nodiscard]] const Actions& actions() const { return actions_; }

  private:
    [[nodiscard]] std::unique_ptr<Phone> make() const;
    [[nodiscard]] Actions would_say(const std::vector<Event>& events) const;

    std::unique_ptr<Phone> phone_;
    std::vector<std::pair<Event, TimePoint>> life_;
    TransferId newest_{4711};
    Actions actions_;
};

// The first action of this kind; null: there is none.
template <typename One>
[[nodiscard]] const One* action_of(const Actions& actions) {
    for (const Action& action : actions) {
        if (const auto* one = std::get_if<One>(&action)) {
            return one;
        }
    }
    return nullptr;
}

[[nodiscard]] test::Table phone_table();
// Which boots resync; its states are kinds of boots.
[[nodiscard]] test::Table boot_table();
// 7.5.
[[nodiscard]] test::Table code_table();

}  // namespace onhook::phone
