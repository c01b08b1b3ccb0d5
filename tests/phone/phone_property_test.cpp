// What holds for a phone whatever happens to it, in whatever order. PhoneWorld itself checks at
// every step that no two transfers of one kind run at once and that everything is saved.
#include "support/phone_world.h"
#include "support/properties.h"

namespace onhook::phone {

using test::PhoneWorld;
using test::redirect_rule;
using test::Reply;
using test::SamplePhone;

namespace {

// Elements of profiles, some of which contradict each other.
const std::vector<std::string> some_elements = {
    "<GPP_A>1</GPP_A>",
    "<GPP_A>2</GPP_A>",
    "<GPP_A/>",
    "<Display_Name_1_>Ann</Display_Name_1_>",
    "<Display_Name_1_>Bob</Display_Name_1_>",
    "<VLAN_ID>20</VLAN_ID>",
    "<VLAN_ID>30</VLAN_ID>",
    "<VLAN_ID>no number</VLAN_ID>",
    "<Proxy_1_>sip.test</Proxy_1_>",
    "<Profile_Rule>http://h/a.xml</Profile_Rule>",
    "<Profile_Rule>http://h/b.xml</Profile_Rule>",
    "<Profile_Rule>/$MA.xml</Profile_Rule>",
    "<Profile_Rule>[--wrong] http://h/a.xml</Profile_Rule>",
    "<Profile_Rule_B>http://h/c.xml</Profile_Rule_B>",
    "<Profile_Rule_B>/$PSN-b.xml</Profile_Rule_B>",
    "<Profile_Rule_B/>",
    "<Resync_Fails_On_FNF>No</Resync_Fails_On_FNF>",
    "<Resync_Periodic>600</Resync_Periodic>",
    "<Report_Rule>http://s/r.xml</Report_Rule>",
};

rc::Gen<std::string> some_profile() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(some_elements)),
        [](const std::vector<std::string>& chosen) {
            std::string all;
            for (const std::string& one : chosen) {
                all += one;
            }
            return "<flat-profile>" + all + "</flat-profile>";
        });
}

rc::Gen<Reply> some_reply() {
    return rc::gen::exec([] {
        Reply reply;
        switch (*rc::gen::inRange(0, 8)) {
            case 0:
                reply.status = *rc::gen::element(204, 303, 401, 403, 404, 500, 503);
                reply.challenge = "Basic";
                break;
            case 1:
                reply.status = *rc::gen::element(301, 302);
                reply.location = *rc::gen::element<std::string>("", "/moved.xml", "http://i/x");
                break;
            case 2:
                reply.fault = *rc::gen::element(TransferFault::dns,
                                                TransferFault::connect,
                                                TransferFault::tls,
                                                TransferFault::too_large,
                                                TransferFault::undecoded,
                                                TransferFault::corrupt,
                                                TransferFault::tftp_not_found,
                                                TransferFault::protocol,
                                                TransferFault::login,
                                                TransferFault::not_stored);
                break;
            case 3:
                reply.body = *rc::gen::element<std::string>("", "junk", "<flat-profile>");
                break;
            default:
                reply.body = *some_profile();
        }
        return reply;
    });
}

SamplePhone some_phone() {
    return SamplePhone()
        .set("Profile_Rule",
             *rc::gen::element<std::string>("/$PSN.xml", "http://h/a.xml", "http://h/b.xml"))
        .set("Resync_Random_Delay", *rc::gen::element<std::string>("0", "2"))
        .set("Resync_Periodic", "7200")
        .set("Resync_Error_Retry_Delay", *rc::gen::element<std::string>("60", "30+60,600"));
}

const Lease lease = {"192.168.1.100", DhcpAnswer{"", {{160, "http://10.0.0.1"}}}};

bool is_terminal(CustomizationState state) {
    return state == CustomizationState::acquired || state == CustomizationState::aborted ||
           state == CustomizationState::unavailable;
}

// A phone on a network that answers in any order, or not, while people ask for resyncs and the
// power fails.
class Chaos {
  public:
    explicit Chaos(const SamplePhone& sample)
        : world(sample, *rc::gen::arbitrary<bool>() ? redirect_rule : std::string()) {
        world.hold_transfers = true;
        world.power_up(lease, *rc::gen::arbitrary<std::uint64_t>());
        check();
    }

    void run(int most) {
        const int length = *rc::gen::inRange(0, most);
        for (int i = 0; i < length; ++i) {
            act();
            check();
        }
    }

    PhoneWorld world;

  private:
    void act() {
        switch (*rc::gen::inRange(0, 12)) {
            case 0:
                world.step(ResyncRequested{{1}, "", "192.168.1.5"});
                return;
            case 1:
                world.step(ResyncRequested{{2}, "http://h/once.xml", "192.168.1.5"});
                return;
            case 2:
                world.step(Answered{{*rc::gen::inRange(1000U, 1050U)}, 200, "", "", ""});
                return;
            case 3:
                world.step(NetworkUp{*rc::gen::arbitrary<bool>() ? lease : Lease{}});
                world.step(NetworkUp{lease});
                return;
            case 4:
                world.cut_power_after(*rc::gen::inRange<std::size_t>(0, 6));
                return;
            case 5:
            case 6:
                world.wait(Seconds(*rc::gen::inRange(0, 8000)));
                return;
            default:
                if (world.under_way() > 0) {
                    world.reply_to(*rc::gen::inRange<std::size_t>(0, world.under_way()),
                                   *some_reply());
                } else if (world.phone().next_deadline()) {
                    world.wait_for_deadline();
                }
        }
    }

