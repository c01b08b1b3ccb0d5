#include "seal/aes128gcm.h"

#include "base/text.h"
#include "samples.h"
#include "support/properties.h"

namespace onhook::seal {

namespace {

using support::from_hex;

const Secret<std::string>& j21_ikm() {
    static const Secret<std::string> ikm(from_hex("caa76567eb587a67e88129afed6b393d"));
    return ikm;
}

const std::string&
j21_body() {  // I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-…
    static const std::string body = from_hex(
        "23506cc6d16db65bf7bbf3a8f78c679b0000100000f8d015b9bdaa160044b902916a9a19bbe231908bda"
        "dcc101d4f0fe972f138638");
    return body;
}

const Secret<std::string>& j23_ikm() {
    static const Secret<std::string> ikm(
        from_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    return ikm;
}

const std::string& j23_body() {
    static const std::string body = from_hex(
        "101112131415161718191a1b1c1d1e1f000000400c303032316632323261656631c61cce626e45fbb26e461123"
        "29612558fa2a1e7a4ce8d4be146b6565972d4445bf9c08bdac38723750579cdb3afe0d0c905497ca3ca98ff700"
        "6b75fc8b78b2f8867188122599ee2d610dd734bf0d255309727f05ab193142259914b4ffeb8513c78dd6df64d7"
        "ca582fe9fda71db3a35e");
    return body;
}

ContentHeader header_with(std::uint32_t record_size, std::string key_id = "") {
    return {.salt = counting_salt<ContentSalt>(),
            .record_size = record_size,
            .key_id = std::move(key_id)};
}

std::string opened_gcm(std::string_view body, const Secret<std::string>& ikm = sample_ikm) {
    return open_aes128gcm(body, ikm).value_or("does not open");
}

Problem gcm_problem(std::string_view body, const Secret<std::string>& ikm = sample_ikm) {
    const auto result = open_aes128gcm(body, ikm);
    EXPECT_FALSE(result);
    return result ? Problem::not_sealed : result.error().problem;
}

std::optional<ContentHeader> header_of(std::string_view body) {
    Aes128gcmOpener opener(sample_ikm);
    std::string out;
    (void)opener.feed(body.substr(0, std::min<std::size_t>(body.size(), 64)), out);
    return opener.header();
}

// A body of records that say what the test wants: each is data, delimiter and padding as given.
std::string records_of(const std::vector<std::string>& records, std::uint32_t record_size) {
    const ContentKey key = derive_content_key(sample_ikm, counting_salt<ContentSalt>());
    std::string body = seal_aes128gcm("", sample_ikm, header_with(record_size)).substr(0, 21);
    Cipher cipher(Algorithm::aes_128_gcm, Direction::encrypt, key.key.view());
    for (std::size_t i = 0; i < records.size(); ++i) {
        KeyBytes<12> nonce = key.nonce;
        nonce.bytes[11] ^= static_cast<std::uint8_t>(i);
        cipher.start(nonce.view());
        cipher.update(records[i], body);
        cipher.finish_with_tag(body);
    }
    return body;
}

}  // namespace

TEST(Aes128gcm, J21Section31OfTheRfc) {
    EXPECT_EQ(j21_body().size(), 53U);
    EXPECT_EQ(opened_gcm(j21_body(), j21_ikm()), "I am the walrus");
    const auto header = header_of(j21_body());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->record_size, 4096U);
    EXPECT_EQ(header->key_id, "");
    EXPECT_EQ(seal_aes128gcm("I am the walrus", j21_ikm(), *header), j21_body());
}

TEST(Aes128gcm, J22Section32OfTheRfcTwoRecordsWithPadding) {
    const Secret<std::string> ikm(from_hex("04edd954fc549672ce45b5463296d3d5"));
    const std::string body = from_hex(
        "b8d0a45a2358cca4e704df638b7faa5800000019026131ce1bc721cff827be03aa746628bf1ca3baa472"
        "2458c40f2a05d45be48fa8503dd3c7239d4e114284a60cf74ac2d622a4bfb8");
    EXPECT_EQ(body.size(), 73U);
    EXPECT_EQ(opened_gcm(body, ikm), "I am the walrus");
    const auto header = header_of(body);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->record_size, 25U);
    EXPECT_EQ(header->key_id, "a1");
}

