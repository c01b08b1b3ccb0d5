#include "seal/gzip.h"

#include "samples.h"
#include "support/properties.h"

namespace onhook::seal {

namespace {

constexpr std::size_t plenty = 1U << 20U;

// The stream of a gzip file of one member without name: what stands between header and trailer.
std::string bare_deflate(const std::string& packed) {
    return packed.substr(10, packed.size() - 18);
}

Problem gzip_problem(std::string_view body, std::size_t limit = plenty) {
    const auto opened = gunzip(body, limit);
    EXPECT_FALSE(opened);
    return opened ? Problem::not_sealed : opened.error().problem;
}

}  // namespace

TEST(Gzip, OpensWhatItPacked) {
    for (const std::size_t size : {0U, 1U, 100U, 32768U, 100000U}) {
        const std::string document = profile_of_size(size);
        EXPECT_EQ(gunzip(gzip(document), plenty).value_or("no"), document) << size;
    }
}

TEST(Gzip, TheSameDocumentGivesTheSameBytes) {
    EXPECT_EQ(gzip(sample_document), gzip(sample_document));
    // RFC 1952 2.3: no flags, no time.
    EXPECT_TRUE(gzip(sample_document).starts_with(std::string("\x1f\x8b\x08\0\0\0\0\0", 8)));
}

TEST(Gzip, MembersAreJoined) {
    EXPECT_EQ(gunzip(gzip("<a>") + gzip("") + gzip("</a>"), plenty).value_or("no"), "<a></a>");
}

TEST(Gzip, RefusesWhatIsNotWholeGzip) {
    const std::string packed = gzip(profile_of_size(5000));
    const std::string bare = bare_deflate(packed);
    std::string dictionary = packed;
    dictionary[3] = '\xE0';  // reserved flags

    struct Row {
        std::string_view what;
        std::string body;
        Problem problem;
    };

    for (const Row& row :
         {Row{"nothing", "", Problem::cut_short},
          Row{"text", "<flat-profile/>", Problem::not_this_format},
          Row{"bare deflate", bare, Problem::not_this_format},
          Row{"zlib", "\x78\x9c" + bare, Problem::not_this_format},
          Row{"reserved flags", dictionary, Problem::damaged},
          Row{"header alone", packed.substr(0, 10), Problem::cut_short},
          Row{"no trailer", packed.substr(0, packed.size() - 8), Problem::cut_short},
          Row{"one byte short", packed.substr(0, packed.size() - 1), Problem::cut_short},
          Row{"wrong checksum", changed(packed, packed.size() - 8), Problem::damaged},
          Row{"wrong length", changed(packed, packed.size() - 1), Problem::damaged},
          Row{"damaged", changed(packed, 15), Problem::damaged},
          Row{"trailing text", packed + "junk", Problem::trailing_bytes},
          Row{"trailing zeros", packed + std::string(512, '\0'), Problem::trailing_bytes},
          Row{"second member cut", packed + packed.substr(0, 30), Problem::cut_short}}) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(gzip_problem(row.body), row.problem);
    }
}

TEST(Gzip, TheLimitIsOnTheOutput) {
    const std::string document(1000, 'a');
    EXPECT_TRUE(gunzip(gzip(document), 1000));
    EXPECT_EQ(gzip_problem(gzip(document), 999), Problem::too_large);
    EXPECT_EQ(gzip_problem(gzip(document) + gzip("b"), 1000), Problem::too_large);
    // A bomb is stopped while it inflates.
    const std::string bomb = gzip(std::string(std::size_t{64} << 20U, '\0'));
    ASSERT_LT(bomb.size(), 100000U);
    GzipInflater inflater(plenty);
    std::string out;
    const auto fed = inflater.feed(bomb, out);
    ASSERT_FALSE(fed);
    EXPECT_EQ(fed.error().problem, Problem::too_large);
    EXPECT_LE(out.size(), plenty);
}

RC_GTEST_PROP(Gzip, EveryDocumentSurvives, (const std::string& document)) {
    RC_ASSERT(gunzip(gzip(document), plenty).value_or("no") == document);
}

RC_GTEST_PROP(Gzip, EveryCutIsSeen, (const std::string& document)) {
    const std::string packed = gzip(document);
    const auto size = *rc::gen::inRange<std::size_t>(0, packed.size());
    RC_ASSERT(!gunzip(packed.substr(0, size), plenty));
}

}  // namespace onhook::seal
