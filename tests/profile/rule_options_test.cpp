#include "profile/rule_options.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace onhook::profile {

namespace {

// "key=a uid=b" of what was read, or the error.
std::string read(std::string_view text, RuleKind kind = RuleKind::profile) {
    OptionReader reader(Cursor(text), kind);
    std::string all;
    for (;;) {
        const auto written = reader.next();
        if (!written) {
            return std::to_string(written.error().offset) + " " +
                   std::string(written.error().code) + ": " + written.error().sentence();
        }
        if (!*written) {
            return all;
        }
        all += all.empty() ? "" : " ";
        all += std::to_string(static_cast<int>((*written)->option)) + "=";
        all += (*written)->argument;
    }
}

}  // namespace

TEST(RuleOptions, ReadsWordsQuotesAndLetters) {
    EXPECT_EQ(read(""), "");
    EXPECT_EQ(read(" --key secret "), "0=secret");
    EXPECT_EQ(read("--uid \"a b\" --pwd \"[x]\""), "1=a b 2=[x]");
    EXPECT_EQ(read("--key \"\""), "0=");
    EXPECT_EQ(read("--key \"--pwd\""), "0=--pwd");
    EXPECT_EQ(read("--srv --alias p --post \"a\""), "5= 4=p 3=a");
    EXPECT_EQ(read("--key k --status", RuleKind::report), "0=k 7=");
    EXPECT_EQ(read("--pwd p --uid u", RuleKind::upgrade), "2=p 1=u");
}

TEST(RuleOptions, SaysWhatIsWrong) {
    struct Row {
        std::string_view text;
        RuleKind kind;
        std::string_view error;
    };

    const std::string_view of_profiles =
        "supported are --key, --uid, --pwd, --post, --alias, --srv";
    for (const Row& row :
         {Row{"--sync", RuleKind::profile, "0 unknown-option: unknown option --sync; "},
          Row{"--KEY k", RuleKind::profile, "0 unknown-option: unknown option --KEY; "},
          Row{"--", RuleKind::profile, "0 unknown-option: unknown option --; "},
          Row{" --delta",
              RuleKind::profile,
              "1 option-not-allowed: --delta is no option of a profile rule; "},
          Row{"--key k",
              RuleKind::upgrade,
              "0 option-not-allowed: --key is no option of an upgrade rule; supported are --uid, "
              "--pwd"},
          Row{"--post a",
              RuleKind::report,
              "0 option-not-allowed: --post is no option of a report rule; supported are --key, "
              "--uid, --pwd, --delta, --status"},
          Row{"--uid a --uid a",
              RuleKind::profile,
              "8 duplicate-option: --uid stands twice; leave one of them out"},
          Row{"--delta --status",
              RuleKind::report,
              "8 options-conflict: --delta and --status exclude each other; "},
          Row{"--key", RuleKind::profile, "5 syntax: --key needs an argument; "},
          Row{"--uid --pwd x", RuleKind::profile, "6 syntax: --uid needs an argument; "},
          Row{"--key \"a", RuleKind::profile, "7 syntax: the quotes of --key are not closed; "},
          Row{"--key a b", RuleKind::profile, "8 syntax: expected an option such as --key, or ]"},
          Row{"--delta x", RuleKind::report, "8 syntax: expected an option such as --key, or ]"},
          Row{"--post q", RuleKind::profile, "7 syntax: --post needs a letter from a to p; "},
          Row{"--alias A", RuleKind::profile, "8 syntax: --alias needs a letter from a to p; "},
          Row{"--alias ab", RuleKind::profile, "8 syntax: --alias needs a letter from a to p; "},
          Row{"--post \"\"", RuleKind::profile, "8 syntax: --post needs a letter from a to p; "}}) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(read(row.text, row.kind).substr(0, row.error.size()), row.error);
    }
    EXPECT_NE(read("--sync").find(of_profiles), std::string::npos);
}

}  // namespace onhook::profile
