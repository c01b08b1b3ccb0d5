#include "cli/options.h"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.h"

namespace onhook::cli {

namespace {

std::string home() {
    const char* directory = std::getenv("HOME");
    return directory != nullptr && *directory != '\0' ? directory : ".";
}

}  // namespace

std::string default_data_directory() {
    return geteuid() == 0 ? "/var/lib/onhook" : home() + "/.local/share/onhook";
}

std::string default_phone_directory(const std::string& mac) {
    return fmt::format("{}/.local/state/onhook/phone-{}", home(), mac);
}

std::optional<Address> read_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) {
        return std::nullopt;
    }
    const auto port = parse_number<std::uint16_t>(std::string_view(text).substr(colon + 1));
    std::string host = text.substr(0, colon);
    if (host.starts_with("[") && host.ends_with("]")) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != std::string::npos) {
        return std::nullopt;
    }
    return port ? std::optional(Address{std::move(host), *port}) : std::nullopt;
}

std::string usual_serial(const MacAddress& mac) { return "ONH" + mac.to_upper_string().substr(3); }

void add_certificate_options(CLI::App& command,
                             net::CertificateFiles& files,
                             const std::string& about) {
    CLI::Option* certificate = command.add_option("--cert", files.certificate_file, about);
    CLI::Option* key = command.add_option(
        "--key", files.key_file, "PEM file with the key of --cert, without a passphrase");
    certificate->needs(key);
    key->needs(certificate);
}

}  // namespace onhook::cli
