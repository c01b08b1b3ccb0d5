#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "phone/actions.h"
#include "phone/memory.h"

// The tables of docs/reference/phone-states.md: a machine is put into each of its states, each
// input happens to it, and what was seen is written down. See observe.h.
namespace onhook::test {

// Where a life of a machine begins and ends. A state that is gone has no column: there is no
// machine any more.
enum class Place : std::uint8_t { first, middle, last, gone };

struct StateName {
    std::string_view name;
    std::string_view meaning;
    Place place = Place::middle;
    // Drawn around states that many inputs leave together; at most one family a table.
    std::string_view family = {};
};

// A machine from outside, before and after an input.
struct Glance {
    std::string_view state;  // a StateName
    std::optional<TimePoint> deadline;
    TimePoint now;
    phone::Memory memory;
};

struct Cell {
    std::string_view next;  // a StateName; empty: it cannot happen
    std::string text;       // Markdown
};

// What changed between two glances, and what was ordered: `**retry_wait** (60 s): save`. "`=`":
// nothing changed and nothing was ordered. What is told to who watches (Observed) is no order.
[[nodiscard]] Cell cell_of(const Glance& before,
                           const Glance& after,
                           std::span<const phone::Action> ordered);
// Each kind of action once, in order: "fetch, log".
[[nodiscard]] std::string words_of(std::span<const phone::Action> actions);
// "90 s", "5 min", "1 h".
[[nodiscard]] std::string words_of(Duration time);

// How an input is drawn; `as_begin`: as what a life begins with.
enum class Drawn : std::uint8_t { yes, no, as_begin };

// In the place of a section: no document says it.
inline constexpr std::string_view ours = "*ours*";

struct Row {
    std::string_view input;
    std::string_view section;  // of the maker's specification: "6.1" or "7.2, 7.4", or `ours`
    std::vector<Cell> cells;   // a state each
    Drawn drawn = Drawn::yes;
};

struct Group {
    std::string_view title;
    std::vector<Row> rows;
    std::string_view corner = "input";
};

struct Table {
    std::vector<StateName> states;
    std::vector<Group> groups;
};

// A list of the states, the diagram, and the tables.
[[nodiscard]] std::string markdown(const Table& table);
// For each group its heading and a table. Columns that are the same in each row are one.
[[nodiscard]] std::string tables_of(const Table& table);
// Every cell is there and names a state, every row has its section, and every state is reached and
// left, but the first, the last and the gone ones.
void expect_complete(const Table& table);

}  // namespace onhook::test
