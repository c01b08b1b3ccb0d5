#include "base/url.h"

#include "support/properties.h"

namespace onhook {

TEST(Url, HasThePortOfItsSchemeUnlessGiven) {
    struct Row {
        std::string_view text;
        Scheme scheme;
        std::string_view host;
        std::uint16_t port;
        std::string_view target;
    };

    for (const Row& row :
         {Row{"tftp://prov.telco.com/a.cfg", Scheme::tftp, "prov.telco.com", 69, "/a.cfg"},
          Row{"HTTP://Neptune.speak.net:8080/prov/e.cfg",
              Scheme::http,
              "neptune.speak.net",
              8080,
              "/prov/e.cfg"},
          Row{"https://secure.me.com/profile?Linksys",
              Scheme::https,
              "secure.me.com",
              443,
              "/profile?Linksys"},
          Row{"https://10.0.0.1", Scheme::https, "10.0.0.1", 443, "/"},
          Row{"http://h?q", Scheme::http, "h", 80, "/?q"},
          Row{"http://[2001:DB8::1]:81/x", Scheme::http, "2001:db8::1", 81, "/x"}}) {
        SCOPED_TRACE(row.text);
        const auto url = Url::parse(row.text);
        ASSERT_TRUE(url);
        EXPECT_EQ(url->scheme(), row.scheme);
        EXPECT_EQ(url->host(), row.host);
        EXPECT_EQ(url->port(), row.port);
        EXPECT_EQ(url->target(), row.target);
    }
}

TEST(Url, HasFtpForThoseWhoAsk) {
    EXPECT_FALSE(Url::parse("ftp://h/a.cfg"));
    const auto url = Url::parse("FTP://h/p/a.cfg", Schemes::with_ftp);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->scheme(), Scheme::ftp);
    EXPECT_EQ(url->port(), 21);
    EXPECT_EQ(url->to_string(), "ftp://h/p/a.cfg");
    const auto beside = url->resolve("b.cfg");
    ASSERT_TRUE(beside);
    EXPECT_EQ(beside->to_string(), "ftp://h/p/b.cfg");
    EXPECT_TRUE(url->resolve("//g:2121/b.cfg"));
    EXPECT_FALSE(Url::parse("http://h/")->resolve("ftp://h/"));
}

TEST(Url, RejectsBadTextAtTheRightOffset) {
    struct Row {
        std::string_view text;
        std::size_t offset;
    };

    for (const Row& row : {Row{"", 0},
                           Row{"gopher://h/", 0},
                           Row{"http:/h", 0},
                           Row{"http://", 7},
                           Row{"http://user:pw@h/", 12},
                           Row{"http://h:0/", 9},
                           Row{"http://h:65536/", 9},
                           Row{"http://h:x/", 9},
                           Row{"http://[::1/", 11},
                           Row{"http://[1234]/", 12},
                           Row{"http://h/a b", 10},
                           Row{"http://h/a#b", 10},
                           Row{"http://h/\n", 9}}) {
        SCOPED_TRACE(row.text);
        const auto url = Url::parse(row.text);
        ASSERT_FALSE(url);
        EXPECT_EQ(url.error().offset, row.offset);
    }
}

TEST(Url, ResolvesTheReferencesOfALocationHeader) {
    const auto base = Url::parse("http://h:81/a/b.xml?q=1");
    ASSERT_TRUE(base);

    struct Row {
        std::string_view reference;
        std::string_view result;
    };

    for (const Row& row : {Row{"https://other/x", "https://other/x"},
                           Row{"//other/x", "http://other/x"},
                           Row{"/x?y", "http://h:81/x?y"},
                           Row{"c.xml", "http://h:81/a/c.xml"},
                           Row{"?z", "http://h:81/a/b.xml?z"},
                           Row{"/back?to=http://x/", "http://h:81/back?to=http://x/"}}) {
        SCOPED_TRACE(row.reference);
        const auto url = base->resolve(row.reference);
        ASSERT_TRUE(url);
        EXPECT_EQ(url->to_string(), row.result);
    }
    EXPECT_FALSE(base->resolve("a b"));
    // RFC 3986 4.2: another scheme, not a path.
    for (const char* other :
         {"file:///etc/passwd", "javascript:alert(1)", "mailto:a", "http:a", ":"}) {
        EXPECT_FALSE(base->resolve(other)) << other;
    }
    EXPECT_TRUE(base->resolve("./a:b"));
}

TEST(Url, CredentialsStayWithinTheOrigin) {
    const auto url = Url::parse("http://h/a");
    EXPECT_TRUE(url->same_origin(*Url::parse("http://h:80/b")));
    EXPECT_FALSE(url->same_origin(*Url::parse("https://h/a")));
    EXPECT_FALSE(url->same_origin(*Url::parse("http://h:81/a")));
    EXPECT_FALSE(url->same_origin(*Url::parse("http://i/a")));
}

RC_GTEST_PROP(Url, ReadsWhatItPrints, ()) {
    const auto host = *rc::gen::nonEmpty(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcXYZ019.-_"))));
    const auto port = *rc::gen::inRange(1, 65536);
    const auto path =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("aZ09/?&=%+$:@")));
    const auto scheme = *rc::gen::element<std::string>("tftp", "http", "https");
    const auto url = Url::parse(scheme + "://" + host + ":" + std::to_string(port) + "/" + path);
    RC_ASSERT(url.has_value());
    const auto again = Url::parse(url->to_string());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == *url);
}

}  // namespace onhook
