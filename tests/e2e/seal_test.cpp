// `onhook seal` and `onhook open` beside other hands: the openssl command, and http_ece of npm.
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/running_onhook.h"
#include "support/temporary_directory.h"

namespace onhook::test {

namespace {

const std::string http_ece = "node '" ONHOOK_SOURCE_DIR "/tests/interop/http_ece.mjs'";

std::string text_of_size(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i) {
        text += fmt::format("P{} = {}\n", i, i * 7919);
    }
    text.resize(size);
    return text;
}

}  // namespace

class SealCommand : public ::testing::Test {
  protected:
    [[nodiscard]] std::string file(const std::string& name) const { return directory_.file(name); }

    // A shell's command in the test's directory; `onhook` is the program of this build.
    [[nodiscard]] Ran shell(const std::string& command) const {
        return run({"bash",
                    "-c",
                    fmt::format("set -o pipefail; cd '{}'; onhook() {{ '{}' \"$@\"; }}; {}",
                                directory_.path().string(),
                                onhook_program(),
                                command)});
    }

    void expect_works(const std::string& command) const {
        const Ran ran = shell(command);
        EXPECT_EQ(ran.status, 0) << command << "\n" << ran.output;
        EXPECT_EQ(ran.output, "") << command;
    }

    // Status and one sentence with `about` in it.
    void expect_sentence(int status, const std::string& command, const std::string& about) const {
        SCOPED_TRACE(command);
        const Ran ran = shell(command);
        EXPECT_EQ(ran.status, status) << ran.output;
        EXPECT_TRUE(ran.output.starts_with("onhook: ")) << ran.output;
        EXPECT_EQ(times_in(ran.output, "\n"), 1) << ran.output;
        EXPECT_NE(ran.output.find(about), std::string::npos) << ran.output;
    }

    // `plain` through `forth > sealed` and `back > opened` is what it was.
    void expect_round_trip(const std::string& plain,
                           const std::string& forth,
                           const std::string& back) const {
        SCOPED_TRACE(fmt::format("{} bytes: {} | {}", plain.size(), forth, back));
        write_text(file("plain"), plain);
        expect_works(forth + " < plain > sealed");
        expect_works(back + " < sealed > opened");
        EXPECT_TRUE(read_text(file("opened")) == plain);
    }

    TemporaryDirectory directory_;
};

TEST_F(SealCommand, OpensslOpensWhatWeSealAndWeOpenWhatItSeals) {
    struct Row {
        std::string ours;
        std::string openssl;
    };

    for (const Row& row : {Row{"--digest sha256", "-md sha256"},
                           Row{"--digest md5", "-md md5"},
                           Row{"--digest pbkdf2", "-pbkdf2"},
                           Row{"", ""}}) {
        const std::string openssl =
            "openssl enc -aes-256-cbc -k 'my secret phrase' " + row.openssl + " 2>/dev/null";
        const std::string key = " --key 'my secret phrase' ";
        for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 1040U, 3'000'000U}) {
            const std::string plain = text_of_size(size);
            expect_round_trip(plain, "onhook seal" + key + row.ours, openssl + " -d");
            expect_round_trip(plain, openssl, "onhook open" + key + row.ours);
            expect_round_trip(plain, openssl, "onhook open" + key);
        }
    }
}

