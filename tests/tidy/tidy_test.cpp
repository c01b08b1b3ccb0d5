// House rules that no compiler checks: the arrows between modules, words that have a better
// replacement, sizes that may only shrink, files that nobody uses. See docs/adr/0002.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

struct File {
    std::string path;  // relative to the checkout
    std::string text;
    std::vector<std::string> lines;

    [[nodiscard]] std::string module() const {
        const fs::path relative(path);
        auto part = relative.begin();
        return *part == "src" && std::next(part) != relative.end() ? std::next(part)->string()
                                                                   : std::string();
    }

    [[nodiscard]] bool is_header() const { return path.ends_with(".h"); }
};

std::string read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<File> files_below(std::initializer_list<std::string_view> folders) {
    const fs::path root(ONHOOK_SOURCE_DIR);
    std::vector<File> files;
    for (const std::string_view folder : folders) {
        if (!fs::exists(root / folder)) {
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension().string();
            if (extension != ".cpp" && extension != ".h") {
                continue;
            }
            File file{fs::relative(entry.path(), root).string(), read(entry.path()), {}};
            std::istringstream in(file.text);
            for (std::string line; std::getline(in, line);) {
                file.lines.push_back(line);
            }
            files.push_back(std::move(file));
        }
    }
    return files;
}

const std::vector<File>& sources() {
    static const std::vector<File> files = files_below({"src"});
    return files;
}

const std::vector<File>& everything() {
    static const std::vector<File> files = files_below({"src", "tests", "fuzz", "bench"});
    return files;
}

std::set<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

// `set(ONHOOK_LAYER_phone base profile)` for every module.
std::map<std::string, std::set<std::string>> allowed_arrows() {
    std::map<std::string, std::set<std::string>> table;
    std::istringstream in(read(fs::path(ONHOOK_SOURCE_DIR) / "cmake/Layers.cmake"));
    const std::string prefix = "set(ONHOOK_LAYER_";
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(prefix)) {
            const std::string rest = line.substr(prefix.size(), line.size() - prefix.size() - 1);
            const std::size_t end = rest.find(' ');
            std::string used = rest.substr(end + 1);
            std::replace(used.begin(), used.end(), '"', ' ');
            table[rest.substr(0, end)] = words(used);
        }
    }
    return table;
}

bool is_pure(const std::string& module) {
    static const std::set<std::string> pure = {
        "base", "seal", "wire", "profile", "phone", "provision"};
    return pure.contains(module);
}

// The path between the quotes of an #include of our own; empty for other lines.
std::string own_include(const std::string& line) {
    const std::string prefix = "#include \"";
    return line.starts_with(prefix) ? line.substr(prefix.size(), line.rfind('"') - prefix.size())
                                    : std::string();
}

std::string place(const File& file, std::size_t line) {
    return file.path + ":" + std::to_string(line + 1) + ": ";
}

// One fault of tests/mutants/faults.txt.
struct Fault {
    std::string file;
    std::string why;
    std::string before;
    std::string after;
};

std::vector<Fault> faults() {
    std::vector<Fault> all;
    std::istringstream in(read(fs::path(ONHOOK_SOURCE_DIR) / "tests/mutants/faults.txt"));
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("file ")) {
            all.push_back({line.substr(5), {}, {}, {}});
        } else if (line.starts_with("why ")) {
            all.back().why = line.substr(4);
        } else if (line.starts_with('-')) {
            all.back().before += (all.back().before.empty() ? "" : "\n") + line.substr(1);
        } else if (line.starts_with('+')) {
            all.back().after += (all.back().after.empty() ? "" : "\n") + line.substr(1);
        }
    }
    return all;
}

}  // namespace

TEST(Tidy, IncludesFollowTheTableOfArrows) {
    const auto allowed = allowed_arrows();
    ASSERT_GT(allowed.size(), 8U);
    ASSERT_GT(sources().size(), 20U);
    for (const File& file : sources()) {
        const std::string module = file.module();
        ASSERT_TRUE(allowed.contains(module))
            << file.path << " is in no room of cmake/Layers.cmake";
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string path = own_include(file.lines[i]);
            const std::string used = path.substr(0, path.find('/'));
            EXPECT_TRUE(path.empty() || used == module || allowed.at(module).contains(used))
                << place(file, i) << module << " may not use " << used;
        }
    }
}

TEST(Tidy, OnlyNetKnowsSockets) {
    for (const File& file : sources()) {
        if (file.module() == "net") {
            continue;
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            for (const std::string_view header : {"<boost/asio",
                                                  "<boost/beast",
                                                  "<curl/",
                                                  "<ares.h>",
                                                  "<sys/socket.h>",
                                                  "<netinet/",
                                                  "<arpa/",
                                                  "<thread>",
                                                  "<mutex>",
                                                  "\"net/asio.h\""}) {
                EXPECT_EQ(file.lines[i].find(std::string("#include ").append(header)),
                          std::string::npos)
                    << place(file, i) << "sockets and threads live in src/net";
            }
        }
    }
}

