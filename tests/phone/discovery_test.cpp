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
    for (const Url& url : discovery_urls({"192.168.1.100", DhcpAnswer{"", std::move(options)}},
                                         {order, ""},
                                         tails,
                                         phone.macros())) {
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

// 13.1: DHCPv6 has an order and numbers of its own, and comes after DHCP.
TEST(Discovery, ReadsTheOptionsOfDhcpv6) {
    const SamplePhone phone;
    const std::array<std::string_view, 1> tails = {"/t"};
    const auto urls_of_both = [&](const Lease& lease, const OptionOrder& order) {
        Strings all;
        for (const Url& url : discovery_urls(lease, order, tails, phone.macros())) {
            all.push_back(url.to_string());
        }
        return all;
    };
    const Lease lease{"2001:db8::9",
                      DhcpAnswer{"",
                                 {{66, "http://four"}, {17, "http://no"}},
                                 {{160, "http://six"}, {17, "http://vendor"}, {66, "http://no"}}}};
    EXPECT_EQ(urls_of_both(lease, {default_order, "17,160,159"}),
              (Strings{"http://four/t", "http://vendor/t", "http://six/t"}));
    EXPECT_EQ(urls_of_both(lease, {default_order, "160"}),
              (Strings{"http://four/t", "http://six/t"}));
    EXPECT_EQ(urls_of_both(lease, {"", ""}), Strings{});
    // 17 carries other things than servers, as 43 does.
    EXPECT_EQ(urls_of_both({"", DhcpAnswer{"", {}, {{17, "acme"}}}}, {"", "17"}), Strings{});
    EXPECT_EQ(urls_of_both({"", DhcpAnswer{"", {}, {{17, "2001:db8::1"}}}}, {"", "17"}).size(), 3U);
}

// 6.8.
TEST(Discovery, NamesTheSrvRecordsOfADomain) {
    EXPECT_EQ(srv_name(Scheme::https, "example.com"), "_ciscoprov-https._tls.example.com");
    EXPECT_EQ(srv_name(Scheme::http, "example.com"), "_ciscoprov-http._tcp.example.com");
}

// 6.8: by priority, then the lower weight first, unlike RFC 2782; equals stay as they came.
TEST(Discovery, OrdersSrvTargetsAsCiscoDoes) {
    const std::vector<std::string> paths = {"/a", "/b"};
    const auto urls = [&](std::vector<SrvTarget> targets) {
        Strings all;
        for (const Url& url : srv_urls(Scheme::https, std::move(targets), paths)) {
            all.push_back(url.to_string());
        }
        return all;
    };
    EXPECT_EQ(urls({{"heavy", 443, 10, 60},
                    {"late", 443, 20, 0},
                    {"light.test.", 8443, 10, 5},
                    {"same", 443, 10, 60}}),
              (Strings{"https://light.test:8443/a",
                       "https://light.test:8443/b",
                       "https://heavy/a",
                       "https://heavy/b",
                       "https://same/a",
                       "https://same/b",
                       "https://late/a",
                       "https://late/b"}));
    EXPECT_EQ(urls({{".", 443, 0, 0}, {"", 443, 0, 0}, {"h", 0, 0, 0}, {"h h", 1, 0, 0}}),
              Strings{});
    EXPECT_LE(urls(std::vector<SrvTarget>(100, {"h", 443, 0, 0})).size(), 96U);
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
