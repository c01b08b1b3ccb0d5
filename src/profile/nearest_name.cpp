#include "profile/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "base/text.h"

namespace onhook::profile {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    // row[j] is the distance of the first i characters of `a` to the first j of `b`.
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        std::size_t least = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = to_lower(a[i - 1]) == to_lower(b[j - 1]) ? 0 : 1;
            const std::size_t best = std::min({row[j] + 1, row[j - 1] + 1, diagonal + change});
            diagonal = row[j];
            row[j] = best;
            least = std::min(least, best);
        }
        // No later row has a smaller one. Most names of a catalogue are out after a few letters.
        if (least >= limit) {
            return least;
        }
    }
    return row.back();
}

std::optional<std::string_view> nearest_name(const Catalogue& catalogue, std::string_view name) {
    // A third of the letters wrong is still a slip; more is another word.
    std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
    std::optional<std::string_view> best;
    for (const Parameter& parameter : catalogue.parameters()) {
        const std::size_t shorter = std::min(name.size(), parameter.name.size());
        const std::size_t longer = std::max(name.size(), parameter.name.size());
        if (longer - shorter >= best_distance) {
            continue;
        }
        const std::size_t distance = edit_distance(name, parameter.name, best_distance);
        if (distance < best_distance) {
            best_distance = distance;
            best = parameter.name;
        }
    }
    return best;
}

}  // namespace onhook::profile
