// How a state table is printed, and what makes it complete.
#include "phone/states/table.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "phone/states/diagram.h"

namespace onhook::test {

namespace {

using Columns = std::vector<std::vector<std::size_t>>;  // states whose cells are the same

bool same_column(const Group& group, std::size_t a, std::size_t b) {
    return std::all_of(group.rows.begin(), group.rows.end(), [&](const Row& row) {
        return row.cells[a].text == row.cells[b].text;
    });
}

Columns columns_of(const Group& group, const Table& table) {
    Columns columns;
    for (std::size_t state = 0; state < table.states.size(); ++state) {
        if (table.states[state].place == Place::gone) {
            continue;
        }
        const auto same = std::find_if(columns.begin(), columns.end(), [&](const auto& column) {
            return same_column(group, column.front(), state);
        });
        if (same == columns.end()) {
            columns.push_back({state});
        } else {
            same->push_back(state);
        }
    }
    return columns;
}

std::string title_of(const std::vector<std::size_t>& column, const Table& table) {
    constexpr std::size_t most_names = 2;
    const auto states = static_cast<std::size_t>(
        std::count_if(table.states.begin(), table.states.end(), [](const StateName& state) {
            return state.place != Place::gone;
        }));
    if (column.size() == states) {
        return "any state";
    }
    if (column.size() > most_names && 2 * column.size() > states) {
        return "any other state";
    }
    std::vector<std::string_view> names;
    for (const std::size_t state : column) {
        names.push_back(table.states[state].name);
    }
    return fmt::format("{}", fmt::join(names, " or "));
}

std::string print(const Group& group, const Table& table) {
    Columns columns = columns_of(group, table);
    // What most states do comes last.
    std::stable_sort(columns.begin(), columns.end(), [&](const auto& a, const auto& b) {
        return title_of(a, table).starts_with("any") < title_of(b, table).starts_with("any");
    });
    std::string text = fmt::format("| {} | § |", group.corner);
    for (const auto& column : columns) {
        text += fmt::format(" {} |", title_of(column, table));
    }
    text += "\n|---|---|";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        text += "---|";
    }
    for (const Row& row : group.rows) {
        text += fmt::format("\n| {} | {} |", row.input, row.section);
        for (const auto& column : columns) {
            text += fmt::format(" {} |", row.cells[column.front()].text);
        }
    }
    return text + "\n\n";
}

bool is_the_same_everywhere(const Row& row, const Table& table) {
    return columns_of({{}, {row}}, table).size() == 1;
}

// What is the same in any state stands apart, in a narrow table.
std::string print_with_title(const Group& group, const Table& table) {
    Group differs = group;
    Group same = group;
    std::erase_if(differs.rows, [&](const Row& row) { return is_the_same_everywhere(row, table); });
    std::erase_if(same.rows, [&](const Row& row) { return !is_the_same_everywhere(row, table); });
    std::string text = fmt::format("### {}\n\n", group.title);
    for (const Group& part : {differs, same}) {
        text += part.rows.empty() ? "" : print(part, table);
    }
    return text;
}

void expect_names_and_sections(const Table& table) {
    for (const Group& group : table.groups) {
        for (const Row& row : group.rows) {
            SCOPED_TRACE(row.input);
            EXPECT_FALSE(row.input.empty());
            EXPECT_FALSE(row.section.empty()) << "what says so?";
            EXPECT_TRUE(row.section == ours ||
                        row.section.find_first_not_of("0123456789., D") == std::string_view::npos);
            EXPECT_EQ(row.cells.size(), table.states.size());
            for (const Cell& cell : row.cells) {
                EXPECT_FALSE(cell.text.empty());
                EXPECT_EQ(cell.text.find('|'), std::string::npos);
            }
        }
    }
}

}  // namespace

std::string tables_of(const Table& table) {
    std::string text;
    for (const Group& group : table.groups) {
        text += print_with_title(group, table);
    }
    return text;
}

std::string markdown(const Table& table) {
    std::string text;
    for (const StateName& state : table.states) {
        text += fmt::format("- **{}**: {}\n", state.name, state.meaning);
    }
    return text + "\n" + diagram(table) + tables_of(table);
}

void expect_complete(const Table& table) {
    expect_names_and_sections(table);
    std::set<std::string_view> reached;
    std::set<std::string_view> left;
    for (const Group& group : table.groups) {
        for (const Row& row : group.rows) {
            for (const auto& [next, sources] : leads(row, table)) {
                reached.insert(next);
                for (const std::size_t from : sources) {
                    left.insert(table.states[from].name);
                }
            }
        }
    }
    for (const StateName& state : table.states) {
        SCOPED_TRACE(state.name);
        EXPECT_FALSE(state.meaning.empty());
        const bool begins = state.place == Place::first;
        EXPECT_TRUE(begins || reached.contains(state.name)) << "nothing leads to " << state.name;
        const bool ends = state.place == Place::last || state.place == Place::gone;
        EXPECT_TRUE(ends || left.contains(state.name)) << "nothing leads out of " << state.name;
        EXPECT_FALSE(ends && left.contains(state.name)) << state.name << " is no end";
    }
    for (const std::string_view name : reached) {
        EXPECT_TRUE(std::any_of(table.states.begin(), table.states.end(), [&](const auto& state) {
            return state.name == name;
        })) << name;
    }
}

}  // namespace onhook::test
