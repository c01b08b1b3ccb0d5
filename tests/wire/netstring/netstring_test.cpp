#include "wire/netstring/netstring.h"

#include <gtest/gtest.h>

#include "support/properties.h"

namespace onhook::wire::netstring {

namespace {

using Payloads = std::vector<std::string>;

}  // namespace

TEST(Netstring, CutsPayloadsOutOfAStream) {
    Reader reader(100);
    EXPECT_EQ(reader.feed("5:hello,0:,3:a").value_or(Payloads{"?"}), (Payloads{"hello", ""}));
    EXPECT_EQ(reader.feed("bc").value_or(Payloads{"?"}), Payloads{});
    EXPECT_EQ(reader.feed(",1").value_or(Payloads{"?"}), Payloads{"abc"});
    EXPECT_EQ(reader.feed("").value_or(Payloads{"?"}), Payloads{});
    EXPECT_EQ(reader.feed("0:0123456789,").value_or(Payloads{"?"}), Payloads{"0123456789"});
}

TEST(Netstring, SaysWhereAStreamIsNone) {
    struct Row {
        std::string_view text;
        std::size_t offset;
        std::string_view expected;
    };

    for (const Row& row : {Row{"hello", 0, "a length and a colon"},
                           Row{"1:a,:", 4, "a length and a colon"},
                           Row{"1;", 1, "a length and a colon"},
                           Row{"-1:", 0, "a length and a colon"},
                           Row{"1:ab", 3, "a comma"},
                           Row{"101:", 0, "a length within the limit"},
                           Row{"99999999999999999999999:", 0, "a length within the limit"},
                           Row{"000000000000000000000", 0, "a length within the limit"}}) {
        SCOPED_TRACE(row.text);
        Reader reader(100);
        const auto read = reader.feed(row.text);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error(), (ParseError{row.offset, row.expected}));
    }
}

TEST(Netstring, OffsetsCountFromTheBeginningOfTheStream) {
    Reader reader(100);
    ASSERT_TRUE(reader.feed("3:abc,"));
    EXPECT_EQ(reader.feed("x").error().offset, 6U);
}

RC_GTEST_PROP(Netstring, WhatIsPrintedIsReadInAnyPieces, (const Payloads& payloads)) {
    std::string stream;
    for (const std::string& payload : payloads) {
        stream += print(payload);
    }
    Reader reader(100'000);
    Payloads read;
    while (!stream.empty()) {
        const auto size = *rc::gen::inRange<std::size_t>(1, stream.size() + 1);
        auto some = reader.feed(stream.substr(0, size));
        RC_ASSERT(some.has_value());
        read.insert(read.end(), some->begin(), some->end());
        stream.erase(0, size);
    }
    RC_ASSERT(read == payloads);
}

}  // namespace onhook::wire::netstring
