// onhook seal and onhook open: a document closed and opened, standard input to standard output.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "base/secret.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/seal_stream.h"
#include "net/durable_file.h"
#include "net/random.h"
#include "seal/aes128gcm.h"
#include "seal/gzip.h"
#include "seal/openssl_enc.h"
#include "wire/httpauth/base64.h"

namespace onhook::cli {

namespace {

constexpr std::size_t key_file_limit = 64 * 1024;
constexpr std::size_t inflated_limit = std::size_t{1} << 30U;  // of a profile 8 MiB count

struct SealOptions {
    std::string key;
    std::string ikm;
    std::string ikm_base64url;
    std::string key_file;
    std::string digest;
    std::string format;
    std::string key_id;
    std::uint32_t record_size = seal::ContentHeader{}.record_size;
    bool record_size_given = false;
    bool gzip = false;
};

enum class Format { cbc, rfc8188 };

enum class Command { seal, open };

// What the options come to.
struct Plan {
    Secret<std::string> key;
    std::optional<Format> format;  // nothing: `open` looks at the document
    std::optional<seal::Derivation> derivation;
};

// RFC 4648 5 without padding, as RFC 8188 prints keys.
Result<std::string, std::string> from_base64url(std::string text) {
    const bool other_alphabet = text.find_first_of("+/=") != std::string::npos;
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    auto bytes = wire::httpauth::from_base64(text);
    if (other_alphabet || !bytes) {
        return wrong("--ikm-base64url is not base64url: letters, digits, - and _, without padding");
    }
    return *std::move(bytes);
}

Result<std::string, std::string> first_line_of(const std::string& path) {
    auto text = net::read_file(path, key_file_limit);
    if (!text) {
        return wrong(text.error().detail);
    }
    std::string line = text->substr(0, text->find('\n'));
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

Result<std::string, std::string> read_key(const SealOptions& options) {
    const auto given = [](const std::string& option) { return option.empty() ? 0 : 1; };
    if (given(options.key) + given(options.ikm) + given(options.ikm_base64url) +
            given(options.key_file) !=
        1) {
        return wrong(
            "give one key: --key-file FILE, --key PHRASE, --ikm TEXT or "
            "--ikm-base64url TEXT, and not an empty one");
    }
    if (!options.ikm_base64url.empty()) {
        return from_base64url(options.ikm_base64url);
    }
    if (options.key_file.empty()) {
        return options.key + options.ikm;
    }
    auto line = first_line_of(options.key_file);
    if (line && line->empty()) {
        return wrong(
            fmt::format("the first line of '{}' is empty; write the key there", options.key_file));
    }
    return line;
}

std::optional<seal::Derivation> derivation_of(const std::string& digest) {
    if (digest.empty()) {
        return std::nullopt;
    }
    return digest == "md5"      ? seal::Derivation::md5
           : digest == "pbkdf2" ? seal::Derivation::pbkdf2
                                : seal::Derivation::sha256;
}

// The options that belong to one format say which it is, and must not contradict each other.
Result<std::optional<Format>, std::string> format_of(const SealOptions& options) {
    const bool cbc = options.format == "cbc" || !options.key.empty() || !options.digest.empty();
    const bool rfc8188 = options.format == "rfc8188" || !options.ikm.empty() ||
                         !options.ikm_base64url.empty() || options.record_size_given ||
                         !options.key_id.empty();
    if (cbc && rfc8188) {
        return wrong(
            "--key and --digest belong to the format cbc; --ikm, --ikm-base64url, "
            "--record-size and --key-id to rfc8188; leave out what is of the other");
    }
    return cbc       ? std::optional(Format::cbc)
           : rfc8188 ? std::optional(Format::rfc8188)
                     : std::nullopt;
}

Result<Plan, std::string> plan_of(const SealOptions& options) {
    const auto format = format_of(options);
    if (!format) {
        return Failure{format.error()};
    }
    auto key = read_key(options);
    if (!key) {
        return Failure{std::move(key).error()};
    }
    return Plan{Secret<std::string>(*std::move(key)), *format, derivation_of(options.digest)};
}

// A salt of its own for each document.
template <typename Salt>
Result<Salt> fresh_salt() {
    return net::random_bytes(Salt{}.size()).transform([](const std::string& bytes) {
        Salt salt{};
        std::copy(bytes.begin(), bytes.end(), salt.begin());
        return salt;
    });
}

Result<std::unique_ptr<seal::Filter>> sealer(const Plan& plan, const SealOptions& options) {
    using Made = std::unique_ptr<seal::Filter>;
    if (plan.format.value_or(Format::cbc) == Format::rfc8188) {
        return fresh_salt<seal::ContentSalt>().transform([&](seal::ContentSalt salt) -> Made {
            return std::make_unique<seal::Aes128gcmSealer>(
                plan.key, seal::ContentHeader{salt, options.record_size, options.key_id});
        });
    }
    return fresh_salt<seal::EncSalt>().transform([&](seal::EncSalt salt) -> Made {
        const auto derivation = plan.derivation.value_or(seal::Derivation::sha256);
        return std::make_unique<seal::EncSealer>(plan.key, seal::EncWriting{derivation, salt});
    });
}

int seal_input(const SealOptions& options) {
    const auto plan = plan_of(options);
    if (!plan) {
        return complain(plan.error());
    }
    if (output_is_terminal()) {
        return complain(
            "a sealed document is binary and would garble the terminal; write it to a "
            "file: '> FILE'");
    }
    auto last = sealer(*plan, options);
    if (!last) {
        return complain(last.error().detail);
    }
    Filters filters;
    if (options.gzip) {
        filters.push_back(std::make_unique<seal::GzipDeflater>());
    }
    filters.push_back(*std::move(last));
    return pass_through(std::move(filters), "");
}

int open_input(const SealOptions& options) {
    const auto plan = plan_of(options);
    if (!plan) {
        return complain(plan.error());
    }
    const auto beginning = read_input(8);
    if (!beginning) {
        return complain(beginning.error().detail);
    }
    const Format format =
        plan->format.value_or(seal::is_openssl_enc(*beginning) ? Format::cbc : Format::rfc8188);
    Filters filters;
    if (format == Format::cbc) {
        filters.push_back(std::make_unique<seal::EncOpener>(
            plan->key, seal::EncReading{plan->derivation, seal::Plaintext::text}));
    } else {
        filters.push_back(std::make_unique<seal::Aes128gcmOpener>(plan->key));
    }
    if (options.gzip) {
        filters.push_back(std::make_unique<seal::GzipInflater>(inflated_limit));
    }
    return pass_through(std::move(filters), *beginning);
}

void add_key_options(CLI::App& command, SealOptions& options) {
    command.add_option(
        "--key-file", options.key_file, "File whose first line is the key: nobody sees it in 'ps'");
    command.add_option("--key", options.key, "Phrase for cbc; see the note on 'ps' below");
    command.add_option(
        "--ikm", options.ikm, "Keying material for rfc8188, its characters as bytes; same note");
    command.add_option(
        "--ikm-base64url", options.ikm_base64url, "The same in base64url, for any bytes");
    command
        .add_option(
            "--format",
            options.format,
            "cbc: what 'openssl enc -aes-256-cbc' writes; rfc8188: Content-Encoding aes128gcm")
        ->check(CLI::IsMember({"cbc", "rfc8188"}));
}

constexpr const char* ps_note =
    "Whoever may list this machine's processes ('ps') reads a key on the command line. --key-file "
    "hides it; a shell gives one without writing a file: --key-file <(printf %s \"$KEY\").";

}  // namespace

void add_seal(CLI::App& app, int& status) {
    auto options = std::make_shared<SealOptions>();
    CLI::App* command = app.add_subcommand(
        "seal", "Encrypts a document for phones, standard input to standard output");
    add_key_options(*command, *options);
    command
        ->add_option("--digest",
                     options->digest,
                     "How cbc makes a key of the phrase: sha256 (default), md5 for phones of the "
                     "time before OpenSSL 1.1, or pbkdf2, which no phone reads")
        ->check(CLI::IsMember({"sha256", "md5", "pbkdf2"}));
    CLI::Option* record_size =
        command
            ->add_option(
                "--record-size", options->record_size, "Bytes of a record of rfc8188 (4096)")
            ->check(CLI::Range(seal::smallest_record, std::uint32_t{0xFFFFFFFFU}));
    command->add_option("--key-id", options->key_id, "Name of the key in the header of rfc8188")
        ->check([](const std::string& text) {
            return text.size() <= seal::longest_key_id ? std::string()
                                                       : "a key id has at most 255 bytes";
        });
    command->add_flag("--gzip", options->gzip, "Compresses first");
    command->footer(ps_note);
    command->callback([options, record_size, &status] {
        options->record_size_given = record_size->count() > 0;
        status = seal_input(*options);
    });
}

void add_open(CLI::App& app, int& status) {
    auto options = std::make_shared<SealOptions>();
    CLI::App* command = app.add_subcommand(
        "open", "Decrypts what was sealed for phones, standard input to standard output");
    add_key_options(*command, *options);
    command
        ->add_option("--digest",
                     options->digest,
                     "How a key is made of the phrase: sha256, md5 or pbkdf2 (default: all, in "
                     "this order)")
        ->check(CLI::IsMember({"sha256", "md5", "pbkdf2"}));
    command->add_flag("--gzip", options->gzip, "Inflates what comes out");
    command->footer(std::string(ps_note) +
                    "\n\nWithout --format, a document that begins with Salted__ is cbc and any "
                    "other rfc8188. A cbc document has no checksum: it opens when what comes out "
                    "is text or gzip. Exit status 1 means that it does not open; use nothing that "
                    "was written before that.");
    command->callback([options, &status] { status = open_input(*options); });
}

}  // namespace onhook::cli
