#include "phone/network.h"

#include "phone/samples.h"
#include "support/phone_world.h"

namespace onhook::phone {

using test::PhoneWorld;

namespace {

// Each of these rules asks the server under the name that the seconds give it.
test::SamplePhone asking_for_registrations() {
    return test::SamplePhone()
        .set("Profile_Rule", "http://h/$REGTMR1-$REGTMR2")
        .set("Resync_Random_Delay", "0")
        .set("Resync_Periodic", "100");
}

}  // namespace

// 2.3: seconds since the line lost its registration, 0 while it has one, or was never to have one.
TEST(PhoneRegistrations, RulesKnowHowLongALineIsNotRegistered) {
    PhoneWorld world(asking_for_registrations());
    for (const char* url : {"http://h/0-0", "http://h/100-0", "http://h/200-0", "http://h/0-50"}) {
        world.serve_profile(url, "");
    }
    world.power_up();
    world.step(RegistrationChanged{2, true});
    world.step(RegistrationChanged{1, false});
    world.run_for(100s);
    world.step(RegistrationChanged{1, false});  // said again, it is no news
    world.step(RegistrationChanged{3, false});
    world.run_for(100s);
    world.step(RegistrationChanged{1, true});
    world.run_for(50s);
    world.step(RegistrationChanged{2, false});
    world.run_for(50s);
    EXPECT_EQ(world.urls(),
              (Strings{"http://h/0-0", "http://h/100-0", "http://h/200-0", "http://h/0-50"}));
}

TEST(PhoneRegistrations, LinesThatThePhoneDoesNotHaveAreIgnored) {
    PhoneWorld world(asking_for_registrations());
    world.power_up();
    world.step(RegistrationChanged{0, false});
    world.step(RegistrationChanged{11, false});
    world.run_for(100s);
    EXPECT_EQ(world.urls().back(), "http://h/0-0");
}

}  // namespace onhook::phone
