// Opening a sealed profile of 1 MiB beside `openssl enc -d` and beside libcrypto alone, in bytes
// per CPU second. The command opens 64 MiB, so that its start does not count.
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/check.h"
#include "seal/kdf.h"
#include "seal/openssl_enc.h"

namespace {

using namespace onhook;

constexpr std::size_t mebibyte = std::size_t{1} << 20U;
constexpr int documents = 64;

const Secret<std::string> phrase("SecretPhrase1234");

std::string sealed(std::size_t size) {
    std::string document = "<flat-profile>";
    while (document.size() < size) {
        document += "<GPP_A>some text of a profile</GPP_A>\n";
    }
    document.resize(size);
    return seal::seal_openssl_enc(document, phrase, seal::EncWriting{});
}

double cpu_seconds() {
    timespec now{};
    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) == 0);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double command_seconds(const std::string& file) {
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);  // it warns of its own derivation
        execlp("openssl",
               "openssl",
               "enc",
               "-d",
               "-aes-256-cbc",
               "-md",
               "sha256",
               "-k",
               phrase.reveal().c_str(),
               "-in",
               file.c_str(),
               "-out",
               "/dev/null",
               nullptr);
        _exit(127);
    }
    int status = 0;
    rusage used{};
    CHECK(wait4(child, &status, 0, &used) == child);
    CHECK(status == 0);
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double open_seconds(const std::string& body) {
    const double start = cpu_seconds();
    for (int i = 0; i < documents; ++i) {
        const auto opened = seal::open_openssl_enc(body, phrase, seal::EncReading{});
        CHECK(opened.has_value());
        benchmark::DoNotOptimize(opened->data());
    }
    return cpu_seconds() - start;
}

double libcrypto_seconds(const std::string& body) {
    static std::string out(2 * mebibyte, '\0');
    const double start = cpu_seconds();
    for (int i = 0; i < documents; ++i) {
        const seal::EncKey key = seal::derive_enc_key(seal::Derivation::sha256, phrase, {});
        EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
        auto* to = reinterpret_cast<unsigned char*>(out.data());
        int size = 0;
        CHECK(EVP_DecryptInit_ex(
                  context, EVP_aes_256_cbc(), nullptr, key.key.bytes.data(), key.iv.bytes.data()) ==
              1);
        CHECK(EVP_DecryptUpdate(context,
                                to,
                                &size,
                                as_bytes(body).data() + 16,
                                static_cast<int>(body.size()) - 16) == 1);
        CHECK(EVP_DecryptFinal_ex(context, to + size, &size) == 1);
        EVP_CIPHER_CTX_free(context);
        benchmark::DoNotOptimize(out.data());
    }
    return cpu_seconds() - start;
}

void open_1MiB_beside_openssl(benchmark::State& state) {
    std::array<char, 32> name{"/tmp/onhook-bench-XXXXXX"};
    close(mkstemp(name.data()));
    std::ofstream(name.data(), std::ios::binary) << sealed(documents * mebibyte);
    const std::string body = sealed(mebibyte);
    double ours = 0;
    double command = 0;
    double libcrypto = 0;
    for (auto _ : state) {
        const double once = open_seconds(body);
        state.SetIterationTime(once / documents);
        ours += once;
        command += command_seconds(name.data());
        libcrypto += libcrypto_seconds(body);
    }
    std::remove(name.data());
    const double bytes = static_cast<double>(state.iterations()) * documents * mebibyte;
    state.counters["MB_per_cpu_s"] = bytes / ours / 1e6;
    state.counters["openssl_enc_d"] = bytes / command / 1e6;
    state.counters["libcrypto"] = bytes / libcrypto / 1e6;
    state.counters["ratio_to_openssl_enc_d"] = command / ours;
    state.counters["ratio_to_libcrypto"] = libcrypto / ours;
}

BENCHMARK(open_1MiB_beside_openssl)->UseManualTime()->Iterations(5);

}  // namespace
