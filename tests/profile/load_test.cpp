#include "profile/load.h"

#include <algorithm>
#include <set>

#include "support/properties.h"

namespace onhook::profile {

namespace {

LoadName load(std::string_view text) { return *LoadName::parse(text); }

const std::string some_hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

rc::Gen<std::vector<LoadComponent>> any_components() {
    const auto name = rc::gen::suchThat(
        rc::gen::resize(12,
                        rc::gen::nonEmpty(rc::gen::container<std::string>(
                            rc::gen::elementOf(std::string("abcxyzABCXYZ019._-"))))),
        [](const std::string& text) { return text.front() != '.'; });
    const auto component = rc::gen::build<LoadComponent>(
        rc::gen::set(&LoadComponent::name, name),
        rc::gen::set(&LoadComponent::size_bytes, rc::gen::inRange<std::uint64_t>(0, 1U << 24U)),
        rc::gen::set(
            &LoadComponent::sha256,
            rc::gen::container<std::array<std::uint8_t, 32>>(rc::gen::arbitrary<std::uint8_t>())));
    return rc::gen::suchThat(
        rc::gen::nonEmpty(rc::gen::uniqueBy<std::vector<LoadComponent>>(
            component, [](const LoadComponent& x) { return x.name; })),
        [](const std::vector<LoadComponent>& all) { return all.size() <= 64; });
}

}  // namespace

TEST(Load, ReadsItsName) {
    struct Row {
        std::string_view text;
        std::string_view model;
        std::string_view version;
    };

    for (const Row& row : {Row{"sip88xx.11-3-1MPP-678.loads", "sip88xx", "11-3-1MPP-678"},
                           Row{"sip88xx.11-3-1MPP-678", "sip88xx", "11-3-1MPP-678"},
                           Row{"sip78xx.11-0-1MPP-BN.loads", "sip78xx", "11-0-1MPP-BN"},
                           Row{"sip8845_65.11-1-1MSR-1dev.loads", "sip8845_65", "11-1-1MSR-1dev"},
                           Row{"sip7832.12-0-1MN-113", "sip7832", "12-0-1MN-113"},
                           Row{"sip88xx.11-2-3MSR1-1", "sip88xx", "11-2-3MSR1-1"}}) {
        SCOPED_TRACE(row.text);
        const auto name = LoadName::parse(row.text);
        ASSERT_TRUE(name);
        EXPECT_EQ(name->model(), row.model);
        EXPECT_EQ(name->version(), row.version);
        EXPECT_EQ(name->to_string(), std::string(row.model) + "." + std::string(row.version));
        EXPECT_EQ(load(name->to_string()), *name);
    }
}

TEST(Load, RejectsOtherNamesAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"x.loads", 0},
                           Row{"11-3-1MPP-678", 0},
                           Row{"sip.11-3-1MPP", 0},
                           Row{"sip88xx", 0},
                           Row{"sip88xx.loads", 0},
                           Row{"sip88-xx.11-3-1MPP", 0},
                           Row{"sip88xx.", 8},
                           Row{"sip88xx.11.0.0", 8},
                           Row{"sip88xx.11-3", 8},
                           Row{"sip88xx.sip88xx.11-3-1MPP", 8},
                           Row{"sip88xx.11-3-1MPP.loads.loads", 8},
                           Row{"sip88xx.11-3-1MPP/x", 8}}) {
        SCOPED_TRACE(row.text);
        const auto name = LoadName::parse(row.text);
        ASSERT_FALSE(name);
        EXPECT_EQ(name.error().offset, row.offset);
    }
}

