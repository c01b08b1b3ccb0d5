#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

// Certificates: making them for labs, tests and small providers, and reading them.
namespace onhook::net {

struct CertificateFiles {
    std::string certificate_file;  // PEM, mode 0644: it is no secret
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

enum class KeyKind : std::uint8_t {
    ec_p256,
    rsa_2048,  // for phones that know no elliptic curves
};

// What a certificate may be used for; all the key usages follow from it.
enum class CertificateUse : std::uint8_t { authority, server, client };

struct SubjectPart {
    std::string field;  // CN, OU, L, ST, …
    std::string value;
};

struct CertificateOrder {
    CertificateUse use = CertificateUse::server;
    std::vector<SubjectPart> subject = {};  // in this order
    std::vector<std::string> names = {};    // subject alternative: DNS names and IP addresses
    WallTime from = {};
    WallTime until = {};
    KeyKind key = KeyKind::ec_p256;
};

// A new root of its own. Neither file may be there already; errors say what to do.
[[nodiscard]] Status<> make_root(const CertificateFiles& files, const CertificateOrder& order);

// A certificate that the one in `issuer` signs, which must be a CA's and end no earlier.
[[nodiscard]] Status<> issue(const CertificateFiles& issuer,
                             const CertificateFiles& files,
                             const CertificateOrder& order);

// When the certificate in this file ends.
[[nodiscard]] Result<WallTime> end_of(const std::string& certificate_file);

// That the key is that of the first certificate, and both can be read.
[[nodiscard]] Status<> check_pair(const CertificateFiles& files);

// What a certificate says, for people.
struct CertificateFacts {
    std::string subject;  // RFC 2253, the last part first
    std::string issuer;
    std::string from;  // UTC
    std::string until;
    std::vector<std::string> names;  // subject alternative
    std::string use;                 // "CA", "server", "client", several with commas
    std::string key;                 // "EC prime256v1", "RSA 2048"
    std::string sha256;              // hex digits
};

// All certificates of a PEM text, at least one.
[[nodiscard]] Result<std::vector<CertificateFacts>> describe_certificates(std::string_view pem);

// The CAs of a file that came from outside (cisco-mpp.md 11.2).
struct AuthorityFile {
    std::string certificates;  // PEM: these and nothing else
    std::string first_name;    // the common name of the first, or else its subject; not empty
};

inline constexpr std::size_t authority_file_limit = std::size_t{64} << 10U;
inline constexpr std::size_t most_authorities = 32;

// Takes a PEM file of certificates of CAs, or says what is wrong with it. A certificate that is
// not valid now is no reason: the clock may be the one that is wrong, and a server that needs it
// is not trusted meanwhile.
[[nodiscard]] Result<AuthorityFile, std::string> read_authorities(std::string_view pem);

}  // namespace onhook::net
