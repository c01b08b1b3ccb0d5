#include "conformance.h"

#include <gmock/gmock.h>

#include "samples.h"

namespace onhook::store {

using provision::Device;
using provision::Group;
using provision::Layer;
using provision::Scope;
using provision::Setting;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

// The fault of a call that must fail.
template <typename T>
Fault fault_of(const Result<T>& result) {
    EXPECT_FALSE(result);
    return result ? Fault{} : static_cast<Fault>(result.error().code.value());
}

// The value of a call that must not.
template <typename T>
T value_of(Result<T> result) {
    EXPECT_TRUE(result) << (result ? std::string() : result.error().detail);
    CHECK(result.has_value());
    return *std::move(result);
}

void expect_done(const Status<>& status) {
    EXPECT_TRUE(status) << (status ? std::string() : status.error().detail);
}

std::vector<MacAddress> macs_of(const std::vector<Device>& devices) {
    std::vector<MacAddress> macs;
    for (const Device& each : devices) {
        macs.push_back(each.mac);
    }
    return macs;
}

}  // namespace

TEST_P(StoreConformance, IsEmptyAtFirst) {
    EXPECT_THAT(value_of(store().devices({})), IsEmpty());
    EXPECT_THAT(value_of(store().groups()), IsEmpty());
    EXPECT_THAT(value_of(store().settings(Scope())), IsEmpty());
    EXPECT_THAT(value_of(store().contacts({})), IsEmpty());
    EXPECT_THAT(value_of(store().messages({})), IsEmpty());
    EXPECT_EQ(value_of(store().device(mac(1))), std::nullopt);
    EXPECT_FALSE(value_of(store().profile_inputs(mac(1))).has_value());
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::configuration)), std::nullopt);
    EXPECT_EQ(value_of(store().contact(mac(1))), std::nullopt);
}

TEST_P(StoreConformance, KeepsDevicesWithEveryField) {
    expect_done(store().add_group({group_name("lobby"), "ground floor"}));
    Device reception = device_in(2, "lobby");
    reception.name =
        "R\xC3\xA9"
        "ception '; DROP TABLE device; --";
    reception.comment = "100% \"quoted\"\\";
    expect_done(store().add_device(device(1)));
    expect_done(store().add_device(reception));
    reopen();
    EXPECT_EQ(value_of(store().device(mac(2))), reception);
    EXPECT_THAT(value_of(store().devices({})), ElementsAre(device(1), reception));
}

TEST_P(StoreConformance, RefusesADeviceThatIsThereUnlessToldToReplaceIt) {
    expect_done(store().add_device(device(1)));
    Device renamed = device(1);
    renamed.name = "new";
    EXPECT_EQ(fault_of(store().add_device(renamed)), Fault::already_exists);
    EXPECT_EQ(value_of(store().device(mac(1))), device(1));

    expect_done(store().put_setting(Scope(mac(1)), setting("GPP_A", "kept")));
    const Change replace = AddDevice{renamed, IfKnown::replace};
    expect_done(store().apply({&replace, 1}));
    EXPECT_EQ(value_of(store().device(mac(1))), renamed);
    EXPECT_THAT(value_of(store().settings(Scope(mac(1)))), ElementsAre(setting("GPP_A", "kept")));
}

TEST_P(StoreConformance, ADeviceNeedsItsGroup) {
    const auto added = store().add_device(device_in(1, "lobby"));
    EXPECT_EQ(fault_of(added), Fault::not_found);
    EXPECT_EQ(added.error().detail, "no group lobby; add it first");
    EXPECT_THAT(value_of(store().devices({})), IsEmpty());
}

TEST_P(StoreConformance, RemovesADeviceWithAllThatIsItsOwn) {
    expect_done(store().add_device(device(1)));
    expect_done(store().add_device(device(2)));
    for (const unsigned number : {1U, 2U}) {
        expect_done(store().put_setting(Scope(mac(number)), setting("GPP_A", "x")));
        expect_done(store().add_report({.mac = mac(number),
                                        .received_at = at(1),
                                        .kind = ReportKind::configuration,
                                        .content_type = "application/xml",
                                        .body = "<flat-profile/>",
                                        .parameter_count = 0}));
        const Contact contact{mac(number), at(1), "GET /", 200};
        expect_done(store().record_contacts({&contact, 1}));
    }
    expect_done(store().remove_device(mac(1)));
    EXPECT_EQ(value_of(store().device(mac(1))), std::nullopt);
    EXPECT_THAT(value_of(store().settings(Scope(mac(1)))), IsEmpty());
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::configuration)), std::nullopt);
    EXPECT_EQ(value_of(store().contact(mac(1))), std::nullopt);
    EXPECT_TRUE(value_of(store().latest_report(mac(2), ReportKind::configuration)).has_value());
    EXPECT_TRUE(value_of(store().contact(mac(2))).has_value());
    EXPECT_THAT(value_of(store().settings(Scope(mac(2)))), ElementsAre(setting("GPP_A", "x")));
    EXPECT_EQ(fault_of(store().remove_device(mac(1))), Fault::not_found);
}