TEST(Load, IsNamedByItsUrl) {
    struct Row {
        std::string_view url;
        std::string_view name;  // empty: none
    };

    for (const Row& row :
         {Row{"http://h/fw/sip88xx.11-3-1MPP-678.loads", "sip88xx.11-3-1MPP-678"},
          Row{"tftp://192.168.1.5/sip88xx.11-3-1MPP-678.loads", "sip88xx.11-3-1MPP-678"},
          Row{"https://h:8443/sip88xx.11-3-1MPP.loads?t=a/b", "sip88xx.11-3-1MPP"},
          Row{"http://h/sip88xx.11-3-1MPP-678", ""},
          Row{"http://h/sip88xx.11-3-1MPP-678.loads/", ""},
          Row{"http://h/x?y=/sip88xx.11-3-1MPP-678.loads", ""},
          Row{"http://ps.tell.com/sw/x.loads", ""},
          Row{"http://h/", ""}}) {
        SCOPED_TRACE(row.url);
        const auto name = load_of(*Url::parse(row.url));
        EXPECT_EQ(name ? name->to_string() : std::string(), row.name);
    }
}

TEST(Load, Vector75IsTheSameWithAndWithoutItsBuild) {
    struct Row {
        std::string_view a;
        std::string_view b;
        bool same;
    };

    for (const Row& row : {Row{"sip88xx.11-3-1MPP-678", "sip88xx.11-3-1MPP-678.loads", true},
                           Row{"sip88xx.11-3-1MPP-678", "sip88xx.11-3-1MPP", true},
                           Row{"sip88xx.11-3-1MPP-678", "sip88xx.11-3-1MPP-679", false},
                           Row{"sip88xx.11-3-1MPP-678", "sip88xx.11-3-2MPP-678", false},
                           Row{"sip88xx.11-3-1MPP", "sip88xx.11-3-1MSR", false},
                           Row{"sip88xx.11-1-1MSR-1dev", "sip8845_65.11-1-1MSR-1dev", false},
                           Row{"sip88xx.11-1-1MSR-1dev", "sip88xx.11-1-1MSR-1", false},
                           Row{"sip88xx.11-1-1MSR-1dev", "sip88xx.11-1-1MSR", true},
                           // Without a branch every field counts: 7 is no build.
                           Row{"sip88xx.11-3-1-7", "sip88xx.11-3-1", false},
                           Row{"sip88xx.11-3-1MPP", "sip88xx.11-3-1MPP0001", false}}) {
        SCOPED_TRACE(std::string(row.a) + " " + std::string(row.b));
        EXPECT_EQ(same_load(load(row.a), load(row.b)), row.same);
        EXPECT_EQ(same_load(load(row.b), load(row.a)), row.same);
    }
}

TEST(Load, IsRefusedWhenOlderThanTheLimit) {
    struct Row {
        std::string_view limit;
        std::string_view decision;
    };

    const auto decide = [](std::string_view limit) -> std::string_view {
        const auto decision = check_downgrade_limit(load("sip88xx.11-3-1MPP-678"), limit);
        return !decision ? "error" : *decision == LimitDecision::too_old ? "too old" : "allowed";
    };
    for (const Row& row : {Row{"", "allowed"},
                           Row{" ", "allowed"},
                           Row{"11-3-1MPP", "allowed"},
                           Row{"11-3-1MPP-678", "allowed"},
                           Row{"11-3-1MPP-679", "too old"},
                           Row{"11-2-3MPP-256", "allowed"},
                           Row{"11-3-2MPP0001-609", "too old"},
                           Row{"sip78xx.12-0-1MPP.loads", "too old"},
                           Row{"sip78xx.9-3-1-7MPP-1", "allowed"},
                           Row{"11.3.1", "error"},
                           Row{"latest", "error"}}) {
        EXPECT_EQ(decide(row.limit), row.decision) << row.limit;
    }
}

