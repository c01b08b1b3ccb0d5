#include "agent/status_page.h"

#include <gtest/gtest.h>

#include "support/sample_phone.h"

namespace onhook::agent {
namespace {

const WallTime moment{Seconds(1'407'910'358)};  // 2014-08-13 06:12:38 UTC

phone::Memory empty_memory() {
    return phone::Memory(profile::Values(profile::cisco_mpp_catalogue()));
}

std::string page_of(const phone::Memory& memory) {
    return status_page(profile::cisco_mpp(), test::sample_identity(), memory);
}

bool holds(const std::string& page, std::string_view text) {
    return page.find(text) != std::string::npos;
}

TEST(StatusPage, ShowsProductProvisioningAndReboots) {
    phone::Memory memory = empty_memory();
    memory.customization = phone::CustomizationState::custom_pending;
    memory.remember(phone::ResyncRecord{moment, "https://h/a.xml", "", true});
    memory.remember(phone::RebootRecord{moment, phone::BootReason::provisioning});
    const std::string page = page_of(memory);
    for (const std::string_view text : {"CP-8841-3PCC",
                                        "000e08012345",
                                        "88012BA01234",
                                        "sip88xx.11-3-1MPP-678",
                                        "Custom-Pending",
                                        "Not Installed",
                                        "Resync succeeded https://h/a.xml",
                                        "[08/13/14 06:12:38] Provisioning",
                                        "Reboot Reason 5"}) {
        EXPECT_TRUE(holds(page, text)) << text;
    }
}

// Section 14: whatever the parameters hold, the page shows no secret of them.
TEST(StatusPage, HoldsNoSecret) {
    phone::Memory memory = empty_memory();
    const profile::Catalogue& catalogue = memory.values.catalogue();
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const profile::ParameterId id{static_cast<std::uint16_t>(i)};
        if (catalogue[id].secret || catalogue[id].hidden) {
            memory.values.set(id, "hushhush");
        }
    }
    memory.values.set(*catalogue.find("Profile_Rule"),
                      "[--key \"hushhush\" --uid me --pwd hushhush] http://me:hushhush@h/$MA.xml");
    const std::string page = page_of(memory);
    EXPECT_FALSE(holds(page, "hushhush"));
    EXPECT_TRUE(holds(page, "[--key *** --uid me --pwd ***] http://***@h/$MA.xml"));
}

TEST(StatusPage, EscapesWhatServersSay) {
    phone::Memory memory = empty_memory();
    memory.remember(phone::ResyncRecord{moment, "http://h/<script>", "a<b>&\"'", false});
    const std::string page = page_of(memory);
    EXPECT_FALSE(holds(page, "<script>"));
    EXPECT_TRUE(holds(page, "a&lt;b&gt;&amp;&quot;&#39;"));
}

}  // namespace
}  // namespace onhook::agent
