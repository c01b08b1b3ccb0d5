#include "phone/status.h"

#include <gtest/gtest.h>

#include "support/sample_phone.h"

namespace onhook::phone {

namespace {

const WallTime moment{Seconds(1'407'910'358)};  // 2014-08-13 06:12:38 UTC

std::string document_of(const Memory& memory) {
    return profile::write_status(
        status_document(profile::cisco_mpp(), test::sample_identity(), memory));
}

Memory empty_memory() { return Memory(profile::Values(profile::cisco_mpp_catalogue())); }

}  // namespace

TEST(PhoneStatus, WritesTimesAsThePhonesDo) {
    EXPECT_EQ(page_time(moment), "[08/13/2014 06:12:38]");
    EXPECT_EQ(page_time(std::nullopt), "[time unknown]");
    EXPECT_EQ(page_time(WallTime{Seconds(-1)}), "[time unknown]");
    EXPECT_EQ(page_time(WallTime::max()), "[time unknown]");
}

TEST(PhoneStatus, WritesALineForEachOutcome) {
    EXPECT_EQ(page_line(ResyncRecord{moment, "https://h/a.xml", "", true}),
              "[08/13/2014 06:12:38] Resync succeeded https://h/a.xml");
    EXPECT_EQ(page_line(ResyncRecord{moment, "tftp://h:69/a", "file not found", false}),
              "[08/13/2014 06:12:38] Resync failed tftp://h:69/a -- file not found");
}

// 10.2: the sections and fields that a phone knows, newest first, empty slots as empty elements.
TEST(PhoneStatus, HasTheSectionsOfTheStatusPage) {
    Memory memory = empty_memory();
    memory.customization = CustomizationState::acquired;
    memory.remember(ResyncRecord{moment, "https://h/a.xml", "", true});
    memory.remember(ResyncRecord{std::nullopt, "http://h/b", "dns failed: <gone>", false});
    memory.remember(RebootRecord{moment, BootReason::provisioning});
    memory.remember(
        UpgradeRecord{moment, false, "https://h/fw/sip88xx.12-0-1MN-113.loads", "file not found"});
    EXPECT_EQ(document_of(memory),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<status>\n<Reboot_History>\n"
              "<Reboot_Reason_1>[08/13/14 06:12:38]Provisioning</Reboot_Reason_1>\n"
              "<Reboot_Reason_2></Reboot_Reason_2>\n<Reboot_Reason_3></Reboot_Reason_3>\n"
              "<Reboot_Reason_4></Reboot_Reason_4>\n<Reboot_Reason_5></Reboot_Reason_5>\n"
              "</Reboot_History>\n<Product_Information>\n"
              "<Product_Name>CP-8841-3PCC</Product_Name>\n"
              "<Software_Version>sip88xx.11-3-1MPP-678</Software_Version>\n"
              "<MAC_Address>000e08012345</MAC_Address>\n<Customization>Acquired</Customization>\n"
              "<Serial_Number>88012BA01234</Serial_Number>\n"
              "<Hardware_Version>1.0</Hardware_Version>\n"
              "<Client_Certificate>Not Installed</Client_Certificate>\n</Product_Information>\n"
              "<PRT_Status>\n<PRT_Generation_Status></PRT_Generation_Status>\n"
              "<PRT_Upload_Status></PRT_Upload_Status>\n</PRT_Status>\n<Custom_CA_Status>\n"
              "<Custom_CA_Provisioning_Status></Custom_CA_Provisioning_Status>\n"
              "<Custom_CA_Info>Not Installed</Custom_CA_Info>\n</Custom_CA_Status>\n"
              "<Provisioning_Status>\n<Provisioning_Profile>/$PSN.xml</Provisioning_Profile>\n"
              "<Provisioning_Status_1>[time unknown] Resync failed http://h/b -- dns failed: "
              "&lt;gone&gt;</Provisioning_Status_1>\n"
              "<Provisioning_Status_2>[08/13/2014 06:12:38] Resync succeeded "
              "https://h/a.xml</Provisioning_Status_2>\n"
              "<Provisioning_Status_3></Provisioning_Status_3>\n"
              "<Provisioning_Failure_Reason>dns failed: &lt;gone&gt;"
              "</Provisioning_Failure_Reason>\n</Provisioning_Status>\n<Download_Status>\n"
              "<Firmware_Upgrade_Status_1>[08/13/2014 06:12:38] Upgrade failed "
              "https://h/fw/sip88xx.12-0-1MN-113.loads -- file not found"
              "</Firmware_Upgrade_Status_1>\n"
              "<Firmware_Upgrade_Status_2></Firmware_Upgrade_Status_2>\n"
              "<Firmware_Upgrade_Status_3></Firmware_Upgrade_Status_3>\n"
              "<Provisioning_Status_1>[time unknown] Resync failed http://h/b -- dns failed: "
              "&lt;gone&gt;</Provisioning_Status_1>\n"
              "<Provisioning_Status_2>[08/13/2014 06:12:38] Resync succeeded "
              "https://h/a.xml</Provisioning_Status_2>\n"
              "<Provisioning_Status_3></Provisioning_Status_3>\n"
              "<Custom_CA_Status></Custom_CA_Status>\n"
              "<MIC_Cert_Refresh_Status></MIC_Cert_Refresh_Status>\n"
              "<Transition_Authorization_Status></Transition_Authorization_Status>\n"
              "</Download_Status>\n</status>\n");
    EXPECT_EQ(
        status_document(profile::cisco_mpp(), test::sample_identity(), memory, {}, StatusForm::page)
            .sections[0]
            .fields[0],
        (profile::StatusField{"Reboot Reason 1", "[08/13/14 06:12:38] Provisioning"}));
}

// 10.2: of the lines that are to be registered.
TEST(PhoneStatus, SaysWhichLinesAreRegistered) {
    Registrations registrations;
    registrations.note(3, true, TimePoint(1s));
    registrations.note(1, false, TimePoint(1s));
    registrations.note(3, true, TimePoint(2s));
    EXPECT_EQ(registrations.find(3)->since, TimePoint(1s));
    EXPECT_EQ(registrations.find(2), nullptr);
    const auto sections =
        status_document(
            profile::cisco_mpp(), test::sample_identity(), empty_memory(), registrations)
            .sections;
    EXPECT_EQ(sections[2],
              (profile::StatusSection{"Ext Status",
                                      {{"Registration State 1", "Not Registered"},
                                       {"Registration State 3", "Registered"}}}));
    EXPECT_EQ(sections[3].label, "PRT Status");
}

TEST(PhoneStatus, RemembersTheNewestThreeUpgrades) {
    Memory memory = empty_memory();
    for (const std::string_view url : {"http://h/1", "http://h/2", "http://h/3", "http://h/4"}) {
        memory.remember(UpgradeRecord{moment, true, std::string(url), ""});
    }
    const auto section =
        status_document(profile::cisco_mpp(), test::sample_identity(), memory).sections.back();
    EXPECT_EQ(section.label, "Download Status");
    EXPECT_EQ(section.fields[0].value, "[08/13/2014 06:12:38] Upgrade succeeded http://h/4");
    EXPECT_EQ(section.fields[2].value, "[08/13/2014 06:12:38] Upgrade succeeded http://h/2");
    EXPECT_EQ(section.fields[3].label, "Provisioning Status 1");
}

// The partition that runs, not the load of the factory; and for whom the phone was customized
// (7.2).
TEST(PhoneStatus, ShowsTheLoadThatRunsAndWhoCustomizedThePhone) {
    Memory memory = empty_memory();
    memory.firmware.own().running = "sip88xx.12-0-1MN-113";
    memory.customization_name = "Acme Telecom";
    const auto value = [&](std::size_t field) {
        return status_document(profile::cisco_mpp(), test::sample_identity(), memory)
            .sections[1]
            .fields[field]
            .value;
    };
    EXPECT_EQ(value(1), "sip88xx.12-0-1MN-113");
    EXPECT_EQ(value(3), "Open");
    memory.customization = CustomizationState::acquired;
    EXPECT_EQ(value(3), "Acme Telecom");
}

// 11.2, in the documents' words; Download Status has the reason too.
TEST(PhoneStatus, SaysHowTheCustomCaCame) {
    Memory memory = empty_memory();
    const auto fields = [&] {
        const auto sections =
            status_document(profile::cisco_mpp(), test::sample_identity(), memory).sections;
        return std::vector{
            sections[3].fields[0].value, sections[3].fields[1].value, sections[5].fields[6].value};
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(fields(), (Texts{"", "Not Installed", ""}));
    memory.authorities = Authorities{"PEM", "Lab CA", moment, true};
    const std::string succeeded = "Last provisioning succeeded on 08/13/2014 06:12:38";
    EXPECT_EQ(fields(), (Texts{succeeded, "Installed Lab CA", succeeded}));
    memory.authorities.own().error = "file not found";
    const std::string failed = "Last provisioning failed on 08/13/2014 06:12:38";
    EXPECT_EQ(fields(), (Texts{failed, "Installed Lab CA", failed + " -- file not found"}));
}

// Section 14: whatever the parameters hold, the status shows no secret of them.
TEST(PhoneStatus, HoldsNoSecret) {
    Memory memory = empty_memory();
    const profile::Catalogue& catalogue = memory.values.catalogue();
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const profile::ParameterId id{static_cast<std::uint16_t>(i)};
        if (catalogue[id].secret || catalogue[id].hidden) {
            memory.values.set(id, "hushhush");
        }
    }
    memory.values.set(*catalogue.find("Profile_Rule"),
                      "[--key \"hushhush\" --uid me --pwd hushhush] http://me:hushhush@h/$MA.xml");
    const std::string document = document_of(memory);
    EXPECT_EQ(document.find("hushhush"), std::string::npos);
    EXPECT_NE(document.find("[--key *** --uid me --pwd ***] http://***@h/$MA.xml"),
              std::string::npos);
}

}  // namespace onhook::phone