TEST_P(StoreConformance, ListsDevicesInPagesAndByWhatIsAsked) {
    expect_done(store().add_group({group_name("lobby"), ""}));
    std::vector<Change> changes;
    for (unsigned number = 1; number <= 5; ++number) {
        Device each = number % 2 == 0 ? device_in(number, "lobby") : device(number);
        each.name = number == 4 ? "Back_Office 100%" : "Desk";
        changes.emplace_back(AddDevice{each});
    }
    expect_done(store().apply(changes));

    EXPECT_THAT(macs_of(value_of(store().devices({.limit = 2}))), ElementsAre(mac(1), mac(2)));
    EXPECT_THAT(macs_of(value_of(store().devices({.after = mac(2), .limit = 2}))),
                ElementsAre(mac(3), mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.after = mac(5)}))), IsEmpty());
    EXPECT_THAT(macs_of(value_of(store().devices({.group = group_name("lobby")}))),
                ElementsAre(mac(2), mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.group = group_name("lobby"), .after = mac(2)}))),
                ElementsAre(mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.contains = "office"}))), ElementsAre(mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.contains = "000003"}))), ElementsAre(mac(3)));
    // What is looked for has no wildcards.
    EXPECT_THAT(macs_of(value_of(store().devices({.contains = "%"}))), ElementsAre(mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.contains = "_"}))), ElementsAre(mac(4)));
    EXPECT_THAT(macs_of(value_of(store().devices({.contains = "' OR 1=1 --"}))), IsEmpty());
}

TEST_P(StoreConformance, KeepsGroupsInOrderOfName) {
    expect_done(store().add_group({group_name("west"), "w"}));
    expect_done(store().add_group({group_name("east"), "e"}));
    EXPECT_EQ(fault_of(store().add_group({group_name("west"), "again"})), Fault::already_exists);
    reopen();
    EXPECT_THAT(value_of(store().groups()),
                ElementsAre(Group{group_name("east"), "e"}, Group{group_name("west"), "w"}));
}

TEST_P(StoreConformance, RemovesAGroupOnlyWhenNobodyIsInIt) {
    expect_done(store().add_group({group_name("lobby"), ""}));
    expect_done(store().put_setting(Scope(group_name("lobby")), setting("GPP_A", "x")));
    expect_done(store().add_device(device_in(1, "lobby")));
    const Change remove = RemoveGroup{group_name("lobby")};
    EXPECT_EQ(fault_of(store().apply({&remove, 1})), Fault::in_use);
    EXPECT_THAT(value_of(store().settings(Scope(group_name("lobby")))),
                ElementsAre(setting("GPP_A", "x")));
    expect_done(store().remove_device(mac(1)));
    expect_done(store().apply({&remove, 1}));
    EXPECT_THAT(value_of(store().groups()), IsEmpty());
    EXPECT_THAT(value_of(store().settings(Scope(group_name("lobby")))), IsEmpty());
    EXPECT_EQ(fault_of(store().apply({&remove, 1})), Fault::not_found);
}

TEST_P(StoreConformance, PutsSettingsAtEveryKindOfPlace) {
    expect_done(store().add_group({group_name("lobby"), ""}));
    expect_done(store().add_device(device(1)));
    for (const Scope& scope : {Scope(), Scope(group_name("lobby")), Scope(mac(1))}) {
        SCOPED_TRACE(scope.to_string());
        expect_done(store().put_setting(scope, setting("GPP_B", "b")));
        expect_done(store().put_setting(scope, setting("GPP_A", scope.to_string())));
        EXPECT_THAT(value_of(store().settings(scope)),
                    ElementsAre(setting("GPP_A", scope.to_string()), setting("GPP_B", "b")));
        expect_done(store().put_setting(scope, setting("GPP_B", "")));
        expect_done(store().unset_setting(scope, "GPP_A"));
        EXPECT_THAT(value_of(store().settings(scope)), ElementsAre(setting("GPP_B", "")));
        EXPECT_EQ(fault_of(store().unset_setting(scope, "GPP_A")), Fault::not_found);
        const Change clear = ClearSettings{scope};
        expect_done(store().apply({&clear, 1}));
        expect_done(store().apply({&clear, 1}));
        EXPECT_THAT(value_of(store().settings(scope)), IsEmpty());
    }
}

