#include "wire/tftp/negotiation.h"

#include <gtest/gtest.h>

#include "wire/tftp/requests.h"

namespace onhook::wire::tftp {

TEST(TftpRequest, NamesAFileOrGetsTheErrorOfAReadOnlyServer) {
    struct Row {
        Operation operation;
        std::string_view filename;
        Mode mode;
        std::string_view name;
        ErrorCode error;
    };

    constexpr auto none = ErrorCode::undefined;
    for (const Row& row :
         {Row{Operation::read, "/a.cfg", Mode::octet, "a.cfg", none},
          Row{Operation::read, "a.cfg", Mode::netascii, "a.cfg", none},
          Row{Operation::write, "a.cfg", Mode::octet, "", ErrorCode::access_violation},
          Row{Operation::write, "a.cfg", Mode::mail, "", ErrorCode::access_violation},
          Row{Operation::read, "a.cfg", Mode::mail, "", ErrorCode::illegal_operation},
          Row{Operation::read, "../x", Mode::octet, "", ErrorCode::access_violation}}) {
        SCOPED_TRACE(row.filename);
        const auto name =
            requested_file(Request{row.operation, std::string(row.filename), row.mode, {}});
        ASSERT_EQ(name.has_value(), row.error == none);
        if (name) {
            EXPECT_EQ(*name, row.name);
        } else {
            EXPECT_EQ(name.error().code, row.error);
            EXPECT_FALSE(name.error().message.empty());
        }
    }
}

TEST(TftpOptions, AreAnsweredByTheRulesOfTheirRfcs) {
    struct Row {
        std::string_view what;
        std::vector<Option> asked;
        std::vector<Option> answered;
    };

    for (const Row& row : std::vector<Row>{
             {"no options", {}, {}},
             {"J-33", {{"blksize", "1428"}, {"tsize", "0"}}, {{"blksize", "1428"}, {"tsize", "6"}}},
             {"names in any case, as sent", {{"BlkSize", "512"}}, {{"BlkSize", "512"}}},
             {"order of the client",
              {{"tsize", "0"}, {"timeout", "3"}, {"blksize", "8"}},
              {{"tsize", "6"}, {"timeout", "3"}, {"blksize", "8"}}},
             {"J-39 too large is capped", {{"blksize", "70000"}}, {{"blksize", "1468"}}},
             {"far too large is capped",
              {{"blksize", "99999999999999999999999"}},
              {{"blksize", "1468"}}},
             {"unknown and windowsize are omitted",
              {{"windowsize", "16"}, {"multicast", ""}, {"tsize", "0"}},
              {{"tsize", "6"}}},
             {"only unknown ones: no OACK", {{"windowsize", "4"}}, {}},
             {"timeout out of range is omitted",
              {{"timeout", "0"}, {"tsize", "0"}},
              {{"tsize", "6"}}},
             {"timeout out of range is omitted", {{"timeout", "256"}}, {}},
             {"timeout that is no number is omitted", {{"timeout", "1s"}}, {}},
             {"largest timeout", {{"timeout", "255"}}, {{"timeout", "255"}}},
             {"tsize that is no number is omitted", {{"tsize", "x"}}, {}}}) {
        SCOPED_TRACE(row.what);
        const auto terms = negotiate(reading(row.asked), 6, 1468);
        ASSERT_TRUE(terms);
        EXPECT_EQ(terms->acknowledged, row.answered);
    }
}

TEST(TftpOptions, BlockSizeThatCannotBeMetIsErrorEight) {
    for (const std::string_view value : {"4", "7", "0", "", "-8", "big", "+512", " 512"}) {
        SCOPED_TRACE(value);
        const auto terms = negotiate(reading({{"blksize", std::string(value)}}), 6, 1468);  // J-39
        ASSERT_FALSE(terms);
        EXPECT_EQ(terms.error().code, ErrorCode::option_negotiation_failed);
    }
}

TEST(TftpOptions, BlockSizeIsCappedByPolicyAndRfc) {
    struct Row {
        std::uint16_t limit;
        std::uint16_t size;
    };

    // J-39: 65464 is what a server without a limit of its own answers.
    for (const Row& row : {Row{65535, 65464}, Row{65464, 65464}, Row{1428, 1428}, Row{0, 8}}) {
        const auto terms = negotiate(reading({{"blksize", "70000"}}), 6, row.limit);
        ASSERT_TRUE(terms);
        EXPECT_EQ(terms->block_size, row.size);
    }
}

TEST(TftpOptions, TermsSayWhatWasAgreed) {
    const auto none = negotiate(reading({}), 6, 1468);
    EXPECT_EQ(none->block_size, 512);
    EXPECT_EQ(none->retry_interval, std::nullopt);
    const auto both = negotiate(reading({{"blksize", "1024"}, {"timeout", "4"}}), 6, 1468);
    EXPECT_EQ(both->block_size, 1024);
    EXPECT_EQ(both->retry_interval, Duration(4s));
}

TEST(TftpOptions, TransferSizeIsOmittedForNetascii) {
    const auto terms =
        negotiate(reading({{"tsize", "0"}, {"blksize", "512"}}, Mode::netascii), 6, 1468);
    ASSERT_TRUE(terms);
    EXPECT_EQ(terms->acknowledged, (std::vector<Option>{{"blksize", "512"}}));
}

}  // namespace onhook::wire::tftp
