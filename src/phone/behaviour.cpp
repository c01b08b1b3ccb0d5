#include "phone/behaviour.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace onhook::phone {

EventHeader read_event_header(std::string_view header) {
    const auto parts = split(header, ';');
    EventHeader event{lower(trim(parts.front())), false};
    for (const std::string_view part : parts) {
        event.reboots |= lower(trim(part)) == "reboot=true";
    }
    return event;
}

const Behaviour& behaviour_of(const profile::Dialect& dialect) {
    static const std::array<std::pair<const profile::Dialect*, const Behaviour*>, 3> behaviours = {
        {{&profile::cisco_mpp(), &cisco_behaviour},
         {&profile::flyingvoice(), &flyingvoice_behaviour},
         {&profile::flyingvoice_doc(), &flyingvoice_behaviour}}};
    for (const auto& [of, behaviour] : behaviours) {
        if (of == &dialect) {
            return *behaviour;
        }
    }
    CHECK(false);
    return cisco_behaviour;
}

}  // namespace onhook::phone
