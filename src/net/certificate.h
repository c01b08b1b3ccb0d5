#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace onhook::net {

struct CertificateFiles {
    std::string certificate_file;  // PEM, mode 0644: phones take it as their root
    std::string key_file;          // PEM, mode 0600
};

struct SelfSigned {
    std::vector<std::string> names;  // DNS names and IP addresses; the first is the subject too
    WallTime now;                    // valid from a day earlier, for clocks that are late
    std::chrono::days lifetime{3650};
};

// Makes an EC P-256 key and a certificate for these names, signed with that key and its own trust
// root. Replaces both files as a whole; while there is a certificate, the key beside it fits.
[[nodiscard]] Status<> make_self_signed(const CertificateFiles& files, const SelfSigned& wanted);

}  // namespace onhook::net
