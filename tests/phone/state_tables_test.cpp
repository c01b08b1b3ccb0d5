// docs/reference/phone-states.md says what the machines do, and the tables that it is made of are
// whole.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "phone/states/diagram.h"
#include "phone/states/document.h"
#include "support/golden.h"

namespace onhook::phone {

using test::expect_complete;
using test::Place;
using test::Table;

namespace {

// Two states and one input that leads from each to the other.
Table two_states() {
    return {{{"on", "it runs", Place::first}, {"off", "it does not"}},
            {{"Switches", {{"pressed", "1.2", {{"off", "**off**"}, {"on", "**on**"}}}}}}};
}

}  // namespace

TEST(StateTables, ThePageSaysWhatTheMachinesDo) {
    expect_golden("docs/reference/phone-states.md", phone_states_document());
}

TEST(StateTables, AWholeTableIsAccepted) { expect_complete(two_states()); }

TEST(StateTables, EveryRowHasItsSection) {
    static Table table = two_states();
    table.groups[0].rows[0].section = "";
    EXPECT_NONFATAL_FAILURE(expect_complete(table), "what says so?");
}

TEST(StateTables, NoCellIsEmpty) {
    static Table table = two_states();
    table.groups[0].rows[0].cells[1].text = "";
    EXPECT_NONFATAL_FAILURE(expect_complete(table), "cell.text.empty()");
}

TEST(StateTables, EveryStateIsReachedAndLeft) {
    static Table unreached = two_states();
    unreached.states.push_back({"broken", "for ever", Place::last});
    unreached.groups[0].rows[0].cells.push_back({"broken", "`=`"});
    EXPECT_NONFATAL_FAILURE(expect_complete(unreached), "nothing leads to broken");
    static Table stuck = two_states();
    stuck.groups[0].rows[0].cells[1] = {"off", "`=`"};
    EXPECT_NONFATAL_FAILURE(expect_complete(stuck), "nothing leads out of off");
}

TEST(StateTables, ColumnsThatAreTheSameAreOne) {
    Table table = two_states();
    EXPECT_NE(test::tables_of(table).find("| input | § | on | off |"), std::string::npos);
    table.groups[0].rows[0].cells = {{"on", "`=`"}, {"off", "`=`"}};
    EXPECT_NE(test::tables_of(table).find("| input | § | any state |"), std::string::npos);
}

TEST(StateTables, DiagramsLeaveOutWhatStays) {
    Table table = two_states();
    table.groups[0].rows.push_back({"looked at", "1.3", {{"on", "`=`"}, {"off", "stays: log"}}});
    EXPECT_EQ(test::diagram(table),
              "```mermaid\n"
              "stateDiagram-v2\n"
              "    state \"on\" as on\n"
              "    state \"off\" as off\n"
              "    [*] --> on\n"
              "    on --> off: pressed\n"
              "    off --> on: pressed\n"
              "```\n\n");
}

TEST(StateTables, TimesAreShort) {
    EXPECT_EQ(test::words_of(Duration(60s)), "60 s");
    EXPECT_EQ(test::words_of(Duration(1500ms)), "2 s");
    EXPECT_EQ(test::words_of(Duration(2h + 5min)), "2 h 5 min");
    EXPECT_EQ(test::words_of(Duration(301s)), "5 min 1 s");
}

}  // namespace onhook::phone
