#include "fleet/world.h"

#include <gtest/gtest.h>

#include "seal/aes128gcm.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"

namespace onhook::fleet {

namespace {

phone::StartTransfer request(std::string_view url, phone::Method method = phone::Method::get) {
    phone::StartTransfer transfer{
        {7}, method, *Url::parse(url, Schemes::with_ftp), {}, {}, {}, {}, {}};
    return transfer;
}

std::string body_of(const World::Reply& reply) {
    const auto* answered = std::get_if<phone::Answered>(&reply.event);
    return answered != nullptr ? answered->body.str() : "no answer";
}

// The fault, or nothing when there is an answer.
std::optional<phone::TransferFault> fault_of(const World::Reply& reply) {
    const auto* failed = std::get_if<phone::TransferFailed>(&reply.event);
    return failed != nullptr ? std::optional(failed->fault) : std::nullopt;
}

}  // namespace

TEST(World, StarsStandForAnyText) {
    struct Row {
        std::string_view pattern;
        std::string_view url;
        bool matches;
    };

    for (const Row& row : {Row{"", "", true},
                           Row{"", "a", false},
                           Row{"*", "", true},
                           Row{"*", "http://h/a", true},
                           Row{"http://h/a", "http://h/a", true},
                           Row{"http://h/a", "http://h/ab", false},
                           Row{"http://h/*.xml", "http://h/b/a.xml", true},
                           Row{"http://h/*.xml", "http://h/a.xmlx", false},
                           Row{"*a*b*", "xaxxbx", true},
                           Row{"*a*b*", "xbxxa", false},
                           Row{"http://h/rc?id=*", "http://h/rc?id=1", true},
                           Row{"http://h/rc?id=*", "http://h/rcXid=1", false},
                           Row{"**a**", "a", true},
                           Row{"a*", "b", false}}) {
        EXPECT_EQ(matches(row.pattern, row.url), row.matches) << row.pattern << " " << row.url;
    }
}

TEST(World, TakesTheFirstRuleThatCoversTheRequestUntilItIsUsedUp) {
    World world({{.match = "http://h/a", .times = 2, .body = "first"},
                 {.match = "http://h/*", .method = phone::Method::put, .body = "put"},
                 {.match = "http://h/*", .times = 1, .body = "second"}});
    EXPECT_EQ(body_of(world.reply_to(request("http://h/a"), false)), "first");
    EXPECT_EQ(body_of(world.reply_to(request("http://h/a"), false)), "first");
    EXPECT_EQ(body_of(world.reply_to(request("http://h/b", phone::Method::put), false)), "put");
    EXPECT_EQ(body_of(world.reply_to(request("http://h/a"), false)), "second");
    const World::Reply refused = world.reply_to(request("http://h/a"), false);
    EXPECT_EQ(fault_of(refused), phone::TransferFault::connect);
    EXPECT_EQ(std::get<phone::TransferFailed>(refused.event).reason, "connection refused");
}

TEST(World, APatternMayHaveTheSchemesOwnPort) {
    World world(
        {{.match = "http://h:80/a", .body = "1"}, {.match = "https://[::1]:443/*", .body = "2"}});
    EXPECT_EQ(body_of(world.reply_to(request("http://h/a"), false)), "1");
    EXPECT_EQ(body_of(world.reply_to(request("https://[::1]/a"), false)), "2");
}

TEST(World, HeadersAndFaultsReachThePhone) {
    World world({{.match = "http://h/r", .status = 302, .headers = {{"location", "http://i/"}}},
                 {.match = "http://h/c",
                  .status = 401,
                  .headers = {{"WWW-Authenticate", "Basic"}, {"WWW-Authenticate", "Digest"}}},
                 {.match = "http://h/d", .delay = 3s, .fault = phone::TransferFault::dns},
                 {.match = "tftp://h/*", .status = 404},
                 {.match = "ftp://h/*", .status = 530}});
    const auto answered = [&](std::string_view url) {
        return std::get<phone::Answered>(world.reply_to(request(url), false).event);
    };
    EXPECT_EQ(answered("http://h/r").location, "http://i/");
    EXPECT_EQ(answered("http://h/r").transfer.value, 7U);
    EXPECT_EQ(answered("http://h/c").challenge, "Basic, Digest");
    const World::Reply dns = world.reply_to(request("http://h/d"), false);
    EXPECT_EQ(fault_of(dns), phone::TransferFault::dns);
    EXPECT_FALSE(dns.resolved);
    EXPECT_EQ(dns.delay, 3s);
    EXPECT_EQ(fault_of(world.reply_to(request("tftp://h/x"), false)),
              phone::TransferFault::tftp_not_found);
    EXPECT_EQ(fault_of(world.reply_to(request("ftp://h/x"), false)),
              phone::TransferFault::protocol);
}

TEST(World, ProfilesAreOpenedAsAPhoneOpensThem) {
    const std::string profile = "<flat-profile></flat-profile>";
    const Secret<std::string> phrase("geheim");
    World world({{.match = "*/plain", .body = profile},
                 {.match = "*/gzip", .body = seal::gzip(profile)},
                 {.match = "*/cbc", .body = seal::seal_openssl_enc(profile, phrase, {})},
                 {.match = "*/gcm",
                  .body = seal::seal_aes128gcm(profile, phrase, {}),
                  .headers = {{"Content-Encoding", "gzip, aes128gcm"}}}});
    const auto with_key = [&](std::string_view url, const std::string& key) {
        auto transfer = request(url);
        transfer.keys.key = Secret(key);
        transfer.keys.ikm = Secret(key);
        return transfer;
    };
    EXPECT_EQ(body_of(world.reply_to(request("http://h/plain"), false)), profile);
    EXPECT_EQ(body_of(world.reply_to(request("http://h/gzip"), false)), profile);
    EXPECT_EQ(body_of(world.reply_to(with_key("http://h/cbc", "geheim"), false)), profile);
    EXPECT_EQ(body_of(world.reply_to(with_key("http://h/gcm", "geheim"), false)), profile);
    EXPECT_EQ(fault_of(world.reply_to(with_key("http://h/cbc", "falsch"), false)),
              phone::TransferFault::undecoded);
    EXPECT_EQ(fault_of(world.reply_to(with_key("http://h/plain", "geheim"), false)),
              phone::TransferFault::corrupt);
    EXPECT_EQ(body_of(world.reply_to(with_key("http://h/plain", "geheim"), true)), profile);
    // flyingvoice.md D25: a file that may be sealed.
    auto text = with_key("http://h/plain", "geheim");
    text.keys.of_text = true;
    EXPECT_EQ(body_of(world.reply_to(text, false)), profile);
}

TEST(World, ImagesAreStoredWithTheirDigest) {
    World world(std::vector<WorldRule>{{.match = "*", .body = "abc"}});
    auto image = request("http://h/a.sbn");
    image.store_as = "load+a.sbn";
    const auto reply = world.reply_to(image, false);
    const auto& answered = std::get<phone::Answered>(reply.event);
    ASSERT_TRUE(answered.stored.has_value());
    EXPECT_EQ(answered.stored->size, 3U);
    EXPECT_EQ(answered.stored->sha256,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(answered.body, "");
}

}  // namespace onhook::fleet
