#include "phone/recording_mask.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "phone/xml_object.h"
#include "profile/flyingvoice_boot.h"
#include "profile/load.h"
#include "support/sample_flyingvoice.h"
#include "support/sample_phone.h"

namespace onhook::phone {

namespace {

using test::SampleFlyingvoice;
using test::SamplePhone;

constexpr std::string_view hushed = "~hush-77Q9z";

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return !is_utf8_continuation(static_cast<std::uint8_t>(c));
    }));
}

// What a phone makes of a document, without the values of secrets.
std::string reading_of(const profile::Dialect& dialect,
                       std::string_view document,
                       const profile::Values& before) {
    const auto applied = dialect.apply(document, before, {});
    if (!applied) {
        const profile::DocumentError& error = applied.error();
        return fmt::format("{}:{}: {}", error.line, error.column, error.message);
    }
    std::string text;
    for (const profile::Change& change : applied->changes) {
        const profile::Parameter& parameter = before.catalogue()[change.id];
        const bool shown = !parameter.secret && !parameter.hidden &&
                           !profile::may_carry_credentials(parameter.type) &&
                           change.to.find('=') == std::string::npos;
        text += fmt::format(
            "{} {} {}\n", parameter.name, characters(change.to), shown ? change.to : "hidden");
    }
    for (const profile::Ignored& one : applied->ignored) {
        text += fmt::format("{}:{}: {} {}\n", one.line, one.column, one.name, one.why);
    }
    return text;
}

// What the phone makes of it as a boot file.
std::string boot_reading_of(std::string_view document) {
    const auto includes = profile::read_boot_file(document);
    if (!includes) {
        const profile::DocumentError& error = includes.error();
        return fmt::format("{}:{}: {}", error.line, error.column, error.message);
    }
    std::string text;
    for (const profile::BootInclude& include : *includes) {
        text += fmt::format("{}: {}\n", include.line, include.file.size());
    }
    return text;
}

bool holds_a_part_of(std::string_view text, std::string_view secret) {
    constexpr std::size_t part = 6;
    for (std::size_t i = 0; i + part <= secret.size(); ++i) {
        if (text.find(secret.substr(i, part)) != text.npos) {
            return true;
        }
    }
    return false;
}

// Masks documents that a phone of one maker is given.
class Masked {
  public:
    Masked(const profile::Dialect& dialect,
           const profile::Identity& identity,
           const profile::Values& values)
        : dialect_(dialect), identity_(identity), memory_(values) {}

    [[nodiscard]] std::string text(const std::string& document) const {
        RecordingMask mask(dialect_, identity_);
        const Event event =
            mask.masked(Answered{{1}, 200, document}, Memory(after(document)), Purpose::profile);
        return std::get<Answered>(event).body.str();
    }

    void expect_hidden_and_read_alike(const std::string& document) const {
        SCOPED_TRACE(document.substr(0, 1000));
        const std::string masked = text(document);
        EXPECT_FALSE(holds_a_part_of(masked, hushed)) << masked;
        EXPECT_EQ(masked.empty(), document.empty());
        const std::string was = reading_of(dialect_, document, memory_.values);
        EXPECT_EQ(reading_of(dialect_, masked, memory_.values), was) << masked;
        if (dialect_.form == profile::ProfileForm::flyingvoice_file) {
            EXPECT_EQ(boot_reading_of(masked), boot_reading_of(document)) << masked;
        }
    }

  private:
    [[nodiscard]] profile::Values after(const std::string& document) const {
        profile::Values values = memory_.values;
        auto applied = dialect_.apply(document, values, {});
        if (applied) {
            values.set_all(applied->settings);
        }
        return values;
    }

    const profile::Dialect& dialect_;
    profile::Identity identity_;
    Memory memory_;
};

Masked cisco() {
    const SamplePhone sample;
    return {profile::cisco_mpp(), sample.identity, sample.values};
}

Masked flyingvoice() {
    const SampleFlyingvoice sample;
    return {profile::flyingvoice(), sample.identity, sample.values};
}

// What a phone makes of an XML object, without the values of secrets.
std::string object_reading_of(std::string_view body) {
    const auto items = execute_items(body);
    if (!items) {
        return fmt::format("{}: {}", items.error().offset, items.error().expected);
    }
    std::string text;
    for (const std::string& item : *items) {
        const auto rule = resync_rule(item);
        text += rule ? fmt::format("rule of {}\n", characters(*rule)) : "another\n";
    }
    return text;
}

