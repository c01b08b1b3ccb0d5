#include "profile/catalogue.h"

#include <gtest/gtest.h>

#include "profile/values.h"

namespace onhook::profile {

namespace {

constexpr std::string_view header =
    "name\tnumbers\tlabel\ttab\tsection\ttype\trange\tdefault\tflags\teffect\taccess\tsynonyms\tsou"
    "rce\n";

Result<Catalogue, CatalogueError> parse(std::string_view rows) {
    return Catalogue::parse("# comment\n\n" + std::string(header) + std::string(rows));
}

}  // namespace

TEST(Catalogue, NumbersOutItsRows) {
    const auto catalogue = parse(
        "Line_{u}_{n}_\tu=7|9,n=1-2\tLine {u}\tExt "
        "{n}\tS\tnumber\t1..9\t3\tsecret\trestart\trw\tL_{u}_{n}_\tdata\n");
    ASSERT_TRUE(catalogue);
    ASSERT_EQ(catalogue->size(), 4U);
    const auto id = catalogue->find("Line_9_2_");
    ASSERT_TRUE(id);
    EXPECT_EQ(catalogue->find("L_9_2_"), id);
    EXPECT_FALSE(catalogue->find("line_9_2_"));
    const Parameter& parameter = (*catalogue)[*id];
    EXPECT_EQ(parameter.tab, "Ext 2");
    EXPECT_EQ(parameter.label, "Line 9");
    EXPECT_EQ(parameter.maximum, 9);
    EXPECT_TRUE(parameter.secret);
    EXPECT_TRUE(parameter.verified);
    EXPECT_EQ(parameter.effect, Effect::restart);
    EXPECT_EQ(parameter.user_access, Access::read_write);
}

TEST(Catalogue, SaysWhichRowIsWrong) {
    struct Row {
        std::string_view row;
        std::string_view message;
    };

    for (const Row& row :
         {Row{"A\tx\n", "2 columns instead of 13"},
          Row{"\t\tA\tT\tS\ttext\t\t\t\tnone\tna\t\td\n", "a parameter needs a name and a label"},
          Row{"A\t\tA\tT\tS\tnope\t\t\t\tnone\tna\t\td\n", "unknown type 'nope'"},
          Row{"A\t\tA\tT\tS\tnumber\t9\t\t\tnone\tna\t\td\n", "range '9' is not like 0..65535"},
          Row{"A\t\tA\tT\tS\ttext\t\t\tnope\tnone\tna\t\td\n", "unknown flag 'nope'"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnope\tna\t\td\n", "unknown effect 'nope'"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnone\tnope\t\td\n", "unknown access 'nope'"},
          Row{"A\tn=5-1\tA\tT\tS\ttext\t\t\t\tnone\tna\t\td\n",
              "'5-1' is not a range of numbers up to 999"},
          Row{"A\t\tA\tT\tS\ttext\t\t\t\tnone\tna\tB,B\td\n", "'A' stands twice"}}) {
        SCOPED_TRACE(row.row);
        const auto catalogue = parse(row.row);
        ASSERT_FALSE(catalogue);
        EXPECT_EQ(catalogue.error().message, row.message);
        EXPECT_EQ(catalogue.error().line, 4U);
    }
}

TEST(CiscoCatalogue, DefaultsAreValidValuesOfTheirTypes) {
    for (const Parameter& parameter : cisco_mpp_catalogue().parameters()) {
        SCOPED_TRACE(parameter.name);
        const auto value = check_value(parameter, parameter.default_value);
        ASSERT_TRUE(value) << value.error();
        EXPECT_EQ(*value, parameter.default_value);
    }
}

}  // namespace onhook::profile
