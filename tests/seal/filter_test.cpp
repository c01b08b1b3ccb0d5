// What holds for every filter.
#include "seal/filter.h"

#include <functional>
#include <memory>
#include <vector>

#include "samples.h"
#include "seal/aes128gcm.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"
#include "support/properties.h"

namespace onhook::seal {

namespace {

struct Maker {
    std::string_view name;
    std::function<std::unique_ptr<Filter>()> filter;
    // A document that the filter takes, of about that size.
    std::function<std::string(std::size_t)> input;
};

std::string sealed_enc(std::size_t size) {
    return seal_openssl_enc(profile_of_size(size),
                            sample_phrase,
                            {.derivation = Derivation::md5, .salt = counting_salt<EncSalt>()});
}

ContentHeader header() {
    return {.salt = counting_salt<ContentSalt>(), .record_size = 100, .key_id = "id"};
}

std::string sealed_gcm(std::size_t size) {
    return seal_aes128gcm(profile_of_size(size), sample_ikm, header());
}

std::string packed(std::size_t size) {
    return gzip(profile_of_size(size)) + gzip(profile_of_size(size / 2));
}

const std::vector<Maker>& makers() {
    static const std::vector<Maker> all = {
        {"EncSealer",
         [] {
             return std::make_unique<EncSealer>(
                 sample_phrase, EncWriting{Derivation::sha256, counting_salt<EncSalt>()});
         },
         profile_of_size},
        {"EncOpener",
         [] { return std::make_unique<EncOpener>(sample_phrase, EncReading{}); },
         sealed_enc},
        {"Aes128gcmSealer",
         [] { return std::make_unique<Aes128gcmSealer>(sample_ikm, header()); },
         profile_of_size},
        {"Aes128gcmOpener",
         [] { return std::make_unique<Aes128gcmOpener>(sample_ikm); },
         sealed_gcm},
        {"GzipInflater", [] { return std::make_unique<GzipInflater>(1U << 20U); }, packed},
        {"GzipDeflater", [] { return std::make_unique<GzipDeflater>(); }, profile_of_size},
    };
    return all;
}

struct Outcome {
    std::string out;
    std::optional<SealError> error;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& to, const Outcome& outcome) {
    return to << outcome.out.size() << " bytes, "
              << (outcome.error ? outcome.error->detail : std::string("whole"));
}

// Fed in pieces of these sizes again and again. What was given before an error is provisional and
// does not count.
Outcome in_pieces(Filter& filter, std::string_view input, const std::vector<std::size_t>& sizes) {
    std::string out;
    for (std::size_t i = 0; !input.empty(); ++i) {
        const std::string_view piece = input.substr(0, sizes[i % sizes.size()]);
        if (auto fed = filter.feed(piece, out); !fed) {
            return {"", fed.error()};
        }
        input.remove_prefix(piece.size());
    }
    if (auto finished = filter.finish(out); !finished) {
        return {"", finished.error()};
    }
    return {out, std::nullopt};
}

Outcome at_once(Filter& filter, std::string_view input) {
    auto result = run(filter, input);
    return result ? Outcome{*result, std::nullopt} : Outcome{"", result.error()};
}

}  // namespace

TEST(Filter, ByteByByteGivesTheSame) {
    for (const Maker& maker : makers()) {
        for (const std::size_t size : {0U, 1U, 40U, 1100U, 5000U}) {
            SCOPED_TRACE(testing::Message() << maker.name << " " << size);
            const std::string input = maker.input(size);
            EXPECT_EQ(in_pieces(*maker.filter(), input, {1}), at_once(*maker.filter(), input));
        }
    }
}

RC_GTEST_PROP(Filter, HowTheBytesWereSplitCannotMatter, ()) {
    const auto which = *rc::gen::inRange<std::size_t>(0, makers().size());
    const Maker& maker = makers()[which];
    std::string input = maker.input(*rc::gen::inRange<std::size_t>(0, 6000));
    // Cut, damaged or whole.
    if (!input.empty() && *rc::gen::arbitrary<bool>()) {
        const auto at = *rc::gen::inRange<std::size_t>(0, input.size());
        input = *rc::gen::arbitrary<bool>() ? input.substr(0, at) : changed(input, at);
    }
    const auto sizes = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 3000)));
    RC_ASSERT(in_pieces(*maker.filter(), input, sizes) == at_once(*maker.filter(), input));
}

TEST(Filter, OpenersHoldBackABoundedPart) {
    const std::string document = profile_of_size(100000);
    EncOpener enc(sample_phrase, EncReading{});
    std::string out;
    ASSERT_TRUE(enc.feed(sealed_enc(100000).substr(0, 50000), out));
    EXPECT_GE(out.size() + 16 + 16, 50000U);
    EXPECT_TRUE(document.starts_with(out));
    Aes128gcmOpener gcm(sample_ikm);
    std::string authentic;
    ASSERT_TRUE(gcm.feed(sealed_gcm(100000).substr(0, 50000), authentic));
    EXPECT_GE(authentic.size(), 50000U * 83 / 100 - 200);
    EXPECT_TRUE(document.starts_with(authentic));
}

}  // namespace onhook::seal