std::string manifest_reading_of(std::string_view text) {
    const auto components = profile::read_manifest(text);
    if (!components) {
        const profile::DocumentError& error = components.error();
        return fmt::format("{}:{}: {}", error.line, error.column, error.message);
    }
    return profile::write_manifest(*components);
}

void expect_object_hidden(const std::string& body) {
    SCOPED_TRACE(body.substr(0, 1000));
    const SamplePhone sample;
    RecordingMask mask(profile::cisco_mpp(), sample.identity);
    const Event event = mask.masked(NotifyArrived{{1}, "xml-service", Sender::known, 1, body},
                                    Memory(sample.values),
                                    Purpose::profile);
    const std::string masked = std::get<NotifyArrived>(event).body;
    EXPECT_FALSE(holds_a_part_of(masked, hushed)) << masked;
    EXPECT_EQ(object_reading_of(masked), object_reading_of(body)) << masked;
}

void expect_manifest_hidden(const std::string& text) {
    SCOPED_TRACE(text.substr(0, 1000));
    const SamplePhone sample;
    RecordingMask mask(profile::cisco_mpp(), sample.identity);
    const Event event =
        mask.masked(Answered{{1}, 200, text}, Memory(sample.values), Purpose::upgrade);
    const std::string masked = std::get<Answered>(event).body.str();
    EXPECT_FALSE(holds_a_part_of(masked, hushed)) << masked;
    EXPECT_EQ(manifest_reading_of(masked), manifest_reading_of(text)) << masked;
}

// `sample` with one byte lost, changed or added, or its end lost, at every place.
template <typename Expect>
void damage_everywhere(const std::string& sample, std::string_view others, Expect expect) {
    expect(sample);
    for (std::size_t at = 0; at < sample.size() && !testing::Test::HasFailure(); ++at) {
        expect(sample.substr(0, at));
        expect(sample.substr(0, at) + sample.substr(at + 1));
        for (const char other : others) {
            expect(sample.substr(0, at) + other + sample.substr(at));
            expect(sample.substr(0, at) + other + sample.substr(at + 1));
        }
    }
}

void expect_every_damage_hidden(const Masked& masked,
                                const std::string& sample,
                                std::string_view others = "<>/=\"& \n\r\xC3\xFF!-?;#]x") {
    damage_everywhere(sample, others, [&](const std::string& damaged) {
        masked.expect_hidden_and_read_alike(damaged);
    });
}

// Where a `/` comes into the password of a URL, a path begins, and phones tell what they ask for.
constexpr std::string_view all_but_paths = "<>=\"& \n\r\xC3\xFF!-;]x";

}  // namespace

TEST(RecordingMask, KeepsNothingOfAProfileThatCannotBeRead) {
    const Masked masked = cisco();
    for (const std::string_view document : {
             "<GPP_SA ~hush-77Q9z</GPP_SA>",
             "<flat-profile><GPP_SA>~hush-77Q9z",
             "<flat-profile><GPP_SA>~hush-77Q9z</GPP_S",
             "<flat-profile><GPP_SA>~hush-77Q9z</GPP_SB></flat-profile>",
             "<flat-profile><GPP_SA ua=\"~hush-77Q9z",
             "<flat-profile><GPP_SA ua='~hush-77Q9z>1</GPP_SA></flat-profile>",
             "<flat-profile><GPP_SA><![CDATA[~hush-77Q9z",
             "<flat-profile><!-- ~hush-77Q9z",
             "<flat-profile><GPP_SA>&~hush-77Q9z;</GPP_SA></flat-profile>",
             "<flat-profile>&hush-77Q9z;</flat-profile>",
             "<flat-profile><GPP_SA>\xC3\x28~hush-77Q9z</GPP_SA></flat-profile>",
             "<flat-profile><GPP_SA>~hush-77Q9z\xC3",
             "<!DOCTYPE html><html><body>~hush-77Q9z</body></html>",
             "<html><body><p>~hush-77Q9z<br></body></html>",
             "Salted__~hush-77Q9z",
             "\x1F\x8B~hush-77Q9z",
             "\xFF\xFE~hush-77Q9z",
             "\xEF\xBB\xBF~hush-77Q9z",
             "\xEF\xBB\xBF",
             "GPP_SA = ~hush-77Q9z\n",
             "\n\n  ~hush-77Q9z\n",
             "",
         }) {
        masked.expect_hidden_and_read_alike(std::string(document));
    }
    EXPECT_EQ(masked.text("<GPP_SA\n ~hush-77Q9z</GPP_SA>"), "\n =");
}

