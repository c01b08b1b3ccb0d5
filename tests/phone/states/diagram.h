#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "phone/states/table.h"

namespace onhook::test {

// Where an input leads, from which states; those it does not leave are not among them.
using Sources = std::set<std::size_t>;
[[nodiscard]] std::map<std::string_view, Sources> leads(const Row& row, const Table& table);

// Mermaid's stateDiagram-v2 of the transitions in a table.
[[nodiscard]] std::string diagram(const Table& table);

}  // namespace onhook::test
