#include "wire/sip/pnp_search.h"

#include <gtest/gtest.h>

#include "wire/sip/samples.h"

namespace onhook::wire::sip {

namespace {

PnpPhone phone(PnpForm form = PnpForm::flyingvoice) {
    return {.form = form,
            .mac = *MacAddress::parse("0021f222aef1"),
            .model = "FIP13G",
            .version = "0.6.24",
            .user_agent = "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1",
            .host = "192.168.1.2",
            .port = 5080};
}

struct Searching {
    explicit Searching(const PnpPhone& who = phone()) : search(who, 7) {
        sent = step(pnp::Started{});
    }

    // The bytes of what was sent; empty when nothing was.
    std::string step(const pnp::Event& event) {
        std::string bytes;
        status = 0;
        url.clear();
        ended = false;
        for (const pnp::Action& action : search.step(event, now)) {
            if (const auto* send = std::get_if<pnp::Send>(&action)) {
                bytes += send->bytes;
            } else if (const auto* respond = std::get_if<pnp::Respond>(&action)) {
                status = respond->answer.status;
            } else if (const auto* found = std::get_if<pnp::Found>(&action)) {
                url = found->url;
            } else {
                ended = true;
            }
        }
        return bytes;
    }

    // A.5, strict; `change` makes it another.
    template <typename Change>
    void notify(Change change) {
        Message message = *parse(grandstream_notify());
        message.call_id = search.call_id();
        change(message);
        step(pnp::NotifyArrived{message});
    }

    void notify_with(std::string body) {
        notify([&](Message& message) { message.body = std::move(body); });
    }

    TimePoint now{500s};
    PnpSearch search;
    std::string sent;
    int status = 0;
    std::string url;
    bool ended = false;
};

void set_header(Message& message, std::string_view name, std::string_view value) {
    for (Header& header : message.headers) {
        if (header.name().str() == name) {
            header = Header(std::string(name), value);
        }
    }
}

}  // namespace

// flyingvoice.md D9
TEST(PnpSearch, AsksAsAFlyingvoicePhone) {
    const Searching searching;
    const auto message = parse(searching.sent);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->request()->uri.to_string(), "sip:MAC%3a0021f222aef1@224.0.1.75");
    EXPECT_EQ(message->from.uri, message->request()->uri);
    EXPECT_EQ(message->to.uri, message->request()->uri);
    EXPECT_EQ(message->header("Event"),
              "ua-profile;profile-type=\"device\";vendor=\"Flyingvoice\";model=\"FIP13G\";"
              "version=\"0.6.24\"");
    EXPECT_EQ(message->header("Accept"), "application/url");
    EXPECT_EQ(message->header("Expires"), "0");
    EXPECT_EQ(message->header("User-Agent"), "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1");
    EXPECT_EQ(message->header("Contact"), "<sip:192.168.1.2:5080>");
    EXPECT_EQ(message->cseq, (CSeq{1, "SUBSCRIBE"}));
    EXPECT_TRUE(message->vias.front().params.has("rport"));
}

// A.2
TEST(PnpSearch, AsksAsOtherPhones) {
    const auto snom = parse(Searching(phone(PnpForm::snom)).sent);
    ASSERT_TRUE(snom);
    EXPECT_EQ(snom->request()->uri.to_string(), "sip:MAC%3a0021F222AEF1@224.0.1.75");
    EXPECT_NE(snom->header("Event")->find("vendor=\"snom\""), std::string::npos);
    const auto yealink = parse(Searching(phone(PnpForm::yealink)).sent);
    ASSERT_TRUE(yealink);
    EXPECT_EQ(yealink->request()->uri.to_string(), "sip:MAC0021f222aef1@224.0.1.75");
    EXPECT_EQ(yealink->header("Contact"), "<sip:MAC0021f222aef1@192.168.1.2:5080>");
    EXPECT_NE(yealink->header("Event")->find("vendor=\"Yealink\""), std::string::npos);
    EXPECT_EQ(parse_pnp_form("snom"), PnpForm::snom);
    EXPECT_EQ(parse_pnp_form("Snom"), std::nullopt);
}

// A.2: 0, 0.5, 1.5, 3.5 s, the same message each time; A.6: 5 s after the last it is over.
TEST(PnpSearch, AsksFourTimesAndListensOn) {
    Searching searching;
    const TimePoint begin = searching.now;
    for (const Duration at : {500ms, 1500ms, 3500ms}) {
        EXPECT_EQ(searching.search.next_deadline(), begin + at);
        searching.now = begin + at - 1ms;
        EXPECT_EQ(searching.step(pnp::DeadlineReached{}), "");
        searching.now = begin + at;
        EXPECT_EQ(searching.step(pnp::DeadlineReached{}), searching.sent);
    }
    EXPECT_EQ(searching.search.next_deadline(), begin + 8500ms);
    searching.now = begin + 8500ms;
    EXPECT_EQ(searching.step(pnp::DeadlineReached{}), "");
    EXPECT_TRUE(searching.ended);
    EXPECT_EQ(searching.search.next_deadline(), std::nullopt);
    searching.notify_with("http://h/");
    EXPECT_EQ(searching.status, 481);
    EXPECT_EQ(searching.url, "");
}