TEST(RecordingMask, KeepsOnlyTheFormOfAFileThatCannotBeRead) {
    const Masked masked = flyingvoice();
    for (const std::string_view document : {
             "DBID_SIP_PASSWORD ~hush-77Q9z",
             "<\nDBID_SIP_PASSWORD = ~hush-77Q9z",
             "<flat-profile><GPP_SA>~hush-77Q9z</GPP_SA></flat-profile>",
             "#!version:~hush-77Q9z\nDBID_SIP_PASSWORD = ~hush-77Q9z",
             "#!~hush-77Q9z\nDBID_SIP_PASSWORD = ~hush-77Q9z",
             "\xEF\xBB\xBF#!version:1.0.0.1\n= ~hush-77Q9z",
             "DBID_SIP_PASSWORD = ~hush-77Q9z\n\xC3~hush-77Q9z",
             "DBID_SIP_PASSWORD = ~hush-77Q9z\n\x01 ~hush-77Q9z",
             "DBID_SIP_DIS_NAME = AnnDBID_SIP_PASSWORD = ~hush-77Q9z",
             "[A,~hush-77Q9z include:config \"a.cfg\"\n",
             "include:config \"~hush-77Q9z\n",
             "D\0B\0=\0~hush-77Q9z",
             "# ~hush-77Q9z",
             "\n",
             "",
         }) {
        masked.expect_hidden_and_read_alike(std::string(document));
    }
    EXPECT_EQ(masked.text("<\nDBID_SIP_PASSWORD = ~hush-77Q9z"),
              "*\nxxxxxxxxxxxxxxxxx = *xxxx*xxxxx");
}

TEST(RecordingMask, HidesSecretsWhateverBecameOfAProfile) {
    expect_every_damage_hidden(
        cisco(),
        "<?xml version='1.0'?>\n<flat-profile>\n<GPP_A>1</GPP_A><GPP_SA "
        "ua=\"na\">~hush-77Q9z</GPP_SA>"
        "\n<Password_1_ x='~hush-77Q9z'><![CDATA[~hush-77Q9z]]></Password_1_>"
        "<No_Such>~hush-77Q9z</No_Such></flat-profile>");
    expect_every_damage_hidden(
        cisco(),
        "<device><flat-profile><!-- ~hush-77Q9z --><?note ~hush-77Q9z?>"
        "<GPP_SB>&#126;hush-7<!-- - -->7Q9z</GPP_SB><Nope/></flat-profile></device>");
    expect_every_damage_hidden(cisco(),
                               "<flat-profile><Profile_Rule>[--key ~hush-77Q9z]\n"
                               "  http://joe:~hush-77Q9z@h/a.xml</Profile_Rule></flat-profile>",
                               all_but_paths);
}

TEST(RecordingMask, HidesSecretsWhateverBecameOfAFile) {
    expect_every_damage_hidden(
        flyingvoice(),
        "#!version:1.0.0.1\n# ~hush-77Q9z\nDBID_SIP_PASSWORD = ~hush-77Q9z ~hush-77Q9z\r\n"
        "PrvUserPass = \"~hush-77Q9z\"\nNOPE=~hush-77Q9z\nDBID_SIP_PASSWORD=~hush-77Q9z");
    expect_every_damage_hidden(flyingvoice(),
                               "DBID_SIP_DIS_NAME=Ann\nDBID_PROFILE_RULE=http://u:~hush-77Q9z@h/\n"
                               "DBID_SIP_PASSWORD=~hush-77Q9z\n",
                               all_but_paths);
    expect_every_damage_hidden(
        flyingvoice(),
        "#!version:1.0.0.1\n# ~hush-77Q9z\noverwrite_mode = 1\n[A,B]include:config \"a.cfg\"\n"
        "include:config http://u:~hush-77Q9z@h/a.cfg\n",
        all_but_paths);
}

TEST(RecordingMask, KeepsOfAnXmlObjectWhatThePhoneReads) {
    damage_everywhere(
        "<?xml version=\"1.0\"?><CP-8841-3PCCExecute a='1'>"
        "<ExecuteItem URL=\"Resync:[--key &quot;~hush-77Q9z&quot;] http://h/\" b=2/>"
        "<ExecuteItem URL=Dial:1></ExecuteItem> </CP-8841-3PCCExecute>\n",
        "<>/=\"& \n\xFF",
        [](const std::string& body) { expect_object_hidden(body); });
    expect_object_hidden(
        "<AExecute><ExecuteItem URL='Resync:[--key ~hush-77Q9z] http://h/'/>"
        "<ExecuteItem URL='~hush-77Q9z'/></AExecute>");
    expect_object_hidden("<AExecute ~hush-77Q9z='1'/>");
    expect_object_hidden("~hush-77Q9z" + std::string(longest_xml_object, ' '));
    expect_object_hidden("");
}

