#include "profile/flyingvoice_writer.h"

#include "profile/flyingvoice_apply.h"
#include "support/properties.h"
#include "support/sample_flyingvoice.h"

namespace onhook::profile {

using test::SampleFlyingvoice;

namespace {

// A phone that the writers have something to say about in every form.
SampleFlyingvoice sample() {
    return SampleFlyingvoice()
        .set("DBID_RESYNC_PERIODIC", "3600")
        .set("DBID_PRV_HTTP_AUTHENTRCATION", "Basic")
        .set("DBID_PROFILE_RULE", "http://u:secret@h/p")
        .set("PrvUserName", "")
        .set("X_PRV_FILE_KEY", "k")
        .set("account.1.label", " \"x\" ")
        .set("account.1.display_name", "\"x\"")
        .set("account.2.label", "");
}

// Any value that `parameter` can have.
std::string any_value(const Parameter& parameter) {
    const auto number = [](std::int64_t least, std::int64_t most) {
        return *rc::gen::oneOf(rc::gen::inRange(least, most),
                               rc::gen::inRange(least, std::min(most, least + 7300)));
    };
    switch (parameter.type) {
        case ValueType::on_off:
            return number(0, 2) == 0 ? "0" : "1";
        case ValueType::choice:
            return *rc::gen::elementOf(parameter.choices);
        case ValueType::whole_number:
            return std::to_string(number(parameter.minimum, parameter.maximum));
        default:
            return *rc::gen::container<std::string>(
                rc::gen::elementOf(std::string("ab =\"'#;$%\t/:@*")));
    }
}

}  // namespace

// flyingvoice.md 9.3
TEST(FlyingvoiceWriter, WritesDialectNInTableOrderWithoutSecrets) {
    EXPECT_EQ(write_flyingvoice_n(sample().values),
              "DBID_RESYNC_PERIODIC = 3600\n"
              "DBID_PRV_HTTP_AUTHENTRCATION = Basic\n"
              "PrvUserName =\n"
              "PrvUserPass = ********\n"
              "DBID_PROFILE_RULE = http://***@h/p\n"
              "PrvUserName2 = FVSN0001\n"
              "PrvUserPass2 = ********\n"
              "account.1.label = \" \"x\" \"\n"
              "account.2.label = \"\"\n"
              "account.1.display_name = \"\"x\"\"\n");
}

TEST(FlyingvoiceWriter, WritesDialectYBehindItsHeader) {
    EXPECT_EQ(write_flyingvoice_y(sample().values, SecretText::revealed),
              "#!version:1.0.0.1\n"
              "\n"
              "static.auto_provision.repeat.enable = 1\n"
              "static.auto_provision.repeat.minutes = 60\n"
              "DBID_PRV_HTTP_AUTHENTRCATION = Basic\n"
              "static.auto_provision.server.username = \"\"\n"
              "static.auto_provision.server.password = FVSN0001\n"
              "static.auto_provision.server.url = http://u:secret@h/p\n"
              "PrvUserName2 = FVSN0001\n"
              "PrvUserPass2 = FVSN0001\n"
              "X_PRV_FILE_KEY = k\n"
              "account.1.label = \" \"x\" \"\n"
              "account.2.label = \"\"\n"
              "account.1.display_name = \"\"x\"\"\n");
}

// 2.1: s -> ceil(s / 60) minutes; the exact seconds follow where minutes cannot say them.
TEST(FlyingvoiceWriter, ConvertsThePeriodToMinutes) {
    struct Row {
        std::string_view seconds;
        std::string_view lines;
    };

    const std::string enable = "static.auto_provision.repeat.enable = ";
    const std::string minutes = "static.auto_provision.repeat.minutes = ";
    for (const auto& [seconds, lines] :
         {std::pair{"0", enable + "0\n"},
          std::pair{"60", enable + "1\n" + minutes + "1\n"},
          std::pair{"86400", enable + "1\n" + minutes + "1440\n"},
          std::pair{"61", enable + "1\n" + minutes + "2\nDBID_RESYNC_PERIODIC = 61\n"}}) {
        SCOPED_TRACE(seconds);
        Values values(flyingvoice_catalogue());
        values.set(*values.catalogue().find("DBID_RESYNC_PERIODIC"), seconds);
        EXPECT_EQ(write_flyingvoice_y(values), "#!version:1.0.0.1\n\n" + lines);
    }
}

TEST(FlyingvoiceWriter, AMaskedFileReadBackChangesNoSecret) {
    const SampleFlyingvoice phone = sample();
    for (const std::string& text :
         {write_flyingvoice_n(phone.values), write_flyingvoice_y(phone.values)}) {
        EXPECT_EQ(text.find("secret"), std::string::npos);
        const auto applied = apply_flyingvoice(text, phone.values);
        ASSERT_TRUE(applied);
        EXPECT_TRUE(applied->changes.empty());
        EXPECT_EQ(applied->ignored.size(), 3U);
    }
}

RC_GTEST_PROP(FlyingvoiceWriter, WhatItWritesReadsBackTheSame, ()) {
    const Catalogue& catalogue = flyingvoice_catalogue();
    Values values(catalogue);
    const auto ids = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(
        rc::gen::inRange<std::size_t>(0, catalogue.size())));
    for (const std::size_t index : ids) {
        const ParameterId id{static_cast<std::uint16_t>(index)};
        const auto value = check_value(catalogue[id], any_value(catalogue[id]));
        RC_PRE(value.has_value() && !is_masked(catalogue[id], *value));
        values.set(id, *value);
    }
    for (const std::string& text : {write_flyingvoice_n(values, SecretText::revealed),
                                    write_flyingvoice_y(values, SecretText::revealed)}) {
        Values again(catalogue);
        auto applied = apply_flyingvoice(text, again);
        RC_ASSERT(applied.has_value());
        RC_ASSERT(applied->ignored.empty());
        again.set_all(std::move(applied->settings));
        for (std::size_t i = 0; i < catalogue.size(); ++i) {
            const ParameterId id{static_cast<std::uint16_t>(i)};
            RC_ASSERT(again.get(id) == values.get(id));
        }
    }
}

}  // namespace onhook::profile