// A.6, F-34
TEST(PnpSearch, TakesTheUrlOfANotify) {
    struct Row {
        std::string body;
        std::string url;  // empty: 415
    };

    for (const Row& row :
         {Row{"tftp://10.0.0.1/0021f222aef1.cfg", "tftp://10.0.0.1/0021f222aef1.cfg"},
          Row{"http://192.168.1.10/prov/\r\n", "http://192.168.1.10/prov/"},
          Row{"https://h", "https://h"},
          Row{"ftp://h/a.cfg", "ftp://h/a.cfg"},
          Row{"http://h/x?mac={mac}", "http://h/x?mac={mac}"},
          Row{"http://user:pass@h/a/", "http://user:pass@h/a/"},
          Row{"", ""},
          Row{"h/a.cfg", ""},
          Row{"/a.cfg", ""},
          Row{"sip:1@h", ""},
          Row{"file:///etc/passwd", ""},
          Row{"http://h/a b", ""},
          Row{"http://h/a\r\nX: y", ""},
          Row{"http://h/" + std::string(3000, 'a'), ""}}) {
        SCOPED_TRACE(row.body);
        Searching searching;
        searching.notify_with(row.body);
        EXPECT_EQ(searching.url, row.url);
        EXPECT_EQ(searching.status, row.url.empty() ? 415 : 200);
    }
}

// A.5: own Via, From and To turned round or not, other parameters of the event.
TEST(PnpSearch, TakesLooseAndStrictNotifies) {
    Searching searching;
    searching.notify([](Message&) {});
    EXPECT_EQ(searching.url, "http://192.168.1.10/prov/");
    searching.notify([&](Message& message) {
        const Message subscribe = *parse(searching.sent);
        message.vias = subscribe.vias;
        message.from = subscribe.from;
        message.to = subscribe.to;
        message.cseq.number = 3;
        set_header(
            message, "Event", "UA-Profile;profile-type=\"device\";vendor=\"OEM\";model=\"OEM\"");
        set_header(message, "Content-Type", "Application/URL; charset=utf-8");
    });
    EXPECT_EQ(searching.status, 200);
    EXPECT_EQ(searching.url, "http://192.168.1.10/prov/");
}

TEST(PnpSearch, RefusesWhatIsNoAnswerToIt) {
    Searching searching;
    searching.notify([](Message& message) { message.call_id = "other"; });
    EXPECT_EQ(searching.status, 481);
    searching.notify([](Message& message) { set_header(message, "Event", "presence"); });
    EXPECT_EQ(searching.status, 489);
    searching.notify([](Message& message) { set_header(message, "Content-Type", "text/html"); });
    EXPECT_EQ(searching.status, 415);
    EXPECT_EQ(searching.url, "");
    EXPECT_EQ(searching.search.state(), PnpSearch::State::asking);
}

TEST(PnpSearch, SeveralServersMayAnswerUntilItIsStopped) {
    Searching searching;
    searching.notify_with("http://one/");
    EXPECT_EQ(searching.url, "http://one/");
    searching.notify_with("http://two/");
    EXPECT_EQ(searching.url, "http://two/");
    searching.step(pnp::StopRequested{});
    searching.notify_with("http://three/");
    EXPECT_EQ(searching.status, 200);
    EXPECT_EQ(searching.url, "");
    searching.now = *searching.search.next_deadline();
    EXPECT_EQ(searching.step(pnp::DeadlineReached{}), "");
    EXPECT_TRUE(searching.ended);
    searching.notify_with("http://four/");
    EXPECT_EQ(searching.status, 481);
    searching.step(pnp::StopRequested{});
    EXPECT_EQ(searching.search.state(), PnpSearch::State::ended);
}

TEST(PnpSearch, KnowsItsKindOfNotify) {
    Message notify = *parse(grandstream_notify());
    EXPECT_TRUE(is_pnp_notify(notify));
    set_header(notify, "Event", "check-sync");
    EXPECT_FALSE(is_pnp_notify(notify));
    EXPECT_FALSE(is_pnp_notify(*parse(grandstream_subscribe())));
    EXPECT_FALSE(is_pnp_notify(*parse(grandstream_accepted())));
}

}  // namespace onhook::wire::sip
