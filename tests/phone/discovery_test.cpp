#include "phone/discovery.h"

#include "phone/samples.h"
#include "support/properties.h"
#include "support/sample_phone.h"

namespace onhook::phone {

using test::SamplePhone;

namespace {

using DhcpOptions = std::vector<std::pair<std::uint8_t, std::string>>;

constexpr std::string_view default_order = "66,160,159,150,60,43,125";

Strings urls_of(DhcpOptions options,
                std::string_view order = default_order,
                std::vector<std::string_view> tails = {"/t"}) {
    const SamplePhone phone;
    Strings all;
    for (const Url& url :
         discovery_urls({"192.168.1.100", "", std::move(options)}, order, tails, phone.macros())) {
        all.push_back(url.to_string());
    }
    return all;
}

}  // namespace

// 13.2 and 13.3, form by form.
TEST(Discovery, ReadsTheDocumentedForms) {
    struct Row {
        std::string_view value;
        Strings urls;
    };

    for (const Row& row :
         {Row{"https://h/path", {"https://h/path", "https://h/path/t"}},
          Row{"https://h/path/", {"https://h/path/", "https://h/path/t"}},
          Row{"https://h:444/p//", {"https://h:444/p//", "https://h:444/p/t"}},
          Row{"https://h", {"https://h/t"}},
          Row{"https://h/", {"https://h/t"}},
          Row{"HTTP://h:81", {"http://h:81/t"}},
          Row{"10.0.0.1", {"tftp://10.0.0.1/t", "http://10.0.0.1/t", "https://10.0.0.1/t"}},
          Row{"prov", {"tftp://prov/t", "http://prov/t", "https://prov/t"}},
          Row{" 10.0.0.1 ;; http://h ",
              {"tftp://10.0.0.1/t", "http://10.0.0.1/t", "https://10.0.0.1/t", "http://h/t"}},
          // CSCvi48553: the scheme holds for both.
          Row{"HTTP://10.0.0.1;10.0.0.2", {"http://10.0.0.1/t", "http://10.0.0.2/t"}},
          Row{"http://h/$MA.cfg", {"http://h/000e08012345.cfg", "http://h/000e08012345.cfg/t"}},
          Row{"2001:db8::1",
              {"tftp://[2001:db8::1]/t", "http://[2001:db8::1]/t", "https://[2001:db8::1]/t"}},
          Row{"http://[2001:db8::1]:81", {"http://[2001:db8::1]:81/t"}},
          Row{"ftp://h", {}},
          Row{"not a server", {}},
          Row{"", {}}}) {
        SCOPED_TRACE(row.value);
        EXPECT_EQ(urls_of({{66, std::string(row.value)}}), row.urls);
    }
}

TEST(Discovery, ObeysTheOrderOfTheParameter) {
    const DhcpOptions options = {
        {159, "http://third"}, {66, "http://first"}, {160, "http://second"}};
    EXPECT_EQ(urls_of(options), (Strings{"http://first/t", "http://second/t", "http://third/t"}));
    EXPECT_EQ(urls_of(options, "160, 66"), (Strings{"http://second/t", "http://first/t"}));
    EXPECT_EQ(urls_of(options, ""), Strings{});
    EXPECT_EQ(urls_of(options, "x,300,,66"), (Strings{"http://first/t"}));
}

// 13.1: 43, 60 and 125 are for other things; text that is no server is not one.
TEST(Discovery, TakesOnlyPlainServersFromTheOtherPurposeOptions) {
    for (const std::uint8_t option : {std::uint8_t{43}, std::uint8_t{60}, std::uint8_t{125}}) {
        for (const std::string value : {"dslforum.org", "1", "1.2.3", "...", "1.2.3.999", "x;1"}) {
            EXPECT_EQ(urls_of({{option, value}}), Strings{}) << value;
        }
        EXPECT_EQ(urls_of({{option, "http://h"}}), (Strings{"http://h/t"}));
        EXPECT_EQ(urls_of({{option, "10.0.0.1"}}).size(), 3U);
    }
}

TEST(Discovery, ExpandsTailsAndTriesThemInTheirOrder) {
    EXPECT_EQ(urls_of({{66, "http://h"}}, default_order, {"/$PSN.xml", "/Cisco/$PN/$MA.cfg"}),
              (Strings{"http://h/8841-3PCC.xml", "http://h/Cisco/CP-8841-3PCC/000e08012345.cfg"}));
    EXPECT_EQ(urls_of({{66, "http://h/x"}}, default_order, {}), (Strings{"http://h/x"}));
}

RC_GTEST_PROP(Discovery, AnyOptionTextGivesABoundedNumberOfUrls, ()) {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("htps:/.;12[] $MA")));
    std::string many;
    for (int i = 0; i < 40; ++i) {
        many += text + ";";
    }
    RC_ASSERT(urls_of({{66, many}, {43, text}}, default_order, {"/a", "/b"}).size() <= 96U);
}

}  // namespace onhook::phone
