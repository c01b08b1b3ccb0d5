#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "phone/states/table.h"

namespace onhook::test {

// What is declared and not seen.
template <typename State>
struct Remark {
    enum class Kind : std::uint8_t {
        note,   // why, behind what was seen
        never,  // nobody can tell the machine so in this state
        bug,    // the machine stops the process
    };

    Kind kind = Kind::note;
    std::vector<State> states;  // empty: all
    std::string_view text;

    [[nodiscard]] bool is_of(State state) const {
        return states.empty() || std::find(states.begin(), states.end(), state) != states.end();
    }
};

// A machine that can be driven: made fresh, put into a state, and looked at.
//
//     enum class State;
//     void enter(State);
//     void wait(Duration);               // no deadline is told meanwhile
//     State state() const;
//     Glance glance() const;             // all but the state's name
//     phone::Actions& actions();         // all that it ordered so far
template <typename Driven>
struct Input {
    using State = typename Driven::State;
    using Does = void (*)(Driven&);

    std::string_view name;
    std::string_view section;
    Does happen;
    std::vector<Remark<State>> remarks = {};
    Does given = nullptr;      // before the state is entered
    Does meanwhile = nullptr;  // in the state, before the input
    Drawn drawn = Drawn::yes;

    [[nodiscard]] Input noting(std::vector<State> states, std::string_view text) && {
        remarks.push_back({Remark<State>::Kind::note, std::move(states), text});
        return std::move(*this);
    }

    [[nodiscard]] Input never(std::vector<State> states, std::string_view text) && {
        remarks.push_back({Remark<State>::Kind::never, std::move(states), text});
        return std::move(*this);
    }

    [[nodiscard]] Input bug(std::vector<State> states, std::string_view text) && {
        remarks.push_back({Remark<State>::Kind::bug, std::move(states), text});
        return std::move(*this);
    }

    // The machine is set up in this way first.
    [[nodiscard]] Input when(Does setup) && {
        given = setup;
        return std::move(*this);
    }

    // What is so in the state already when the input happens.
    [[nodiscard]] Input having(Does setup) && {
        meanwhile = setup;
        return std::move(*this);
    }

    // Drawn as the begin of a life.
    [[nodiscard]] Input begins() && {
        drawn = Drawn::as_begin;
        return std::move(*this);
    }

    // Too much for the diagram.
    [[nodiscard]] Input undrawn() && {
        drawn = Drawn::no;
        return std::move(*this);
    }
};

template <typename Driven>
struct Inputs {
    std::string_view title;
    std::vector<Input<Driven>> all;
};

template <typename State>
struct NamedState {
    State state;
    StateName name;
};

template <typename Driven>
class Observer {
  public:
    using State = typename Driven::State;

    explicit Observer(std::span<const NamedState<State>> states) : states_(states) {}

    [[nodiscard]] Table observe(std::span<const Inputs<Driven>> groups) const {
        Table table;
        for (const auto& state : states_) {
            table.states.push_back(state.name);
        }
        for (const auto& inputs : groups) {
            Group& group = table.groups.emplace_back(Group{inputs.title, {}});
            for (const auto& input : inputs.all) {
                group.rows.push_back(row(input));
            }
        }
        return table;
    }

  private:
    [[nodiscard]] std::string_view name_of(State state) const {
        for (const auto& one : states_) {
            if (one.state == state) {
                return one.name.name;
            }
        }
        return "no state of the table";
    }

    [[nodiscard]] Glance look(const Driven& driven) const {
        Glance glance = driven.glance();
        glance.state = name_of(driven.state());
        return glance;
    }

    [[nodiscard]] Row row(const Input<Driven>& input) const {
        Row row{input.name, input.section, {}, input.drawn};
        for (const auto& state : states_) {
            SCOPED_TRACE(fmt::format("{} x {}", state.name.name, input.name));
            if (state.name.place == Place::gone) {
                row.cells.push_back({{}, "never: it is over"});
                continue;
            }
            row.cells.push_back(cell(input, state.state));
        }
        return row;
    }

    [[nodiscard]] Cell cell(const Input<Driven>& input, State state) const {
        using As = typename Remark<State>::Kind;
        std::string notes;
        for (const auto& remark : input.remarks) {
            if (remark.is_of(state) && remark.kind == As::never) {
                return {{}, fmt::format("never: {}", remark.text)};
            }
            if (remark.is_of(state) && remark.kind == As::bug) {
                expect_death(input, state);
                return {{}, fmt::format("bug: {}", remark.text)};
            }
            if (remark.is_of(state)) {
                notes += fmt::format("; {}", remark.text);
            }
        }
        Cell seen = see(input, state);
        seen.text += seen.text == "`=`" && !notes.empty() ? notes.substr(1) : notes;
        return seen;
    }

    [[nodiscard]] Cell see(const Input<Driven>& input, State state) const {
        Driven driven;
        const Glance before = put(driven, input, state);
        const std::size_t ordered = driven.actions().size();
        input.happen(driven);
        return cell_of(before, look(driven), std::span(driven.actions()).subspan(ordered));
    }

    void expect_death(const Input<Driven>& input, State state) const {
        Driven driven;
        (void)put(driven, input, state);
        EXPECT_DEATH(input.happen(driven), "");
    }

    [[nodiscard]] Glance put(Driven& driven, const Input<Driven>& input, State state) const {
        if (input.given != nullptr) {
            input.given(driven);
        }
        driven.enter(state);
        driven.wait(1s);  // so that a timer which begins anew is another one
        if (input.meanwhile != nullptr) {
            input.meanwhile(driven);
        }
        Glance before = look(driven);
        EXPECT_EQ(before.state, name_of(state))
            << "the machine is in another state than its column";
        return before;
    }

    std::span<const NamedState<State>> states_;
};

}  // namespace onhook::test