TEST_F(SealCommand, HttpEceOpensWhatWeSealAndWeOpenWhatItSeals) {
    const std::string key = "yqdlZ-tYemfogSmv7Ws5PQ";
    for (const std::uint32_t record_size : {18U, 32U, 4096U, 100'000U, 1U << 30U}) {
        const std::string seal = fmt::format(
            "onhook seal --ikm-base64url {} --record-size {} --key-id a1", key, record_size);
        const std::string open = "onhook open --ikm-base64url " + key;
        const std::string encrypt = fmt::format("{} encrypt {} {} a1", http_ece, key, record_size);
        const std::string decrypt = fmt::format("{} decrypt {}", http_ece, key);
        for (const std::size_t size : {1U, 30U, 5000U, 150'000U}) {
            if (size / (record_size - 17) > 10'000) {
                continue;  // so many records take the other side seconds
            }
            expect_round_trip(text_of_size(size), seal, decrypt);
            expect_round_trip(text_of_size(size), encrypt, open);
        }
    }
    // Characters as bytes: what a phone has in IKM_HTTP_Encrypt_Content.
    expect_round_trip(text_of_size(100),
                      "onhook seal --ikm abcdefghijklmnop",
                      http_ece + " decrypt YWJjZGVmZ2hpamtsbW5vcA");
}

TEST_F(SealCommand, KeysComeFromAFileToo) {
    write_text(file("key"), "my secret phrase\r\nnot the key\n");
    const std::string plain = text_of_size(2000);
    expect_round_trip(plain, "onhook seal --key-file key", "onhook open --key 'my secret phrase'");
    expect_round_trip(
        plain, "onhook seal --key-file key --format rfc8188", "onhook open --key-file key");
    expect_round_trip(plain, "onhook seal --ikm 'my secret phrase'", "onhook open --key-file key");
    expect_round_trip(plain, "onhook seal --key x", "onhook open --key-file <(printf %s x)");
}

TEST_F(SealCommand, GzipFirst) {
    const std::string plain = text_of_size(100'000);
    for (const std::string key : {"--key k", "--ikm k"}) {
        expect_round_trip(plain, "onhook seal --gzip " + key, "onhook open --gzip " + key);
        EXPECT_LT(read_text(file("sealed")).size(), 50'000U);
        expect_round_trip(
            plain, "onhook seal --gzip " + key, "{ onhook open " + key + " | gunzip; }");
        expect_round_trip(
            plain, "{ gzip | onhook seal " + key + "; }", "onhook open --gzip " + key);
    }
    // Whatever it is, in gzip it opens: gzip has the checksum that cbc lacks.
    expect_round_trip(
        std::string(5000, '\0'), "onhook seal --gzip --key k", "onhook open --gzip --key k");
}

TEST_F(SealCommand, WhatDoesNotOpenIsANo) {
    write_text(file("plain"), text_of_size(100'000));
    expect_works("onhook seal --key right < plain > cbc");
    expect_works("onhook seal --ikm right < plain > gcm");
    write_text(file("zeros"), std::string(100, '\0'));
    expect_works("onhook seal --key right < zeros > binary");

    struct Row {
        std::string command;
        std::string about;
    };

    for (const Row& row :
         {Row{"onhook open --key wrong < cbc", "decryption failed: the key is wrong"},
          Row{"onhook open --key right --digest md5 < cbc", "another digest"},
          Row{"onhook open --ikm wrong < gcm", "record 1 does not match its tag"},
          Row{"onhook open --key right < gcm", "does not begin with Salted__"},
          Row{"onhook open --key right < plain", "does not begin with Salted__"},
          Row{"onhook open --key right < /dev/null", "does not begin with Salted__"},
          Row{"onhook open --ikm right < /dev/null", "ends inside its header"},
          Row{"onhook open --key right < binary", "neither text nor gzip"},
          Row{"onhook open --key right --gzip < cbc", "not gzip"},
          Row{"head -c 50016 cbc | onhook open --key right > part", "not to be trusted"},
          Row{"head -c 50000 gcm | onhook open --ikm right > part", "not to be trusted"},
          Row{"head -c 8213 gcm | onhook open --ikm right > part", "cut short"}}) {
        expect_sentence(1, row.command, row.about);
    }
}

TEST_F(SealCommand, WrongUsageIsOneSentence) {
    write_text(file("empty"), "\n");

    struct Row {
        std::string options;
        std::string about;
    };

    for (const Row& row : {Row{"", "give one key"},
                           Row{"--key ''", "give one key"},
                           Row{"--key a --ikm b", "leave out what is of the other"},
                           Row{"--key a --key-file b", "give one key"},
                           Row{"--key a --format rfc8188", "leave out"},
                           Row{"--ikm a --format cbc", "leave out"},
                           Row{"--ikm a --digest md5", "leave out"},
                           Row{"--key a --digest sha512", "--digest"},
                           Row{"--key a --format aes", "--format"},
                           Row{"--ikm-base64url a+b=", "base64url"},
                           Row{"--key-file empty", "is empty"},
                           Row{"--key-file /nowhere", "/nowhere"},
                           Row{"--nonsense", "--nonsense"}}) {
        expect_sentence(2, "onhook seal " + row.options + " < /dev/null", row.about);
        expect_sentence(2, "onhook open " + row.options + " < /dev/null", row.about);
    }
    for (const Row& row : {Row{"--ikm a --record-size 17", "17"},
                           Row{"--key a --record-size 18", "leave out"},
                           Row{"--key a --key-id b", "leave out"},
                           Row{"--ikm a --key-id " + std::string(256, 'x'), "255"}}) {
        expect_sentence(2, "onhook seal " + row.options + " < /dev/null", row.about);
    }
    expect_sentence(2, "onhook seal --key a < . > out", "cannot read standard input");
    expect_sentence(2, "echo text | onhook seal --key a > /dev/full", "cannot write");
}

TEST_F(SealCommand, NothingBinaryGoesToATerminal) {
    const auto on_terminal = [this](const std::string& command) {
        write_text(file("command"), "'" + onhook_program() + "' " + command + "\n");
        return shell("script -qec 'bash command' /dev/null < /dev/null");
    };
    const Ran sealing = on_terminal("seal --key k");
    EXPECT_EQ(sealing.status, 2);
    EXPECT_NE(sealing.output.find("would garble the terminal"), std::string::npos);

    expect_works("echo text | onhook seal --key k > text");
    const Ran text = on_terminal("open --key k < text");
    EXPECT_EQ(text.status, 0);
    EXPECT_NE(text.output.find("text"), std::string::npos);

    expect_works("echo text | gzip | onhook seal --key k > packed");
    const Ran packed = on_terminal("open --key k < packed");
    EXPECT_EQ(packed.status, 2);
    EXPECT_NE(packed.output.find("would garble the terminal"), std::string::npos);
}

// Megabytes pass through a process that may have little memory of its own.
TEST_F(SealCommand, MemoryIsConstant) {
    for (const std::string key : {"--key k", "--ikm k"}) {
        expect_works(
            fmt::format("ulimit -v 60000; onhook() {{ '{}' \"$@\"; }}; "
                        "head -c 200000000 /dev/zero | tr '\\0' x | onhook seal --gzip {} "
                        "| onhook open --gzip {} | tail -c 1 > last",
                        released_program(),
                        key,
                        key));
        EXPECT_EQ(read_text(file("last")).size(), 1U);
    }
}

}  // namespace onhook::test
