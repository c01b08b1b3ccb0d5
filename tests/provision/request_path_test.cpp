#include "provision/request_path.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "support/properties.h"

namespace onhook::provision {

namespace {

struct Row {
    std::string_view target;
    RequestKind kind;
    std::string_view path_mac;
    std::string_view query_mac;
    std::string_view model;
};

std::string text_of(const std::optional<MacAddress>& mac) {
    return mac ? mac->to_string() : std::string();
}

}  // namespace

TEST(RequestPath, KnowsWhatPhonesAskFor) {
    using enum RequestKind;
    for (const Row& row :
         {Row{"/000e08012345.xml", profile, "000e08012345", "", ""},
          Row{"/000E08012345.cfg", profile, "000e08012345", "", ""},
          Row{"/Cisco/000e08012345.cfg", profile, "000e08012345", "", ""},
          Row{"/Cisco/CP-8851-3PCC/001234ab45de.cfg", profile, "001234ab45de", "", "8851"},
          Row{"/8841-3PCC.xml", profile, "", "", "8841"},
          Row{"/8841-3PCC.xml?mac=00:0E:08:01:23:45", profile, "", "000e08012345", "8841"},
          Row{"/8841-3PCC.xml?mac=00%3a0e%3a08%3a01%3a23%3a45",
              profile,
              "",
              "000e08012345",
              "8841"},
          Row{"/000e08012345.xml?cisco&x=1", profile, "000e08012345", "", ""},
          Row{"/p", profile, "", "", ""},
          Row{"/p/8851-3PCC.xml", profile, "", "", "8851"},
          Row{"/p/Cisco/CP-8851-3PCC/001234ab45de.cfg", profile, "001234ab45de", "", "8851"},
          Row{"/p/000e08012345.xml", profile, "000e08012345", "", ""},
          Row{"/software/edos/callhome/rc?id=000E08012345:88012BA01234:CP-8841-3PCC",
              redirect,
              "",
              "000e08012345",
              "8841"},
          Row{"/software/edos/callhome/rc", redirect, "", "", ""},
          Row{"/report/000e08012345.xml", report, "000e08012345", "", ""},
          Row{"/", unknown, "", "", ""},
          Row{"/favicon.ico", unknown, "", "", ""},
          Row{"/000e0801234.xml", unknown, "", "", ""},
          Row{"/000e080123456.xml", unknown, "", "", ""},
          Row{"/000000000000.xml", unknown, "", "", ""},
          Row{"/000e08012345.xmlx", unknown, "", "", ""},
          Row{"/000e08012345.XML", unknown, "", "", ""},
          Row{"/000e08012345", unknown, "", "", ""},
          Row{"/cisco/000e08012345.cfg", unknown, "", "", ""},
          Row{"/Cisco/8851-3PCC/001234ab45de.cfg", unknown, "", "", ""},
          Row{"/CP-8841-3PCC.xml", unknown, "", "", ""},
          Row{"/8841.xml", unknown, "", "", ""},
          Row{"/p/report/000e08012345.xml", report, "000e08012345", "", ""},
          Row{"/report/000e08012345.cfg", unknown, "", "", ""}}) {
        SCOPED_TRACE(row.target);
        const auto request = read_request_target(row.target);
        ASSERT_TRUE(request);
        EXPECT_EQ(request->kind, row.kind);
        EXPECT_EQ(text_of(request->path_mac), row.path_mac);
        EXPECT_EQ(text_of(request->query_mac), row.query_mac);
        EXPECT_EQ(request->model, row.model);
    }
}

TEST(RequestPath, ReadsTheSerialNumberOfARedirect) {
    const auto request =
        read_request_target("/software/edos/callhome/rc?id=000E08012345:88012BA01234:CP-8841-3PCC");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->serial, "88012BA01234");
}