TEST(RecordingMask, KeepsOfAManifestWhatThePhoneReads) {
    const std::string sum(64, 'a');
    damage_everywhere("# ~hush-77Q9z\na.sbn 1 " + sum + "\n\n \tb.sbn 22 " + sum + " \n",
                      "#. \n\xFF"
                      "0g",
                      expect_manifest_hidden);
    for (const std::string& text : {std::string("<html>~hush-77Q9z</html>"),
                                    std::string("a ~hush-77Q9z"),
                                    std::string("\n a 1 ~hush-77Q9z"),
                                    "a 1 " + sum + " ~hush-77Q9z",
                                    "a 1 " + sum + "\n#~hush-77Q9z\na 1 " + sum,
                                    "#~hush-77Q9z\na 1073741824 " + sum + "\nb 1 " + sum,
                                    std::string("#~hush-77Q9z"),
                                    std::string(),
                                    "#~hush-77Q9z" + std::string(65'536, ' ')}) {
        expect_manifest_hidden(text);
    }
    std::string many = "#~hush-77Q9z\n";
    for (int i = 0; i < 65; ++i) {
        many += fmt::format("a{} 1 {}\n", i, sum);
    }
    expect_manifest_hidden(many);
}

TEST(RecordingMask, HidesSecretsInProfilesThatAreTooMuch) {
    const Masked masked = cisco();
    std::string deep;
    std::string many = "<flat-profile>\n";
    for (int i = 0; i < 33; ++i) {
        deep += "<abc>~hush-77Q9z";
    }
    for (int i = 0; i < 20'001; ++i) {
        many += "<GPP_SA>~hush-77Q9z</GPP_SA>";
    }
    const std::string longest(65'530, 'x');
    masked.expect_hidden_and_read_alike(deep);
    masked.expect_hidden_and_read_alike(many);
    masked.expect_hidden_and_read_alike("<flat-profile><GPP_SA>~hush-77Q9z" + longest);
    masked.expect_hidden_and_read_alike("<flat-profile><GPP_SA>\n~hush-77Q9z\n" + longest);
    masked.expect_hidden_and_read_alike("~hush-77Q9z" + std::string(std::size_t{8} << 20U, 'x'));
}

// Whatever the phone reads over has blanks in its place, and what it reads stays where it stands.
TEST(RecordingMask, KeepsTheFormOfAProfile) {
    struct Row {
        std::string_view document;
        std::string_view masked;
    };

    const Masked masked = cisco();
    for (const Row& row : {
             Row{"<flat-profile ~='a'/>", "              ="},
             Row{"<?xml version='1.0'?><flat-profile a='secret'><GPP_A ua = \"rw,y\" b='c'\n"
                 "preserve-value='y' ua2='na'>1</GPP_A></flat-profile>",
                 "<?xxx xxxxxxxxxxxxx?><flat-profile           ><GPP_A ua = \"rw,y\"      \n"
                 "preserve-value='y'         >1</GPP_A></flat-profile>"},
             Row{"<flat-profile><GPP_SA>~hush<b>x</b>-77<![CDATA[Q9z]]></GPP_SA></flat-profile>",
                 "<flat-profile><GPP_SA>*mask<b>0</b>ed-<![CDATA[1**]]></GPP_SA>"
                 "</flat-profile>"},
             Row{"<flat-profile><GPP_SA>a\n b</GPP_SA><GPP_B>2</GPP_B></flat-profile>",
                 "<flat-profile><GPP_SA>***0\n  </GPP_SA><GPP_B>2</GPP_B></flat-profile>"},
         }) {
        EXPECT_EQ(masked.text(std::string(row.document)), row.masked);
    }
}

TEST(RecordingMask, KeepsWhatIsNoSecretOfAFile) {
    const std::string file =
        "static.auto_provision.repeat.enable = 1\nstatic.auto_provision.repeat.minutes = 30\n"
        "DBID_SIP_PASSWORD = ********\nDBID_SIP_DIS_NAME = Ann = Anna\n";
    EXPECT_EQ(flyingvoice().text(file), file);
}

}  // namespace onhook::phone
