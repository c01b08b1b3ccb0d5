#include "fleet/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/html.h"
#include "base/printable.h"

namespace onhook::fleet {

namespace {

// Measures in pixels.
constexpr double lane_left = 150;
constexpr double lane_width = 1000;
constexpr double picture_width = lane_left + lane_width + 40;
constexpr double head_height = 46;
constexpr double row_height = 15;
constexpr double lane_padding = 12;
// About the width of a letter of a label.
constexpr double letter = 5.6;
constexpr std::size_t longest_label = 44;
constexpr std::size_t most_rows = 12;

enum class Lane : std::uint8_t {
    calls,
    timers,
    fetches,
    reports,
    settings,
    customization,
    notify,
    upgrade,
    restarts,
};

struct LaneLook {
    std::string_view name;
    std::string_view color;
};

constexpr std::array<LaneLook, 9> looks = {{{"calls", "#7a5195"},
                                            {"timers", "#8a8a8a"},
                                            {"fetches", "#1f77b4"},
                                            {"reports", "#2a9d8f"},
                                            {"settings", "#c77800"},
                                            {"customization", "#b5179e"},
                                            {"NOTIFY", "#4361ee"},
                                            {"upgrade", "#6a994e"},
                                            {"restarts", "#c1121f"}}};
constexpr std::string_view failure_color = "#c1121f";

struct Mark {
    Lane lane = Lane::fetches;
    Duration from{0};
    std::optional<Duration> to;  // a span
    bool failed = false;
    std::string label;
};

// The part of a URL that tells one from another.
std::string short_url(std::string_view url) {
    const std::size_t host = url.find("://");
    const std::size_t start = host == std::string_view::npos ? 0 : host + 3;
    std::string_view text = url.substr(start);
    if (text.size() > longest_label) {
        text.remove_prefix(text.size() - longest_label);
        return "…" + std::string(text);
    }
    return std::string(text);
}

std::string label_of(const Line& line) {
    switch (line.what) {
        case What::fetch:
        case What::report:
            return line.method == "GET" ? short_url(line.url)
                                        : line.method + " " + short_url(line.url);
        case What::failed:
            return line.status ? fmt::format("{}", *line.status)
                               : std::string(shortened(line.message, longest_label));
        case What::customization:
            return line.to;
        case What::timer:
        case What::upgrade:
            return line.to;
        case What::notify_answer:
            return fmt::format("{}", line.status.value_or(0));
        case What::apply:
            return line.changed.empty() ? "applied"
                                        : fmt::format("{} changed", line.changed.size());
        default:
            return std::string(shortened(line.why, longest_label));
    }
}

std::optional<Lane> lane_of(const Line& line) {
    switch (line.what) {
        case What::fetch:
        case What::failed:
            return line.purpose == "report" ? Lane::reports : Lane::fetches;
        case What::report:
            return Lane::reports;
        case What::apply:
            return Lane::settings;
        case What::customization:
            return Lane::customization;
        case What::timer:
        case What::blocked:
            return Lane::timers;
        case What::notify_answer:
            return Lane::notify;
        case What::upgrade:
            return Lane::upgrade;
        case What::reboot:
        case What::restart:
            return Lane::restarts;
        case What::fetched:
        case What::log:
            return std::nullopt;
    }
    return std::nullopt;
}

std::vector<Mark> marks_of(std::span<const Line> lines, std::span<const CallSpan> calls) {
    std::vector<Mark> marks;
    for (const CallSpan& call : calls) {
        marks.push_back({Lane::calls, call.from, call.to, false, "call"});
    }
    for (const Line& line : lines) {
        if (const auto lane = lane_of(line)) {
            const bool waits = line.what == What::timer || line.what == What::blocked;
            marks.push_back({*lane,
                             line.at,
                             waits ? line.due : std::nullopt,
                             line.what == What::failed || line.what == What::blocked,
                             label_of(line)});
        }
    }
    return marks;
}

class Picture {
  public:
    Picture(std::span<const Mark> marks, const TimelineFrame& frame)
        : marks_(marks), frame_(frame) {}

    std::string draw() {
        place_rows();
        const double height = bottom() + 40;
        out_ = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
            "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" font-size=\"10\">\n"
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
            "<text x=\"12\" y=\"22\" font-size=\"14\" fill=\"#111111\">{2}</text>\n",
            picture_width,
            height,
            html_escape(printable(frame_.title)));
        draw_axis();
        draw_lanes();
        for (std::size_t i = 0; i < marks_.size(); ++i) {
            draw_mark(marks_[i], rows_[i]);
        }
        if (left_out_ > 0) {
            out_ += fmt::format(
                "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#555555\">{} more labels do not fit"
                "</text>\n",
                lane_left,
                height - 8,
                left_out_);
        }
        return out_ + "</svg>\n";
    }

  private:
    // Where a mark stands in its lane; nothing: only its dot, in the last row.
    struct Row {
        std::size_t row = 0;
        bool labelled = true;
    };

    [[nodiscard]] double x_of(Duration at) const {
        const double until = std::max(1.0, static_cast<double>(frame_.until.count()));
        return lane_left +
               lane_width * std::clamp(static_cast<double>(at.count()) / until, 0.0, 1.0);
    }

    static double label_width(const Mark& mark) {
        return letter * static_cast<double>(mark.label.size());
    }

