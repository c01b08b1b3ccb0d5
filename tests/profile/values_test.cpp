#include "profile/values.h"

#include "support/properties.h"

namespace onhook::profile {

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

}  // namespace onhook::profile