TEST(Aes128gcm, J23TwoRecordsAndAKeyId) {
    EXPECT_EQ(j23_body().size(), 145U);
    EXPECT_EQ(opened_gcm(j23_body(), j23_ikm()),
              "<flat-profile><Provision_Enable ua=\"na\">Yes</Provision_Enable></flat-profile>\n");
    const auto header = header_of(j23_body());
    ASSERT_TRUE(header);
    EXPECT_EQ(header->record_size, 64U);
    EXPECT_EQ(header->key_id, "0021f222aef1");
    EXPECT_EQ(seal_aes128gcm(opened_gcm(j23_body(), j23_ikm()), j23_ikm(), *header), j23_body());
}

TEST(Aes128gcm, J24CutAfterTheFirstRecord) {
    EXPECT_EQ(gcm_problem(j23_body().substr(0, 33 + 64), j23_ikm()), Problem::last_record_missing);
}

// cisco-mpp.md 1.11 (ii) and (iii)
TEST(Aes128gcm, KnownAnswersOfOneAndOfManyRecords) {
    EXPECT_EQ(to_hex(seal_aes128gcm(sample_document, sample_ikm, header_with(4096))),
              "000102030405060708090a0b0c0d0e0f0000100000badbc700364463ed6bd68684740587acaa93b57091"
              "1e6ffd6368822fcec25cc6b2f29ceb056716d1aa995aba33aa17fe22ac5cf8fb3d5ed96c214e143745d9"
              "48aa7cfec57a");
    const std::string many = seal_aes128gcm(sample_document, sample_ikm, header_with(32));
    EXPECT_EQ(to_hex(many),
              "000102030405060708090a0b0c0d0e0f0000002000badbc700364463ed6bd68684740587eab4a5fa07b0"
              "5a3aabac048cee73f65f294932f94e78298aa3842d69c19de3659324c2af8a72ec9c829d8686840d8bd8"
              "290c8aadc989c3bba1760f8e35df71dfc204f883b4b56b0d7c59339116322ec34a1034d5e1d81ec4ac1e"
              "c9f2d18f014fbb432ce5ba9333fde1");
    EXPECT_EQ(opened_gcm(many), sample_document);
}

TEST(Aes128gcm, OpensEverySizeAtEveryRecordSize) {
    for (const std::uint32_t record_size : {18U, 19U, 32U, 4096U, 65536U, 4294967295U}) {
        for (const std::size_t size : {0U, 1U, 2U, 15U, 4078U, 4079U, 4080U, 9000U}) {
            SCOPED_TRACE(testing::Message() << record_size << " " << size);
            const std::string document = profile_of_size(size);
            const std::string body =
                seal_aes128gcm(document, sample_ikm, header_with(record_size, "phone 7"));
            const std::size_t records =
                size == 0 ? 1 : (size + record_size - 18) / (record_size - 17);
            EXPECT_EQ(body.size(), 21 + 7 + size + records * 17);
            EXPECT_EQ(opened_gcm(body), document);
        }
    }
}