TEST_P(StoreConformance, WhatASettingLeavesOpenStaysAsItWas) {
    using profile::Access;
    expect_done(store().put_setting(Scope(), {"GPP_A", "x", Access::read_only}));
    expect_done(store().put_setting(Scope(), {"GPP_A", "y", {}}));
    EXPECT_THAT(value_of(store().settings(Scope())),
                ElementsAre(Setting{"GPP_A", "y", Access::read_only}));
    expect_done(store().put_setting(Scope(), {"GPP_A", {}, Access::read_write}));
    EXPECT_THAT(value_of(store().settings(Scope())),
                ElementsAre(Setting{"GPP_A", "y", Access::read_write}));
    expect_done(store().put_setting(Scope(), {"GPP_B", {}, Access::none}));
    EXPECT_THAT(
        value_of(store().settings(Scope())),
        ElementsAre(Setting{"GPP_A", "y", Access::read_write}, Setting{"GPP_B", {}, Access::none}));
}

TEST_P(StoreConformance, ASettingNeedsItsPlace) {
    EXPECT_EQ(fault_of(store().put_setting(Scope(group_name("lobby")), setting("GPP_A", "x"))),
              Fault::not_found);
    EXPECT_EQ(fault_of(store().put_setting(Scope(mac(1)), setting("GPP_A", "x"))),
              Fault::not_found);
    EXPECT_EQ(fault_of(store().put_setting(Scope::server(), setting("GPP_A", "x"))),
              Fault::not_found);
}

TEST_P(StoreConformance, ABatchIsAllOrNothingAndNamesTheChangeThatFailed) {
    expect_done(store().add_device(device(9)));
    const std::vector<Change> changes = {
        AddGroup{{group_name("lobby"), ""}},
        AddDevice{device_in(1, "lobby")},
        PutSetting{Scope(group_name("lobby")), setting("GPP_A", "x")},
        ClearSettings{Scope()},
        RemoveDevice{mac(9)},
        AddDevice{device(1)},
    };
    const auto applied = store().apply(changes);
    EXPECT_EQ(fault_of(applied), Fault::already_exists);
    EXPECT_EQ(applied.error().detail, "change 6 of 6: device 000e08000001 exists already");
    EXPECT_THAT(value_of(store().groups()), IsEmpty());
    EXPECT_THAT(macs_of(value_of(store().devices({}))), ElementsAre(mac(9)));
    expect_done(store().apply(std::span(changes).first(5)));
    EXPECT_THAT(macs_of(value_of(store().devices({}))), ElementsAre(mac(1)));
    expect_done(store().apply({}));
}

TEST_P(StoreConformance, GivesTheLayersOfADeviceFromRootToLeaf) {
    expect_done(store().add_group({group_name("lobby"), ""}));
    expect_done(store().add_group({group_name("other"), ""}));
    expect_done(store().add_device(device_in(1, "lobby")));
    expect_done(store().add_device(device(2)));
    expect_done(store().put_setting(Scope(), setting("GPP_A", "provider")));
    expect_done(store().put_setting(Scope(group_name("lobby")), setting("GPP_A", "lobby")));
    expect_done(store().put_setting(Scope(group_name("other")), setting("GPP_A", "other")));
    expect_done(store().put_setting(Scope(mac(1)), setting("GPP_A", "one")));

    const auto one = value_of(store().profile_inputs(mac(1)));
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->device, device_in(1, "lobby"));
    EXPECT_THAT(one->root_to_leaf,
                ElementsAre(Layer{Scope(), {setting("GPP_A", "provider")}},
                            Layer{Scope(group_name("lobby")), {setting("GPP_A", "lobby")}},
                            Layer{Scope(mac(1)), {setting("GPP_A", "one")}}));
    const auto two = value_of(store().profile_inputs(mac(2)));
    ASSERT_TRUE(two.has_value());
    EXPECT_THAT(
        two->root_to_leaf,
        ElementsAre(Layer{Scope(), {setting("GPP_A", "provider")}}, Layer{Scope(mac(2)), {}}));
}

