#include "profile/values.h"

#include "support/properties.h"

namespace onhook::profile {

namespace {

Parameter parameter(ValueType type, std::string default_value = "") {
    Parameter one;
    one.name = "P";
    one.type = type;
    one.maximum = 65'536;
    one.default_value = std::move(default_value);
    return one;
}

}  // namespace

TEST(Values, AreDefaultsUntilSet) {
    const Catalogue& catalogue = cisco_mpp_catalogue();
    const ParameterId id = *catalogue.find("Resync_Periodic");
    Values values(catalogue);
    EXPECT_EQ(values.get(id), "3600");
    EXPECT_FALSE(values.is_set(id));
    values.set_access(id, Access::read_only);
    EXPECT_FALSE(values.is_set(id));
    values.set(id, "60");
    EXPECT_EQ(values.get(id), "60");
    EXPECT_EQ(values.access(id), Access::read_only);
    EXPECT_EQ(values.entries().size(), 1U);
}

TEST(Values, NumbersMayBeHexAndSigned) {
    struct Row {
        std::string_view text;
        std::optional<std::int64_t> number;
    };

    for (const Row& row : {Row{"12", 12},
                           Row{"0x18", 24},
                           Row{"0XfF", 255},
                           Row{"+7", 7},
                           Row{"-0x10", -16},
                           Row{"4294967295", 4'294'967'295},
                           Row{"4294967296", {}},
                           Row{"", {}},
                           Row{"0x", {}},
                           Row{"--1", {}},
                           Row{"1 ", {}}}) {
        EXPECT_EQ(integer_of(row.text), row.number) << row.text;
    }
}

// A profile in any order takes linear time and comes to the same as one setting after the other.
RC_GTEST_PROP(Values, SettingManyIsSettingOneByOne, ()) {
    const auto entry = rc::gen::exec([] {
        Values::Entry one{{*rc::gen::inRange<std::uint16_t>(0, 20)}, {}, {}};
        if (*rc::gen::arbitrary<bool>()) {
            one.value = *rc::gen::element<std::string>("", "1", "2");
        }
        if (*rc::gen::arbitrary<bool>()) {
            one.access = *rc::gen::element(Access::none, Access::read_only, Access::read_write);
        }
        return one;
    });
    const auto first = *rc::gen::container<std::vector<Values::Entry>>(entry);
    const auto second = *rc::gen::container<std::vector<Values::Entry>>(entry);
    Values many(cisco_mpp_catalogue());
    many.set_all(first);
    many.set_all(second);
    Values one_by_one(cisco_mpp_catalogue());
    for (const auto& settings : {first, second}) {
        for (const Values::Entry& setting : settings) {
            if (setting.value) {
                one_by_one.set(setting.id, *setting.value);
            }
            if (setting.access) {
                one_by_one.set_access(setting.id, *setting.access);
            }
        }
    }
    RC_ASSERT((many == one_by_one));
}

// Section 1.6, row by row.
TEST(CheckValue, TakesWhatItsTypeAllows) {
    Parameter choice = parameter(ValueType::choice);
    choice.choices = {"PUT", "POST"};
    Parameter number = parameter(ValueType::number);
    number.maximum = 255;
    Parameter text = parameter(ValueType::text);
    text.maximum = 5;

    struct Row {
        Parameter parameter;
        std::string_view text;
        std::optional<std::string_view> value;
    };

    const auto no = std::nullopt;
    for (const Row& row : {Row{parameter(ValueType::boolean), "TRUE", "Yes"},
                           Row{parameter(ValueType::boolean), "off", "No"},
                           Row{parameter(ValueType::boolean), "2", no},
                           Row{parameter(ValueType::boolean, "Yes"), "", no},
                           Row{parameter(ValueType::boolean), "", ""},
                           Row{choice, "post", "POST"},
                           Row{choice, "GET", no},
                           Row{number, "0x18", "0x18"},
                           Row{number, "255", "255"},
                           Row{number, "256", no},
                           Row{number, "-1", no},
                           Row{number, "12 ", no},
                           Row{text, "12345", "12345"},
                           Row{text, "123456", no},
                           Row{text, std::string_view("a\0b", 3), no},
                           Row{parameter(ValueType::port), "65535", "65535"},
                           Row{parameter(ValueType::port), "65536", no},
                           Row{parameter(ValueType::ip), "192.168.1.100", "192.168.1.100"},
                           Row{parameter(ValueType::ip), "192.168.1.256", no},
                           Row{parameter(ValueType::ip), "192.168.1", no},
                           Row{parameter(ValueType::time), "1.25", "1.25"},
                           Row{parameter(ValueType::time), "1.2.5", no},
                           Row{parameter(ValueType::power_level), "-13.5", "-13.5"},
                           Row{parameter(ValueType::power_level), "loud", no},
                           Row{parameter(ValueType::clock), "2400", "2400"},
                           Row{parameter(ValueType::clock), "9960", no},
                           Row{parameter(ValueType::clock), "1060", no},
                           Row{parameter(ValueType::delays), "60,120+5", "60,120+5"},
                           Row{parameter(ValueType::delays), "soon", no},
                           Row{parameter(ValueType::action_code), "*69", "*69"},
                           Row{parameter(ValueType::action_code), "*6912345", no}}) {
        SCOPED_TRACE(row.text);
        const auto value = check_value(row.parameter, row.text);
        ASSERT_EQ(value.has_value(), row.value.has_value());
        if (value) {
            EXPECT_EQ(*value, *row.value);
        } else {
            EXPECT_TRUE(value.error().starts_with("P must be "));
        }
    }
}

}  // namespace onhook::profile
