#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/killing.h"

namespace onhook::test {

// A profile or report whose every parameter is the number.
class NumberedDocument {
  public:
    static std::string write(std::uint64_t number) {
        std::string document = "<device><flat-profile>\n";
        for (const std::string& name : names()) {
            document += "<" + name + ">" + std::to_string(number) + "</" + name + ">\n";
        }
        return document + "</flat-profile></device>\n";
    }

    // The one number of all; 0 when nothing is set. A mixture is a failure of the test.
    static std::uint64_t read(std::string_view document, std::string_view what) {
        return read_with(what, [document](const std::string& name) {
            return std::string(element_text(document, name));
        });
    }

    // `value_of` gives the text of a parameter.
    template <typename ValueOf>
    static std::uint64_t read_with(std::string_view what, ValueOf value_of) {
        std::map<std::string, int> seen;
        for (const std::string& name : names()) {
            ++seen[value_of(name)];
        }
        EXPECT_EQ(seen.size(), 1U)
            << what << " is half applied: " << ::testing::PrintToString(seen);
        return parse_number<std::uint64_t>(seen.begin()->first).value_or(0);
    }

  private:
    static const std::vector<std::string>& names() {
        static const std::vector<std::string> all = [] {
            std::vector<std::string> some = {"Station_Name"};
            for (char letter = 'B'; letter <= 'P'; ++letter) {
                some.push_back(std::string("GPP_") + letter);
            }
            for (int line = 1; line <= 10; ++line) {
                some.push_back("User_ID_" + std::to_string(line) + "_");
                some.push_back("Display_Name_" + std::to_string(line) + "_");
            }
            return some;
        }();
        return all;
    }
};

}  // namespace onhook::test
