#include "wire/tftp/file_name.h"

#include "support/properties.h"

namespace onhook::wire::tftp {

TEST(FileName, HasOneSpelling) {
    struct Row {
        std::string_view text;
        std::string_view name;
    };

    for (const Row& row : {Row{"a.cfg", "a.cfg"},
                           Row{"/a.cfg", "a.cfg"},
                           Row{"//prov///a.cfg", "prov/a.cfg"},
                           Row{"a..b/...c", "a..b/...c"},
                           Row{".hidden", ".hidden"},
                           Row{"my phone.xml", "my phone.xml"},
                           Row{"t\u00e9l.xml", "t\u00e9l.xml"}}) {
        SCOPED_TRACE(row.text);
        const auto name = normalised_file_name(row.text);
        ASSERT_TRUE(name);
        EXPECT_EQ(*name, row.name);
    }
}

TEST(FileName, RejectsWhatLeavesTheFolderAtTheRightOffset) {
    using namespace std::string_view_literals;

    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{""sv, 0},
                           Row{"/"sv, 1},
                           Row{"."sv, 0},
                           Row{".."sv, 0},
                           Row{"../x"sv, 0},
                           Row{"/../x"sv, 1},
                           Row{"a/../../x"sv, 2},
                           Row{"a/./b"sv, 2},
                           Row{"a/.."sv, 2},
                           Row{"a/"sv, 2},
                           Row{"a\\b"sv, 1},
                           Row{"..\\x"sv, 2},
                           Row{"a\0b"sv, 1},
                           Row{"a\nb"sv, 1},
                           Row{"a\x7f"sv, 1}}) {
        SCOPED_TRACE(row.text);
        const auto name = normalised_file_name(row.text);
        ASSERT_FALSE(name);
        EXPECT_EQ(name.error().offset, row.offset);
    }
}

RC_GTEST_PROP(FileName, IsRelativeCleanAndStable, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a./\\\n\0 \x80", 8)));
    const auto name = normalised_file_name(text);
    if (name) {
        RC_ASSERT(name->front() != '/');
        RC_ASSERT(name->back() != '/');
        RC_ASSERT(("/" + *name + "/").find("/../") == std::string::npos);
        RC_ASSERT(name->find("//") == std::string::npos);
        RC_ASSERT(*normalised_file_name(*name) == *name);
    }
}

}  // namespace onhook::wire::tftp