TEST(LoadManifest, ReadsComponents) {
    const std::string text =
        "# sip88xx.11-3-1MPP-678, built by hand\n\n  kern88xx.678.sbn 1048576 " + some_hash +
        "\r\nrootfs88xx.678.sbn\t0\t" + std::string(64, 'F') + "  \n   # the end";
    const auto read = read_manifest(text);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->front().name, "kern88xx.678.sbn");
    EXPECT_EQ(read->front().size_bytes, 1048576U);
    EXPECT_EQ(read->front().sha256[1], 0x11);
    EXPECT_EQ(read->front().sha256[31], 0xFF);
    EXPECT_EQ(read->back().name, "rootfs88xx.678.sbn");
    EXPECT_EQ(read->back().sha256[0], 0xFF);
    EXPECT_EQ(write_manifest(*read),
              "kern88xx.678.sbn 1048576 " + some_hash + "\nrootfs88xx.678.sbn 0 " +
                  std::string(64, 'f') + "\n");
}

TEST(LoadManifest, SaysWhereAndWhyItIsWrong) {
    struct Row {
        std::string text;
        std::size_t line;
        std::size_t column;
        std::string_view message;
    };

    const std::string good = "a 1 " + some_hash + "\n";
    for (const Row& row :
         {Row{"", 1, 1, "names no component"},
          Row{"# only\n\n", 1, 1, "names no component"},
          Row{"<html>", 1, 1, "no name of a component"},
          Row{good + "../b 1 " + some_hash, 2, 1, "no name of a component"},
          Row{" x/b 1 " + some_hash, 1, 2, "no name of a component"},
          Row{".. 1 " + some_hash, 1, 1, "not first a dot"},
          Row{"b%2F 1 " + some_hash, 1, 1, "no name of a component"},
          Row{std::string(256, 'b') + " 1 " + some_hash, 1, 1, "at most 255"},
          Row{"b", 1, 2, "no size in bytes"},
          Row{"b -1 " + some_hash, 1, 3, "no size in bytes"},
          Row{"b 1k " + some_hash, 1, 3, "no size in bytes"},
          Row{"b 99999999999999999999 " + some_hash, 1, 3, "no size in bytes"},
          Row{"b 1", 1, 4, "no SHA-256"},
          Row{"b 1 " + some_hash + "0", 1, 5, "no SHA-256"},
          Row{"b 1 " + some_hash.substr(1), 1, 5, "no SHA-256"},
          Row{"b 1 x" + some_hash.substr(1), 1, 5, "no SHA-256"},
          Row{"b 1 " + some_hash + "x", 1, 5, "no SHA-256"},
          Row{"b 1 " + some_hash + " # note", 1, 70, "more than three fields"},
          Row{good + "b 1 " + some_hash + "\n" + good, 3, 1, "'a' is in the manifest already"},
          Row{"b 1073741825 " + some_hash, 1, 1, "larger than 1073741824 bytes together"},
          Row{good + "b 1073741824 " + some_hash, 2, 1, "larger than 1073741824 bytes together"},
          Row{std::string((std::size_t{64} << 10U) + 1, '#'), 1, 1, "larger than 65536 bytes"}}) {
        SCOPED_TRACE(row.text.substr(0, 80));
        const auto read = read_manifest(row.text);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().line, row.line);
        EXPECT_EQ(read.error().column, row.column);
        EXPECT_NE(read.error().message.find(row.message), std::string::npos)
            << read.error().message;
        EXPECT_NE(read.error().message.find("; "), std::string::npos) << "no remedy";
    }
}

TEST(LoadManifest, HoldsAtMost64Components) {
    std::string text;
    for (int i = 0; i < 64; ++i) {
        text += "file" + std::to_string(i) + " 16777216 " + some_hash + "\n";
    }
    const auto full = read_manifest(text);
    ASSERT_TRUE(full);
    EXPECT_EQ(full->size(), 64U);
    const auto over = read_manifest(text + "one-more 0 " + some_hash);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().line, 65U);
    EXPECT_NE(over.error().message.find("more than 64 components"), std::string::npos);
}

RC_GTEST_PROP(LoadManifest, ReadsWhatItWrites, ()) {
    const auto components = *any_components();
    const auto read = read_manifest(write_manifest(components));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == components);
}

}  // namespace onhook::profile