TEST(RequestPath, RefusesOddTargetsAtTheRightOffset) {
    struct Bad {
        std::string target;
        std::size_t offset;
    };

    for (const Bad& row : {Bad{"", 0},
                           Bad{"000e08012345.xml", 0},
                           Bad{"http://h/000e08012345.xml", 0},
                           Bad{"//000e08012345.xml", 1},
                           Bad{"/../000e08012345.xml", 1},
                           Bad{"/p/..", 3},
                           Bad{"/p/./8841-3PCC.xml", 3},
                           Bad{"/%2e%2e/000e08012345.xml", 1},
                           Bad{"/p\\000e08012345.xml", 2},
                           Bad{"/000e08012345.xml#", 17},
                           Bad{"/a b", 2},
                           Bad{std::string("/a\0b", 4), 2},
                           Bad{"/\xC3\xA9", 1},
                           Bad{"/000e08012345.xml?a b", 19},
                           Bad{"/000e08012345.xml?mac=", 18},
                           Bad{"/000e08012345.xml?mac=nonsense", 18},
                           Bad{"/000e08012345.xml?mac=%zz", 18},
                           Bad{"/x?mac=000e08012345&mac=000e08012346", 3},
                           Bad{"/software/edos/callhome/rc?id=", 27},
                           Bad{"/software/edos/callhome/rc?id=000E08012345", 27},
                           Bad{"/software/edos/callhome/rc?id=000E08012345:S N:CP-8841-3PCC", 44},
                           Bad{"/software/edos/callhome/rc?id=000E08012345:S:8841", 27},
                           Bad{"/software/edos/callhome/rc?id=000E080123456:S:CP-8841-3PCC", 27},
                           Bad{"/" + std::string(max_request_target, 'a'), max_request_target}}) {
        SCOPED_TRACE(row.target);
        const auto request = read_request_target(row.target);
        ASSERT_FALSE(request);
        EXPECT_EQ(request.error().offset, row.offset);
    }
}

RC_GTEST_PROP(RequestPath, NeverAcceptsATraversal, ()) {
    const auto piece = rc::gen::element<std::string>(
        "..", ".", "/", "//", "\\", "%2e", "%2f", "p", "Cisco", "report", "000e08012345.xml");
    const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
    const bool query = *rc::gen::arbitrary<bool>();
    std::string path = "/";
    for (const std::string& part : pieces) {
        path += part;
    }
    const auto request = read_request_target(query ? path + "?x" : path);
    const auto segments = split(std::string_view(path).substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const bool last = i + 1 == segments.size();
        const bool bad = segments[i] == ".." || segments[i] == "." ||
                         (segments[i].empty() && !last) ||
                         segments[i].find_first_of("%\\") != std::string_view::npos;
        if (bad) {
            RC_ASSERT(!request.has_value());
        }
    }
}

RC_GTEST_PROP(RequestPath, WhatIsKnownIsOneOfTheKnownSpellings, (const std::string& tail)) {
    const auto start = *rc::gen::element<std::string>("/", "/p/", "/Cisco/", "/report/", "");
    const auto middle = *rc::gen::element<std::string>("000e08012345", "8841-3PCC", "");
    const auto end = *rc::gen::element<std::string>(".xml", ".cfg", "");
    const auto target = start + middle + end + tail;
    const auto request = read_request_target(target);
    if (request && request->kind != RequestKind::unknown) {
        const auto path = target.substr(0, target.find('?'));
        const std::array<std::string_view, 10> known = {"/000e08012345.xml",
                                                        "/000e08012345.cfg",
                                                        "/Cisco/000e08012345.cfg",
                                                        "/8841-3PCC.xml",
                                                        "/p/",
                                                        "/p/000e08012345.xml",
                                                        "/p/000e08012345.cfg",
                                                        "/p/8841-3PCC.xml",
                                                        "/report/000e08012345.xml",
                                                        "/p"};
        RC_ASSERT(std::find(known.begin(), known.end(), path) != known.end());
    }
}

}  // namespace onhook::provision