TEST(Tidy, PureModulesReadNoClockNorChance) {
    for (const File& file : sources()) {
        if (!is_pure(file.module())) {
            continue;
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            for (const std::string_view word : {"_clock::now",
                                                "getenv(",
                                                "std::random_device",
                                                "std::rand",
                                                "::time(",
                                                "<filesystem>",
                                                "<fstream>",
                                                "<iostream>"}) {
                EXPECT_EQ(file.lines[i].find(word), std::string::npos)
                    << place(file, i) << "'" << word << "': pass it in as an argument or an event";
            }
        }
    }
}

TEST(Tidy, WordsHaveTheirReplacements) {
    struct Word {
        std::string_view banned;
        std::string_view instead;
    };

    for (const File& file : sources()) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            for (const Word& word : {Word{"std::regex", "a Cursor"},
                                     Word{"atoi(", "parse_number()"},
                                     Word{"strtol", "parse_number()"},
                                     Word{"std::format(", "fmt::format"},
                                     Word{"std::views", "a loop (clang 14 refuses them)"},
                                     Word{"asio::detached", "a completion handler that reports"},
                                     Word{"std::endl", "'\\n'"},
                                     Word{"const_cast", "a design without it"}}) {
                EXPECT_EQ(file.lines[i].find(word.banned), std::string::npos)
                    << place(file, i) << "instead of '" << word.banned << "' use " << word.instead;
            }
        }
    }
}

TEST(Tidy, SuppressionsAndTodosSayWhy) {
    for (const File& file : everything()) {
        if (file.path.find("tidy_test.cpp") != std::string::npos) {
            continue;
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            if (const std::size_t at = line.find("NOLINT"); at != std::string::npos) {
                EXPECT_NE(line.find("): ", at), std::string::npos)
                    << place(file, i) << "write NOLINT(check): reason";
            }
            if (const std::size_t at = line.find("TODO"); at != std::string::npos) {
                EXPECT_EQ(line.compare(at, 6, "TODO(#"), 0)
                    << place(file, i) << "write TODO(#issue)";
            }
        }
    }
}

TEST(Tidy, HeadersStandAlone) {
    for (const File& file : sources()) {
        if (!file.is_header()) {
            continue;
        }
        EXPECT_EQ(file.lines.front(), "#pragma once") << file.path;
        // The literals of <chrono> are the one exception: they only add 90s and 2h.
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            EXPECT_TRUE(line.find("using namespace") == std::string::npos ||
                        line == "using namespace std::chrono_literals;")
                << place(file, i) << "no 'using namespace' in a header";
        }
    }
}

TEST(Tidy, FilesStayShort) {
    constexpr std::size_t longest = 500;
    for (const File& file : sources()) {
        EXPECT_LE(file.lines.size(), longest) << file.path << ": two rooms in one?";
    }
}

TEST(Tidy, EverySourceIsBuiltAndEveryHeaderIsIncluded) {
    std::set<std::string> included;
    for (const File& file : everything()) {
        for (const std::string& line : file.lines) {
            included.insert(own_include(line));
        }
    }
    for (const File& file : sources()) {
        const std::string module = file.module();
        const std::string in_module = file.path.substr(std::string("src/").size());
        if (file.is_header()) {
            EXPECT_TRUE(included.contains(in_module)) << file.path << " is included by nobody";
        }
        const auto list =
            words(read(fs::path(ONHOOK_SOURCE_DIR) / "src" / module / "CMakeLists.txt"));
        const std::string name = in_module.substr(module.size() + 1);
        EXPECT_TRUE(file.is_header() || list.contains(name) || list.contains(name + ")"))
            << file.path << " is not in its module's CMakeLists.txt";
    }
}

// script/mutants is too slow for every day; that its faults can be put in is not.
TEST(Tidy, EveryFaultStillApplies) {
    const auto all = faults();
    EXPECT_GE(all.size(), 36U);
    for (const Fault& fault : all) {
        SCOPED_TRACE(fault.file + ": " + fault.before);
        EXPECT_FALSE(fault.why.empty());
        EXPECT_NE(fault.before, fault.after);
        const std::string text = read(fs::path(ONHOOK_SOURCE_DIR) / fault.file);
        const std::size_t first =
            fault.before.empty() ? std::string::npos : text.find(fault.before);
        EXPECT_NE(first, std::string::npos) << "the text is gone; give the fault the one of now";
        EXPECT_EQ(text.rfind(fault.before), first)
            << "the text occurs twice; name a line beside it";
    }
}
