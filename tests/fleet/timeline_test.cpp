#include "fleet/timeline.h"

#include <array>

#include <gtest/gtest.h>

namespace onhook::fleet {

namespace {

int times_in(std::string_view text, std::string_view part) {
    int count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

}  // namespace

TEST(Timeline, DrawsALaneForEachKindThatHappens) {
    const std::array lines = {
        Line{.at = 10s,
             .what = What::fetch,
             .purpose = "profile",
             .method = "GET",
             .url = "http://h/<a>&b"},
        Line{.at = 20s, .what = What::failed, .purpose = "profile", .status = 503},
        Line{.at = 20s, .what = What::timer, .to = "retry_wait", .due = 80s},
        Line{.at = 30s, .what = What::log, .message = "not drawn"}};
    const std::array calls = {CallSpan{5s, 15s}};
    const std::string svg = draw_timeline(lines, calls, {.title = "a & b", .until = 100s});
    EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")) << svg;
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
    EXPECT_NE(svg.find("a &amp; b"), std::string::npos);
    EXPECT_NE(svg.find("h/&lt;a&gt;&amp;b"), std::string::npos) << svg;
    for (const std::string_view lane : {">calls<", ">timers<", ">fetches<"}) {
        EXPECT_EQ(times_in(svg, lane), 1) << lane;
    }
    EXPECT_EQ(times_in(svg, ">reports<"), 0);
    EXPECT_EQ(times_in(svg, "<circle"), 4);
    EXPECT_EQ(svg.find("not drawn"), std::string::npos);
}

TEST(Timeline, StaysReadableHoweverMuchHappens) {
    std::vector<Line> lines;
    for (int i = 0; i < 500; ++i) {
        lines.push_back(
            {.at = Seconds(i), .what = What::fetch, .method = "GET", .url = "http://h/a.xml"});
    }
    const std::string svg = draw_timeline(lines, {}, {.title = "many", .until = 500s});
    EXPECT_NE(svg.find(" more labels do not fit"), std::string::npos);
    EXPECT_EQ(times_in(svg, "<circle"), 500);
}

}  // namespace onhook::fleet
