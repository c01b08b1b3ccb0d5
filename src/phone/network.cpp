#include "phone/network.h"

#include <algorithm>

namespace onhook::phone {

const Registrations::Line* Registrations::find(unsigned number) const noexcept {
    const auto found = std::find_if(
        lines.begin(), lines.end(), [&](const Line& line) { return line.number == number; });
    return found == lines.end() ? nullptr : &*found;
}

// What is said again is no change: the time goes on.
void Registrations::note(unsigned number, bool registered, TimePoint now) {
    auto place =
        std::lower_bound(lines.begin(), lines.end(), number, [](const Line& line, unsigned wanted) {
            return line.number < wanted;
        });
    if (place == lines.end() || place->number != number) {
        lines.insert(place, Line{number, registered, now});
    } else if (place->registered != registered) {
        *place = Line{number, registered, now};
    }
}

}  // namespace onhook::phone