    // Labels of one lane do not cover each other: each takes the first row that is free there.
    void place_rows() {
        std::array<std::vector<double>, looks.size()> ends;
        for (const Mark& mark : marks_) {
            auto& lane = ends.at(static_cast<std::size_t>(mark.lane));
            const double from = x_of(mark.from) - 4;
            const double width = 14 + label_width(mark);
            const double to = std::max(from + width, mark.to ? x_of(*mark.to) : 0.0);
            std::size_t row = 0;
            while (row < lane.size() && lane[row] > from) {
                ++row;
            }
            if (row == most_rows) {
                ++left_out_;
                rows_.push_back({most_rows - 1, false});
                continue;
            }
            if (row == lane.size()) {
                lane.push_back(0);
            }
            lane[row] = to + 6;
            rows_.push_back({row, true});
        }
        double y = head_height + 14;
        for (std::size_t i = 0; i < looks.size(); ++i) {
            tops_.at(i) = y;
            heights_.at(i) =
                ends.at(i).empty()
                    ? 0
                    : row_height * static_cast<double>(ends.at(i).size()) + lane_padding;
            y += heights_.at(i);
        }
    }

    [[nodiscard]] double bottom() const { return tops_.back() + heights_.back(); }

    // A step of the axis that people count in, for at most about ten of them.
    [[nodiscard]] std::int64_t axis_step() const {
        constexpr std::array<std::int64_t, 22> steps = {
            1,    2,    5,    10,    20,    30,    60,    120,    300,    600,     900,
            1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000, 31557600};
        const double seconds = static_cast<double>(frame_.until.count()) / 1e9;
        for (const std::int64_t step : steps) {
            if (seconds / static_cast<double>(step) <= 10) {
                return step;
            }
        }
        return steps.back();
    }

    void draw_axis() {
        const std::int64_t step = axis_step();
        const auto end = std::chrono::floor<Seconds>(frame_.until).count();
        for (std::int64_t at = 0; at <= end; at += step) {
            const double x = x_of(Seconds(at));
            out_ += fmt::format(
                "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" "
                "stroke=\"#e3e3e3\"/>\n"
                "<text x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\" fill=\"#555555\">{4}"
                "</text>\n",
                x,
                head_height + 4,
                bottom(),
                head_height,
                axis_label(at, step));
        }
    }

    static std::string axis_label(std::int64_t at, std::int64_t step) {
        if (at == 0) {
            return "0";
        }
        if (step % 86400 == 0) {
            return fmt::format("{} d", at / 86400);
        }
        if (step % 3600 == 0) {
            return fmt::format("{} h", at / 3600);
        }
        return step % 60 == 0 ? fmt::format("{} min", at / 60) : fmt::format("{} s", at);
    }

    void draw_lanes() {
        for (std::size_t i = 0; i < looks.size(); ++i) {
            if (heights_.at(i) == 0) {
                continue;
            }
            out_ += fmt::format(
                "<rect x=\"0\" y=\"{0:.1f}\" width=\"{1:.0f}\" height=\"{2:.1f}\" fill=\"{3}\" "
                "fill-opacity=\"0.05\"/>\n"
                "<text x=\"12\" y=\"{4:.1f}\" font-size=\"12\" fill=\"{3}\">{5}</text>\n",
                tops_.at(i),
                picture_width,
                heights_.at(i) - 3,
                looks.at(i).color,
                tops_.at(i) + 16,
                looks.at(i).name);
        }
    }

    void draw_mark(const Mark& mark, const Row& row) {
        const auto lane = static_cast<std::size_t>(mark.lane);
        const std::string_view color = mark.failed ? failure_color : looks.at(lane).color;
        const double x = x_of(mark.from);
        const double y = tops_.at(lane) + row_height * (static_cast<double>(row.row) + 0.8);
        if (mark.to && mark.lane == Lane::calls) {
            out_ += fmt::format(
                "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"10\" fill=\"{}\" "
                "fill-opacity=\"0.35\"/>\n",
                x,
                y - 5,
                std::max(2.0, x_of(*mark.to) - x),
                color);
        } else if (mark.to) {
            out_ += fmt::format(
                "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{2:.1f}\" y2=\"{1:.1f}\" "
                "stroke=\"{3}\" stroke-dasharray=\"2 3\"/>\n",
                std::min(x_of(*mark.to), x + 8 + label_width(mark)),
                y,
                x_of(*mark.to),
                color);
        }
        out_ +=
            fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x, y, color);
        if (row.labelled && !mark.label.empty()) {
            // A label that would leave the picture stands before its dot.
            const bool left = x + 8 + label_width(mark) > picture_width;
            out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#222222\"{}>{}</text>\n",
                                left ? x - 6 : x + 6,
                                y + 3.5,
                                left ? " text-anchor=\"end\"" : "",
                                html_escape(printable(mark.label)));
        }
    }

    std::span<const Mark> marks_;
    const TimelineFrame& frame_;
    std::vector<Row> rows_;
    std::array<double, looks.size()> tops_{};
    std::array<double, looks.size()> heights_{};
    std::size_t left_out_ = 0;
    std::string out_;
};

}  // namespace

std::string draw_timeline(std::span<const Line> lines,
                          std::span<const CallSpan> calls,
                          const TimelineFrame& frame) {
    const std::vector<Mark> marks = marks_of(lines, calls);
    return Picture(marks, frame).draw();
}

}  // namespace onhook::fleet
