#include "phone/states/diagram.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace onhook::test {

namespace {

// Mermaid's identifiers have no blanks and commas.
std::string id_of(std::string_view name) {
    std::string id;
    for (const char c : name) {
        id += c == ' ' || c == ',' || c == '-' ? '_' : c;
    }
    return id;
}

std::string label_of(std::string_view input) {
    std::string label(input);
    std::erase(label, '`');
    EXPECT_EQ(label.find_first_of(":;#"), std::string::npos) << "Mermaid does not read " << label;
    return label;
}

class Drawing {
  public:
    explicit Drawing(const Table& table) : table_(table) {
        EXPECT_LE(families().size(), 1U) << "Mermaid draws nothing between the insides of two";
        for (const Group& group : table.groups) {
            for (const Row& row : group.rows) {
                draw(row);
            }
        }
    }

    [[nodiscard]] std::string print() const {
        std::string text = "```mermaid\nstateDiagram-v2\n";
        for (std::size_t i = 0; i < table_.states.size(); ++i) {
            text += table_.states[i].family.empty() ? "    " + declare(i) : "";
        }
        for (const auto& [family, members] : families()) {
            text += fmt::format("    state \"{}\" as {} {{\n", family, id_of(family));
            for (const std::size_t member : members) {
                text += "        " + declare(member);
            }
            text += "    }\n";
        }
        for (const StateName& state : table_.states) {
            if (state.place == Place::first && !begins_) {
                text += fmt::format("    [*] --> {}\n", id_of(state.name));
            }
        }
        for (const auto& edge : edges_) {
            text += fmt::format(
                "    {} --> {}: {}\n", edge.from, edge.to, fmt::join(edge.inputs, "<br/>"));
        }
        return text + "```\n\n";
    }

  private:
    [[nodiscard]] std::string declare(std::size_t state) const {
        const std::string_view name = table_.states[state].name;
        return fmt::format("state \"{}\" as {}\n", name, id_of(name));
    }

    struct Edge {
        std::string from;
        std::string to;
        std::vector<std::string> inputs;
    };

    void draw(const Row& row) {
        if (row.drawn == Drawn::no) {
            return;
        }
        begins_ |= row.drawn == Drawn::as_begin;
        for (auto [next, sources] : leads(row, table_)) {
            if (row.drawn == Drawn::as_begin) {
                add("[*]", id_of(next), row.input);
                continue;
            }
            for (const auto& [family, members] : families()) {
                if (leave_together(members, sources)) {
                    add(id_of(family), id_of(next), row.input);
                }
            }
            for (const std::size_t from : sources) {
                add(id_of(table_.states[from].name), id_of(next), row.input);
            }
        }
        add_staying_begin(row);
    }

    // A life that begins in the state where the machine is made.
    void add_staying_begin(const Row& row) {
        for (std::size_t i = 0; row.drawn == Drawn::as_begin && i < row.cells.size(); ++i) {
            if (row.cells[i].next == table_.states[i].name) {
                add("[*]", id_of(row.cells[i].next), row.input);
            }
        }
    }

    // Takes them out of the sources.
    static bool leave_together(const Sources& members, Sources& sources) {
        if (!std::includes(sources.begin(), sources.end(), members.begin(), members.end())) {
            return false;
        }
        for (const std::size_t member : members) {
            sources.erase(member);
        }
        return true;
    }

    void add(const std::string& from, const std::string& to, std::string_view input) {
        const auto same = std::find_if(edges_.begin(), edges_.end(), [&](const Edge& edge) {
            return edge.from == from && edge.to == to;
        });
        Edge& edge = same == edges_.end() ? edges_.emplace_back(Edge{from, to, {}}) : *same;
        // "deadline" says it all where "deadline, a call holds a line" leads the same way.
        const std::string label = label_of(input);
        if (std::none_of(edge.inputs.begin(), edge.inputs.end(), [&](const std::string& drawn) {
                return label.starts_with(drawn + ", ");
            })) {
            edge.inputs.push_back(label);
        }
    }

    [[nodiscard]] std::map<std::string_view, Sources> families() const {
        std::map<std::string_view, Sources> all;
        for (std::size_t i = 0; i < table_.states.size(); ++i) {
            if (!table_.states[i].family.empty()) {
                all[table_.states[i].family].insert(i);
            }
        }
        return all;
    }

    const Table& table_;
    bool begins_ = false;
    std::vector<Edge> edges_;
};

}  // namespace

std::map<std::string_view, Sources> leads(const Row& row, const Table& table) {
    std::map<std::string_view, Sources> to;
    for (std::size_t from = 0; from < row.cells.size(); ++from) {
        const std::string_view next = row.cells[from].next;
        if (!next.empty() && next != table.states[from].name) {
            to[next].insert(from);
        }
    }
    return to;
}

std::string diagram(const Table& table) { return Drawing(table).print(); }

}  // namespace onhook::test
