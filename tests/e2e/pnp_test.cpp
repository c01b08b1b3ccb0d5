// The search by multicast with a responder on loopback's group (protocols.md A).
#include <array>
#include <thread>

#include <fmt/format.h>
#include <netinet/in.h>

#include "e2e/sip_peers.h"
#include "support/temporary_directory.h"
#include "support/udp.h"
#include "wire/sip/pnp_search.h"
#include "wire/sip/responses.h"

namespace onhook::test {

namespace {

namespace sip = wire::sip;

// A.5
enum class NotifyShape { strict, loose };

// What phones send to the group over loopback.
class PnpGroup {
  public:
    PnpGroup() {
        number_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        EXPECT_EQ(::setsockopt(number_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
        const support::UdpEndpoint group(std::string(sip::pnp_group), sip::pnp_port);
        EXPECT_EQ(::bind(number_, group.data(), group.size()), 0);
        ip_mreq membership{};
        membership.imr_multiaddr = reinterpret_cast<const sockaddr_in*>(group.data())->sin_addr;
        membership.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(
            ::setsockopt(number_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership),
            0);
    }

    ~PnpGroup() { ::close(number_); }

    PnpGroup(const PnpGroup&) = delete;
    PnpGroup& operator=(const PnpGroup&) = delete;

    // The next SUBSCRIBE of this phone, and when nobody sends one for `patience`, nothing.
    [[nodiscard]] std::optional<sip::Message> subscribe_of(
        const std::string& mac,
        std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
        const auto end = std::chrono::steady_clock::now() + patience;
        for (;;) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now());
            pollfd wanted{number_, POLLIN, 0};
            if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) {
                return std::nullopt;
            }
            std::array<char, 4096> bytes{};
            const auto count = ::recv(number_, bytes.data(), bytes.size(), 0);
            auto message =
                sip::parse({bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
            if (message && message->request() != nullptr &&
                message->request()->uri.to_string().find(mac) != std::string::npos) {
                return *std::move(message);
            }
        }
    }

  private:
    int number_ = -1;
};

sip::Message notify_for(const sip::Message& subscribe,
                        NotifyShape shape,
                        const std::string& url,
                        std::uint16_t our_port) {
    const auto contact = sip::parse_name_addr(*subscribe.header("Contact"));
    EXPECT_TRUE(contact);
    sip::Message notify = subscribe;
    notify.start = sip::Request{"NOTIFY", contact->uri};
    notify.cseq = {shape == NotifyShape::loose ? 3U : 1U, "NOTIFY"};
    if (shape == NotifyShape::strict) {
        sip::Via via{"UDP", "127.0.0.1", our_port, {}};
        via.params.set("branch", std::string("z9hG4bKpnp1"));
        via.params.set("rport");
        notify.vias = {via};
        std::swap(notify.from, notify.to);
        notify.from.params.set("tag", std::string("pnp1"));
    }
    notify.headers = {
        {"Contact", fmt::format("<sip:127.0.0.1:{}>", our_port)},
        {"Event",
         shape == NotifyShape::strict
             ? "ua-profile;effective-by=0"
             : R"(ua-profile;profile-type="device";vendor="OEM";model="OEM";version="7.1.19")"},
        {"Subscription-State", "terminated;reason=timeout"},
        {"Content-Type", "application/url"}};
    notify.body = url;
    return notify;
}

support::UdpEndpoint contact_of(const sip::Message& subscribe) {
    const auto contact = sip::parse_name_addr(*subscribe.header("Contact"));
    return {std::string(contact->uri.address()), *contact->uri.port()};
}

// A TFTP server of one short file that says what it was asked for.
std::vector<std::string> serve_short_file(const support::UdpPeer& peer, const std::string& file) {
    std::vector<std::string> asked;
    for (auto datagram = peer.receive(); datagram;
         datagram = peer.receive(std::chrono::seconds(1))) {
        if (datagram->bytes.starts_with(std::string_view("\0\1", 2))) {
            asked.emplace_back(datagram->bytes.c_str() + 2);
            peer.send(std::string("\0\3\0\1", 4) + file, datagram->from);
        }
    }
    return asked;
}

// Everybody on loopback hears a search: that of another test must not be taken for this one's.
const std::string pnp_mac = fmt::format("0021f2{:06x}", ::getpid() & 0xFFFFFF);

Words flyingvoice_options(const std::string& state, const Words& settings) {
    Words words{onhook_program(),
                "phone",
                "--dialect",
                "flyingvoice",
                "--mac",
                pnp_mac,
                "--state",
                state,
                "--set",
                "DBID_RANDOM_DELAY=0"};
    for (const std::string& setting : settings) {
        words = words + Words{"--set", setting};
    }
    return words;
}

}  // namespace

class PnpPhone : public ::testing::Test {
  protected:
    TemporaryDirectory directory_;
};

// F-34, D9, D10: one RRQ for the file that the NOTIFY names, and Profile Rule stays.
TEST_F(PnpPhone, FetchesWhatTheNotifyNames) {
    for (const NotifyShape shape : {NotifyShape::strict, NotifyShape::loose}) {
        SCOPED_TRACE(shape == NotifyShape::strict ? "strict" : "loose");
        const PnpGroup group;
        const support::UdpPeer responder;
        const support::UdpPeer tftp;
        const std::string state = directory_.file(shape == NotifyShape::strict ? "s" : "l");
        Process phone(flyingvoice_options(state, {"DBID_PROFILE_RULE=http://127.0.0.1:1/"}));
        const auto subscribe = group.subscribe_of(pnp_mac);
        ASSERT_TRUE(subscribe) << phone.output();
        EXPECT_EQ(subscribe->header("Event")->find("ua-profile;profile-type=\"device\";vendor="),
                  0U);
        const auto to = contact_of(*subscribe);
        const auto accepted = sip::respond(*subscribe,
                                           {sip::Transport::udp, to.address(), to.port()},
                                           "pnp1",
                                           {.headers = {{"Expires", "0"}}});
        responder.send(sip::print(accepted), to);
        // A 200 alone is no success: the phone asks again.
        EXPECT_TRUE(group.subscribe_of(pnp_mac, std::chrono::seconds(2)));
        responder.send(
            sip::print(notify_for(*subscribe,
                                  shape,
                                  fmt::format("tftp://127.0.0.1:{}/{}.cfg", tftp.port(), pnp_mac),
                                  responder.port())),
            to);
        const auto answer = responder.receive();
        ASSERT_TRUE(answer);
        EXPECT_TRUE(answer->bytes.starts_with("SIP/2.0 200 ")) << answer->bytes;
        EXPECT_EQ(serve_short_file(tftp, "DBID_RESYNC_PERIODIC = 7200\n"), Words{pnp_mac + ".cfg"});
        EXPECT_FALSE(group.subscribe_of(pnp_mac, std::chrono::milliseconds(100)));
        const auto saved = [&]() -> std::string {
            const auto file = agent::StateFile::peek(state);
            const auto& values = (*file)->memory.values;
            return std::string(values.get(values.catalogue().id_of("DBID_RESYNC_PERIODIC"))) + " " +
                   std::string(values.get(values.catalogue().id_of("DBID_PROFILE_RULE")));
        };
        EXPECT_EQ(saved(), "7200 http://127.0.0.1:1/");
        expect_orderly_end(phone);
    }
}

// D9: 0, 0.5, 1.5, 3.5 s; nobody answers, so the phone goes on to its rule after 5 s.
TEST_F(PnpPhone, GoesOnWhenNobodyAnswers) {
    const PnpGroup group;
    const Nginx nginx(directory_.file("nginx"));
    const auto start = std::chrono::steady_clock::now();
    Process phone(
        flyingvoice_options(directory_.file("phone"), {"DBID_PROFILE_RULE=" + nginx.url("/")}));
    int copies = 0;
    while (group.subscribe_of(pnp_mac, std::chrono::milliseconds(2500))) {
        ++copies;
    }
    EXPECT_EQ(copies, 4);
    EXPECT_TRUE(becomes_true([&] { return times_in(nginx.requests(), "GET ") > 0; }))
        << phone.output();
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(4900));
    expect_orderly_end(phone);
}

// F-24: a phone that is not to be provisioned asks nobody.
TEST_F(PnpPhone, IsSilentWhenProvisioningIsOff) {
    const PnpGroup group;
    Process phone(flyingvoice_options(directory_.file("phone"), {"DBID_PRV_ENABLED=0"}));
    ASSERT_TRUE(phone.wait_for("starts: "));
    EXPECT_FALSE(group.subscribe_of(pnp_mac, std::chrono::seconds(1)));
    expect_orderly_end(phone);
}

}  // namespace onhook::test