TEST_P(StoreConformance, KeepsTheLatestReportOfADevice) {
    expect_done(store().add_device(device(1)));
    ReportRecord report{.mac = mac(1),
                        .received_at = at(1'700'000'000),
                        .kind = ReportKind::configuration,
                        .content_type = "application/xml",
                        .body = std::string("bytes \0\xFF of any kind", 21),
                        .parameter_count = 7};
    expect_done(store().add_report(report));
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::configuration)), report);
    ReportRecord status = report;
    status.kind = ReportKind::status;
    status.body = "";
    expect_done(store().add_report(status));
    reopen({.reports_per_device = 1});
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::configuration)), report);
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::status)), status);
    // Another one takes the place of its own kind only.
    status.body = "later";
    expect_done(store().add_report(status));
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::configuration)), report);
    EXPECT_EQ(value_of(store().latest_report(mac(1), ReportKind::status)), status);
    report.mac = mac(2);
    EXPECT_EQ(fault_of(store().add_report(report)), Fault::not_found);
}

TEST_P(StoreConformance, AReportIsBounded) {
    reopen({.report_bytes = 4});
    expect_done(store().add_device(device(1)));
    ReportRecord report{.mac = mac(1),
                        .received_at = at(1),
                        .kind = ReportKind::configuration,
                        .content_type = "",
                        .body = "12345",
                        .parameter_count = 0};
    EXPECT_EQ(fault_of(store().add_report(report)), Fault::too_large);
    report.body = "1234";
    expect_done(store().add_report(report));
}

TEST_P(StoreConformance, KeepsTheLatestContactOfEachPhone) {
    expect_done(store().add_device(device(1)));
    const std::vector<Contact> contacts = {
        {mac(1), at(10), "GET /a", 200},
        {mac(2), at(11), "GET /b", 404},
        {mac(1), at(12), "GET /c", 304},
        {mac(1), at(9), "GET /late", 500},
    };
    expect_done(store().record_contacts(contacts));
    EXPECT_EQ(value_of(store().contact(mac(1))), contacts[2]);
    EXPECT_THAT(value_of(store().contacts({})), ElementsAre(contacts[2], contacts[1]));
    EXPECT_THAT(value_of(store().contacts({.after = mac(1)})), ElementsAre(contacts[1]));
    EXPECT_THAT(value_of(store().contacts({.limit = 1})), ElementsAre(contacts[2]));
}

TEST_P(StoreConformance, ContactsOfStrangersAreBoundedAndThoseOfDevicesAreNot) {
    reopen({.stranger_contacts = 2});
    expect_done(store().add_device(device(1)));
    expect_done(store().add_device(device(2)));
    std::vector<Contact> contacts;
    for (unsigned number = 1; number <= 6; ++number) {
        contacts.push_back({mac(number), at(number), "GET /", 404});
    }
    expect_done(store().record_contacts(contacts));
    EXPECT_THAT(value_of(store().contacts({})),
                ElementsAre(contacts[0], contacts[1], contacts[4], contacts[5]));
    // A stranger that becomes a device makes room for another.
    expect_done(store().add_device(device(5)));
    const Contact next{mac(7), at(7), "GET /", 404};
    expect_done(store().record_contacts({&next, 1}));
    EXPECT_THAT(value_of(store().contacts({})),
                ElementsAre(contacts[0], contacts[1], contacts[4], contacts[5], next));
}

TEST_P(StoreConformance, KeepsTheLatestMessages) {
    reopen({.syslog_messages = 3});
    std::vector<SyslogMessage> messages;
    for (int number = 0; number < 5; ++number) {
        messages.push_back({.received_at = at(number),
                            .peer = "192.0.2.1:514",
                            .mac = {},
                            .severity = number,
                            .text = "text " + std::to_string(number)});
    }
    messages[3].mac = mac(1);
    messages[4].text = std::string("a\0b\xFF", 4);
    expect_done(store().add_messages(messages));
    EXPECT_THAT(value_of(store().messages({})), ElementsAre(messages[4], messages[3], messages[2]));
    EXPECT_THAT(value_of(store().messages({.mac = mac(1)})), ElementsAre(messages[3]));
    EXPECT_THAT(value_of(store().messages({.limit = 1})), ElementsAre(messages[4]));
    reopen({.syslog_messages = 3});
    expect_done(store().add_messages(std::span(messages).first(1)));
    EXPECT_THAT(value_of(store().messages({})), ElementsAre(messages[0], messages[4], messages[3]));
}

TEST_P(StoreConformance, APageHasABound) {
    std::vector<SyslogMessage> messages(
        max_page + 1, {.received_at = at(1), .peer = "", .mac = {}, .severity = 6, .text = "x"});
    expect_done(store().add_messages(messages));
    EXPECT_EQ(value_of(store().messages({.limit = 10 * max_page})).size(), max_page);
}

}  // namespace onhook::store
