// The reference pages say what the catalogues say.
#include <map>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "profile/diagnostic.h"
#include "profile/parameter_reference.h"
#include "support/golden.h"

namespace onhook::profile {

namespace {

constexpr std::string_view cisco_languages = R"(
Some values are little languages of their own:

| value | example |
|---|---|
| rule | `("$SWVER" ne "")? [--key $SA] https://prov.example.com/$MA.xml` |
| condition | `$PRVTMR ge 600 and "$CCERT" eq "Installed"` |
| log message | `$PN $MAC -- Resync failed: $ERR` |
| delay list | `600,1200+60,3600`: the last repeats, `+60` adds up to 60 s of chance |
| SIP status patterns | `404, 5*, 61?` |
| tone script | `350@-19,440@-19;10(*/0/1+2)` |
| cadence script | `60(.2/.2,.2/.2,.2/.2,1/4)` |
)";

constexpr std::string_view flyingvoice_languages = R"(
A URL may have the macros `$(MA)`, `$(MAU)`, `$(MAC)`, `$(PN)`, `$(SN)`, `$(SWVER)`, `$(HWVER)`,
`$(IP)` and `$(PRVST)`: `https://prov.example.com/$(PN)/$(MA).cfg`. Without a scheme it is TFTP.
)";

}  // namespace

TEST(ParameterReference, CiscoMppIsUpToDate) {
    expect_golden(
        "docs/reference/parameters-cisco-mpp.md",
        parameter_reference(
            cisco_mpp_catalogue(),
            {.title = "Parameters of Cisco MPP phones",
             .file = "catalogue/cisco-mpp.tsv",
             .about = "What a profile can set on Cisco IP phones with Multiplatform firmware, "
                      "series 6800, 7800 and\n8800. Defaults are those of firmware 11.3(1) and "
                      "later; where up to 11.2 another is documented,\nthe notes say *older "
                      "firmware*.",
             .languages = cisco_languages}));
}

TEST(ParameterReference, FlyingvoiceIsUpToDate) {
    expect_golden(
        "docs/reference/parameters-flyingvoice.md",
        parameter_reference(
            flyingvoice_catalogue(),
            {.title = "Parameters of Flyingvoice phones",
             .file = "catalogue/flyingvoice.tsv",
             .about = "What a file can set on Flyingvoice desk phones. A key with a dot is written "
                      "in dialect Y, any other in\ndialect N; both may stand in one file. Defaults "
                      "are those of the factory profile `flyingvoice`;\n`flyingvoice-doc` has 0 "
                      "for `DBID_PRV_ENABLED` and `DBID_PRV_SIPPNP_ENABLED` and 1440 for\n"
                      "`DBID_RESYNC_DELAY`. The user names and passwords of both profiles start as "
                      "the phone's serial\nnumber.",
             .languages = flyingvoice_languages}));
}

TEST(ParameterReference, HasARowForEveryRowAndAHeadingForEveryPlace) {
    const std::string page = parameter_reference(cisco_mpp_catalogue(), {});
    std::size_t rows = 0;
    std::map<std::string, std::set<std::string>> places;
    std::string tab;
    for (const std::string_view line : split(page, '\n')) {
        if (line.starts_with("## ") && line != "## How to read a row") {
            tab = line.substr(3);
            EXPECT_TRUE(places.try_emplace(tab).second) << tab << " stands in two places";
        } else if (line.starts_with("### ")) {
            EXPECT_TRUE(places[tab].emplace(line.substr(4)).second)
                << line << " stands in two places of " << tab;
        } else if (!tab.empty() && line.starts_with("| `")) {
            ++rows;
            // Seven cells: a bar of a value is escaped.
            std::size_t bars = 0;
            for (std::size_t i = 0; i < line.size(); ++i) {
                bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1 : 0;
            }
            EXPECT_EQ(bars, 8U) << line;
        }
    }
    EXPECT_EQ(rows, cisco_mpp_catalogue().rows().size());
    for (const CatalogueRow& row : cisco_mpp_catalogue().rows()) {
        EXPECT_TRUE(places[row.tab].contains(row.section)) << row.name;
    }
}

TEST(ParameterReference, SaysItInWords) {
    const auto catalogue = Catalogue::parse(
        "name\tnumbers\tlabel\ttab\tsection\ttype\trange\tdefault\tflags\teffect\taccess\tsynonyms"
        "\tsource\n"
        "L_{u}_{n}_\tu=1|3,n=1-8\tL\tExt {n}\tS\tchoice\tA|B\tA\tsecret,unverified,gen_a=B\t"
        "restart\trw\tM_{u}_{n}_\tdata\n"
        "N\t\tN\tT\tS\tnumber\t600..2592000\t3600\tmacro,offpage,irregular\tnone\tro\t\td\n"
        "O\t\tO\tT\tS\ttext\t..255\ta|b\thidden\treboot\tna\t\td\n");
    ASSERT_TRUE(catalogue);
    const std::string page = parameter_reference(*catalogue, {});
    for (const std::string_view row :
         {"| `L_{u}_{n}_` | L | `A`, `B` | `A` | restart | changes | u 1, 3; n 1–8; unverified; "
          "secret; older firmware: `B`; also `M_{u}_{n}_` |\n",
          "| `N` | N | 600 to 2592000 | `3600` | none | reads | macros; on no page; irregular name "
          "|\n",
          "| `O` | O | text, up to 255 bytes | `a\\|b` | reboot | – | in no report and on no page "
          "|\n"}) {
        EXPECT_NE(page.find(row), std::string::npos) << row << "is not in\n" << page;
    }
}

TEST(DiagnosticReference, IsUpToDate) {
    std::string page =
        "# Diagnostics\n\n"
        "What `onhook check` says about a file. Each line names the place, how bad it is, what is "
        "wrong and\nwhat to do; `--json` also has the code. An *error* is what a phone refuses: "
        "the file, a value, a\nrule. A *warning* is what a phone takes, but it does nothing or "
        "not what it seems. This page is made\nfrom `src/profile/diagnostic.cpp`; a test fails "
        "when they differ.\n\n"
        "| code | severity | what it means | what to do |\n"
        "|---|---|---|---|\n";
    for (const DiagnosticKind& kind : diagnostic_kinds()) {
        page += fmt::format("| `{}` | {} | {} | {} |\n",
                            kind.code,
                            to_string(kind.severity),
                            kind.meaning,
                            kind.remedy);
    }
    expect_golden("docs/reference/diagnostics.md", page);
}

TEST(DiagnosticReference, NoCodeStandsTwice) {
    std::set<std::string_view> codes;
    for (const DiagnosticKind& kind : diagnostic_kinds()) {
        EXPECT_TRUE(codes.insert(kind.code).second) << kind.code;
        EXPECT_FALSE(kind.meaning.empty() || kind.remedy.empty()) << kind.code;
    }
}

}  // namespace onhook::profile
