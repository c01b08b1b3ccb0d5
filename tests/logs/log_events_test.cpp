// The events of every module: one name each, each used, each explained, and the reference page.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "agent/log_event.h"
#include "phone/log_event.h"
#include "server/log_event.h"
#include "support/golden.h"

namespace onhook {

namespace {

struct Module {
    std::string_view title;
    std::string_view who;
    std::span<const LogEventInfo> events;
};

const std::vector<Module>& modules() {
    static const std::vector<Module> all = {
        {"The phone", "`onhook phone`, of what the phone does", phone::log_events()},
        {"Around the phone", "`onhook phone`, of the program itself", agent::log_events()},
        {"The server", "`onhook serve`", server::log_events()}};
    return all;
}

std::string reference() {
    std::string page =
        "# Log events\n\n"
        "Each line that `onhook phone` and `onhook serve` log is about one of these. With `--json` "
        "it is\n"
        "an object with `at`, `severity`, `event` and `text`; without, the text stands alone. The "
        "name of\n"
        "an event stays what it is from one version to the next; texts may change.\n\n"
        "This page is generated from `src/*/log_events.def`.\n";
    for (const Module& module : modules()) {
        page += fmt::format(
            "\n## {}\n\n{}.\n\n| event | severity | what it means | what to do |\n"
            "|---|---|---|---|\n",
            module.title,
            module.who);
        for (const LogEventInfo& event : module.events) {
            page += fmt::format("| `{}` | {} | {} | {} |\n",
                                event.name,
                                to_string(event.severity),
                                event.meaning,
                                event.remedy.empty() ? "nothing" : event.remedy);
        }
    }
    return page;
}

// Everything below src, without comments being told apart.
std::string all_sources() {
    std::string text;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(ONHOOK_SOURCE_DIR "/src")) {
        const auto extension = entry.path().extension();
        if (extension == ".cpp" || extension == ".h") {
            std::ifstream in(entry.path(), std::ios::binary);
            text.append(std::istreambuf_iterator<char>(in), {});
        }
    }
    return text;
}

bool is_used(const std::string& sources, const std::string& id) {
    const std::string wanted = "LogEvent::" + id;
    for (std::size_t at = sources.find(wanted); at != std::string::npos;
         at = sources.find(wanted, at + 1)) {
        const char next = at + wanted.size() < sources.size() ? sources[at + wanted.size()] : ' ';
        if (next != '_' && (next < 'a' || next > 'z') && (next < '0' || next > '9')) {
            return true;
        }
    }
    return false;
}

}  // namespace

TEST(LogEvents, NamesAreGivenOnce) {
    std::set<std::string_view> names;
    for (const Module& module : modules()) {
        EXPECT_FALSE(module.events.empty());
        for (const LogEventInfo& event : module.events) {
            EXPECT_TRUE(names.insert(event.name).second) << event.name << " is given twice";
        }
    }
}

TEST(LogEvents, NamesAreThoseOfTheProgram) {
    struct Row {
        phone::LogEvent event;
        std::string_view name;
    };

    for (const Row& row : {Row{phone::LogEvent::resync_requested, "resync-requested"},
                           Row{phone::LogEvent::upgrade_current, "upgrade-current"}}) {
        EXPECT_EQ(phone::info(row.event).name, row.name);
    }
    const std::vector<std::pair<std::string_view, std::string>> files = {
        {"phone", "src/phone"}, {"agent", "src/agent"}, {"server", "src/server"}};
    for (const auto& [module, folder] : files) {
        std::ifstream in(std::string(ONHOOK_SOURCE_DIR "/") + folder + "/log_events.def");
        std::string line;
        std::string id;
        while (std::getline(in, line)) {
            constexpr std::string_view start = "ONHOOK_LOG_EVENT(";
            if (line.starts_with(start)) {
                id = line.substr(start.size(), line.find(',') - start.size());
            }
            if (const std::size_t quote = line.find('"');
                quote != std::string::npos && !id.empty()) {
                std::string name = id;
                std::replace(name.begin(), name.end(), '_', '-');
                EXPECT_EQ(line.substr(quote + 1, line.find('"', quote + 1) - quote - 1), name)
                    << folder;
                id.clear();
            }
        }
    }
}

TEST(LogEvents, EachIsUsedAndExplained) {
    const std::string sources = all_sources();
    ASSERT_GT(sources.size(), 100'000U);
    for (const Module& module : modules()) {
        for (const LogEventInfo& event : module.events) {
            std::string id(event.name);
            std::replace(id.begin(), id.end(), '-', '_');
            EXPECT_TRUE(is_used(sources, id)) << event.name << ": nobody logs it";
            EXPECT_TRUE(event.meaning.ends_with('.')) << event.name;
            EXPECT_TRUE(event.remedy.empty() || event.remedy.ends_with('.')) << event.name;
            EXPECT_EQ(event.meaning.find('|'), std::string_view::npos) << event.name;
            // What is wrong can be put right, and the page says how.
            EXPECT_TRUE(event.severity > LogSeverity::warning || !event.remedy.empty())
                << event.name;
        }
    }
    EXPECT_FALSE(is_used(sources, "resync_request"));
}

TEST(LogEvents, TheReferencePageIsUpToDate) {
    expect_golden("docs/reference/log-events.md", reference());
}

}  // namespace onhook