    void check() {
        const CustomizationState state = world.saved().customization;
        RC_ASSERT(!is_terminal(before_) || state == before_);
        before_ = state;
        // Never silent: a rule is set and the retry list is not 0.
        RC_ASSERT(world.under_way() > 0 || world.phone().next_deadline());
    }

    CustomizationState before_ = CustomizationState::open;
};

// Everything a phone asks for is there again.
void heal(PhoneWorld& world) {
    Reply good;
    good.body = "<flat-profile><GPP_P>healed</GPP_P></flat-profile>";
    world.otherwise = good;
    world.hold_transfers = false;
}

}  // namespace

RC_GTEST_PROP(PhoneProperty, ResyncTwiceIsOnce, ()) {
    // Whatever rule the profile names leads to the same profile.
    Reply reply;
    reply.body = *some_profile();
    PhoneWorld world(some_phone());
    world.otherwise = reply;
    world.power_up(lease).run_for(2h);
    const profile::Values once = world.saved().values;
    const std::size_t boots = world.boots.size();
    const std::size_t requests = world.requests.size();
    world.run_for(5h);
    RC_ASSERT((world.saved().values == once));
    RC_ASSERT(world.boots.size() == boots);
    RC_ASSERT(world.requests.size() > requests ||
              world.get("Profile_Rule").find("--wrong") != std::string::npos);
}

// Terminal states stay terminal, nobody is silent for ever, and what PhoneWorld checks holds.
RC_GTEST_PROP(PhoneProperty, HoldsItsInvariantsInAnyOrderOfEvents, ()) {
    Chaos chaos(some_phone());
    chaos.run(40);
}

RC_GTEST_PROP(PhoneProperty, SettlesOnceTheNetworkHealsWhereverThePowerWasCut, ()) {
    Chaos chaos(some_phone());
    chaos.run(40);
    PhoneWorld& world = chaos.world;
    world.cut_power_after(*rc::gen::inRange<std::size_t>(0, 4));
    if (world.under_way() > 0) {
        world.reply_to(0, *some_reply());
    }
    // A rule that is wrong stays wrong: only an administrator can mend it.
    RC_PRE(world.get("Profile_Rule").find("--wrong") == std::string::npos);
    heal(world);
    world.run_for(48h);
    RC_ASSERT(world.get("GPP_P") == "healed");
    RC_ASSERT(world.saved().resyncs.at(0).succeeded);
    RC_ASSERT(world.under_way() == 0U);
    RC_ASSERT(world.phone().next_deadline());
}

RC_GTEST_PROP(PhoneProperty, SecretsAreNeverSaid, ()) {
    std::vector<std::string> secrets;
    const auto next = [&] {
        secrets.push_back(*rc::gen::container<std::string>(
            12, rc::gen::elementOf(std::string("abcdefghijklmnopqrstuvwxyz0123456789"))));
        return secrets.back();
    };
    SamplePhone sample = some_phone();
    for (const std::string_view name : {"GPP_SA",
                                        "GPP_SB",
                                        "GPP_SC",
                                        "GPP_SD",
                                        "Admin_Password",
                                        "User_Password",
                                        "Password_1_",
                                        "Password_2_"}) {
        sample.set(name, next());
    }
    if (*rc::gen::arbitrary<bool>()) {
        sample.set("IKM_HTTP_Encrypt_Content", next());
    }
    sample.set("Profile_Rule", "[--key $SA --uid bob --pwd $SB] http://h/$SC/a.xml")
        .set("Profile_Rule_B", "[--key " + next() + "] http://bob:" + next() + "@h/b.xml")
        .set("Profile_Rule_C", "[--pwd " + next() + " --oops] http://h/c.xml")
        .set("Report_Rule", "[--uid bob --pwd \"" + next() + "\"] http://s/r.xml http://s/q.xml")
        .set("Log_Failure_Msg", "$SA $GPP_SB $(SC) $SD $ERR $PATH")
        .set("Log_Request_Msg", "$SA $SERV $PATH");
    Chaos chaos(sample);
    chaos.run(10);  // every boot of it writes a report, which takes time
    heal(chaos.world);
    chaos.world.run_for(1h);
    chaos.world.step(ResyncRequested{{1}, "[--key " + next() + " --what] http://h/x", ""});
    chaos.world.step(ResyncRequested{{1}, "http://u:" + next() + "@h/x y", ""});
    chaos.world.settle();
    const std::string all = chaos.world.everything_said();
    for (const std::string& one : secrets) {
        RC_ASSERT(all.find(one) == std::string::npos);
    }
}

}  // namespace onhook::phone
