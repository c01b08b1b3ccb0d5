#include "agent/tls_demands.h"

#include <gtest/gtest.h>

#include "support/sample_flyingvoice.h"
#include "support/sample_phone.h"

namespace onhook::agent {

TEST(TlsDemands, OfACiscoPhoneAreItsCustomCaAndCiphers) {
    const test::SamplePhone sample;
    const auto fresh = tls_demands(*sample.dialect, phone::Memory(sample.values));
    EXPECT_EQ(fresh.more_roots, "");
    EXPECT_EQ(fresh.ciphers, "");
    EXPECT_TRUE(fresh.trusted_roots);
    EXPECT_TRUE(fresh.right_name);
    phone::Memory memory(test::SamplePhone().set("TLS_Cipher_List", " HIGH:!aNULL ").values);
    memory.authorities.own().certificates = "PEM";
    const auto more = tls_demands(*sample.dialect, memory);
    EXPECT_EQ(more.more_roots, "PEM");
    EXPECT_EQ(more.ciphers, "HIGH:!aNULL");
}

// flyingvoice.md 8.2, D21.
TEST(TlsDemands, OfAFlyingvoicePhoneAreTheChecksThatItMakes) {
    for (const bool trusted : {true, false}) {
        for (const bool named : {true, false}) {
            test::SampleFlyingvoice sample;
            sample.set("static.security.trust_certificates", trusted ? "1" : "0");
            sample.set("static.security.cn_validation", named ? "1" : "0");
            const auto demands = tls_demands(*sample.dialect, phone::Memory(sample.values));
            EXPECT_EQ(demands.trusted_roots, trusted);
            EXPECT_EQ(demands.right_name, named);
        }
    }
    const test::SampleFlyingvoice factory;
    const auto demands = tls_demands(*factory.dialect, phone::Memory(factory.values));
    EXPECT_TRUE(demands.trusted_roots);
    EXPECT_TRUE(demands.right_name);
}

}  // namespace onhook::agent