// protocols.md E.2: what to fail on.
TEST(Aes128gcm, RefusesEachFaultByItsName) {
    using namespace std::string_literals;
    const std::string body = seal_aes128gcm(sample_document, sample_ikm, header_with(32));
    std::string tiny = body;
    tiny[19] = 17;

    struct Row {
        std::string_view what;
        std::string body;
        Problem problem;
    };

    for (const Row& row :
         {Row{"nothing", "", Problem::cut_short},
          Row{"header cut", body.substr(0, 20), Problem::cut_short},
          Row{"key id cut", j23_body().substr(0, 30), Problem::cut_short},
          Row{"no record", body.substr(0, 21), Problem::last_record_missing},
          Row{"records of 17 bytes", tiny, Problem::record_size_too_small},
          Row{"record of 16 bytes", body.substr(0, 21 + 32 + 16), Problem::record_too_short},
          Row{"record of a tag alone", records_of({""}, 32), Problem::record_too_short},
          Row{"no delimiter", records_of({"\0\0\0"s}, 32), Problem::no_delimiter},
          Row{"no delimiter in the middle",
              records_of({std::string(16, '\0'), "\x02"}, 32),
              Problem::no_delimiter},
          Row{"delimiter 03", records_of({"a\x03"}, 32), Problem::wrong_delimiter},
          Row{"02 before the last record",
              records_of({"0123456789abcde\x02", "a\x02"}, 32),
              Problem::last_record_early},
          Row{"01 in the last record", records_of({"a\x01"}, 32), Problem::last_record_missing},
          Row{"whole records lost", body.substr(0, 21 + 64), Problem::last_record_missing},
          Row{"cut inside a record", body.substr(0, body.size() - 1), Problem::decryption_failed},
          Row{"a byte more", body + "x", Problem::decryption_failed},
          Row{"damaged tag", changed(body, body.size() - 1), Problem::decryption_failed},
          Row{"damaged data", changed(body, 25), Problem::decryption_failed},
          Row{"damaged salt", changed(body, 3), Problem::decryption_failed},
          Row{"records swapped",
              body.substr(0, 21) + body.substr(53, 32) + body.substr(21, 32) + body.substr(85),
              Problem::decryption_failed}}) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(gcm_problem(row.body), row.problem);
    }
}

TEST(Aes128gcm, PaddingIsTakenAway) {
    using namespace std::string_literals;
    EXPECT_EQ(opened_gcm(records_of({"ab\x01"s + std::string(13, '\0'), "c\x02\0\0"s}, 32)), "abc");
    // Data may end in zeros: only those behind the delimiter are padding.
    EXPECT_EQ(opened_gcm(records_of({"a\0\0\x02\0"s}, 32)), "a\0\0"s);
}

TEST(Aes128gcm, AWrongKeyNeverOpens) {
    EXPECT_EQ(gcm_problem(j21_body(), j23_ikm()), Problem::decryption_failed);
    EXPECT_EQ(gcm_problem(j21_body(), Secret("")), Problem::decryption_failed);
}

TEST(Aes128gcm, GivesNothingOfARecordThatIsNotGenuine) {
    const std::string body = seal_aes128gcm(sample_document, sample_ikm, header_with(32));
    Aes128gcmOpener opener(sample_ikm);
    std::string out;
    EXPECT_FALSE(opener.feed(changed(body, 60), out));
    EXPECT_EQ(out, sample_document.substr(0, 15));
}

TEST(Aes128gcm, ALargeRecordIsRefusedWhenItHasCome) {
    const std::string body =
        seal_aes128gcm(profile_of_size(2000), sample_ikm, header_with(4294967295U));
    Aes128gcmOpener small(sample_ikm, 1000);
    const auto result = run(small, body);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().problem, Problem::too_large);
    Aes128gcmOpener enough(sample_ikm, 2017);
    EXPECT_TRUE(run(enough, body));
}

RC_GTEST_PROP(Aes128gcm,
              EveryDocumentSurvives,
              (const std::string& ikm, const std::string& document)) {
    const ContentHeader header{
        .salt = *rc::gen::arbitrary<ContentSalt>(),
        .record_size = *rc::gen::inRange<std::uint32_t>(smallest_record, 200),
        .key_id = std::string(*rc::gen::inRange<std::size_t>(0, longest_key_id + 1), 'k')};
    const Secret<std::string> key(ikm);
    RC_ASSERT(open_aes128gcm(seal_aes128gcm(document, key, header), key).value_or("no") ==
              document);
}

RC_GTEST_PROP(Aes128gcm, EveryCutAndEveryFlippedBitIsSeen, (const std::string& document)) {
    const std::string body = seal_aes128gcm(document, sample_ikm, header_with(24));
    const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
    RC_ASSERT(!open_aes128gcm(body.substr(0, at), sample_ikm));
    // The size of the records is not authenticated, and where there is one record it says nothing.
    RC_PRE(at < 16 || at >= 20);
    RC_ASSERT(!open_aes128gcm(changed(body, at), sample_ikm));
}

}  // namespace onhook::seal
