#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <openssl/x509.h>

namespace onhook::net {

// For src/net and its tests only.

// Whom a certificate is for.
struct CertificateNames {
    std::vector<std::string> hosts;      // subject alternative DNS names
    std::vector<std::string> addresses;  // subject alternative IP addresses, as text
    std::string common_name;             // up to its first "/"
};

[[nodiscard]] CertificateNames names_of(const X509* certificate);

// Whether a server of that name, or address, may show it (cisco-mpp.md 11.2):
//
// - Alternative names count alone where there are any; otherwise the common name does, of which the
//   text behind "/" is ignored: CN=pv.telco.net/mailto:admin@telco.net is for pv.telco.net.
// - Letters count alike in both cases, and a last dot of the server's name does not count.
// - `*` stands for the whole first label of a DNS name with at least two more: *.example.com is for
//   a.example.com, and neither for a.b.example.com nor for example.com.
// - An address counts as a whole.
//
// The phone "also checks the server's IP against a DNS look-up of the certificate name": a name
// that passes is the one that was looked up to find the server, so the address is one of that
// look-up's. Where DNS SRV named the server, the name is that of its domain (6.8), and a look-up of
// that would lead elsewhere.
[[nodiscard]] bool is_for(const CertificateNames& names, std::string_view server);

// For people: "'a', 'b' and 2 more".
[[nodiscard]] std::string shown(const CertificateNames& names);

// What is wrong with the chain of a server, and what to do about it: `error` is OpenSSL's
// X509_V_ERR_…, `certificate` the one that it is about, or null.
[[nodiscard]] std::string chain_fault(int error, const X509* certificate);

// What a fatal alert of the server means. `asked` : it asked for the certificate of the client, who
// has none.
enum class OwnCertificate : unsigned char { shown, asked_for_and_missing, not_asked_for };
[[nodiscard]] std::string alert_fault(int alert, OwnCertificate own);

}  // namespace onhook::net
