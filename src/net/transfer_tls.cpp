#include "net/transfer_tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/check.h"
#include "base/printable.h"
#include "net/openssl.h"
#include "net/server_identity.h"

namespace onhook::net {

namespace {

constexpr std::size_t longest_shown_list = 200;

template <typename Value>
void set_tls_option(const Easy& easy, CURLoption option, Value value) {
    // Parentheses keep curl's checking macro out: it wants a literal option.
    CHECK((curl_easy_setopt)(easy.get(), option, value) == CURLE_OK);
}

// Where a context of OpenSSL keeps whose it is.
int transfer_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

Transfer& transfer_of(const SSL* ssl) {
    return *static_cast<Transfer*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), transfer_index()));
}

const std::string& wanted_name(const Transfer& transfer, std::string& host) {
    const std::string& name = transfer.request.certificate_name;
    host = transfer.request.url.host();
    return name.empty() ? host : name;
}

int distrust(X509_STORE_CTX* chain, int error) {
    X509_STORE_CTX_set_error(chain, error);
    return 0;
}

// In the place of X509_verify_cert, so that the name counts by our rules (cisco-mpp.md 11.2) and
// what is wrong is said in words.
int on_chain(X509_STORE_CTX* chain, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const TlsDemands& demands = transfer.request.tls;
    if (demands.trusted_roots && X509_verify_cert(chain) != 1) {
        const int error = X509_STORE_CTX_get_error(chain);
        const X509* about = X509_STORE_CTX_get_current_cert(chain);
        transfer.tls_fault =
            chain_fault(error, about != nullptr ? about : X509_STORE_CTX_get0_cert(chain));
        return distrust(chain, error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error);
    }
    std::string host;
    const std::string& wanted = wanted_name(transfer, host);
    const CertificateNames names = names_of(X509_STORE_CTX_get0_cert(chain));
    if (demands.right_name && !is_for(names, wanted)) {
        transfer.tls_fault = fmt::format(
            "the server's certificate is for {} and not for '{}'; issue one for that name, or "
            "write the certificate's name in the URL",
            shown(names),
            wanted);
        return distrust(chain, X509_V_ERR_HOSTNAME_MISMATCH);
    }
    X509_STORE_CTX_set_error(chain, X509_V_OK);
    return 1;
}

// The server asks for our certificate, and we have none.
int on_certificate_wanted(SSL* ssl, X509** /*certificate*/, EVP_PKEY** /*key*/) {
    transfer_of(ssl).certificate_missed = true;
    return 0;
}

void on_tls_event(const SSL* ssl, int where, int what) {
    const bool fatal = (what >> 8) == SSL3_AL_FATAL;
    if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || !fatal) {
        return;
    }
    Transfer& transfer = transfer_of(ssl);
    const bool own = SSL_get_certificate(ssl) != nullptr;
    if (transfer.tls_fault.empty()) {
        transfer.tls_fault =
            alert_fault(what & 0xFF,
                        transfer.certificate_missed ? OwnCertificate::asked_for_and_missing
                        : own                       ? OwnCertificate::shown
                                                    : OwnCertificate::not_asked_for);
    }
}

bool add_roots(X509_STORE* store, std::string_view pem) {
    const Bytes text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    bool added = true;
    while (const Certificate root{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
        added &= X509_STORE_add_cert(store, root.get()) == 1;
    }
    ERR_clear_error();  // that there are no more
    return added;
}

// CURLOPT_SSL_CTX_FUNCTION, once curl has set the context up.
CURLcode on_tls_context(CURL* /*easy*/, void* tls, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    auto* const context = static_cast<SSL_CTX*>(tls);
    if (!add_roots(SSL_CTX_get_cert_store(context), transfer.request.tls.more_roots)) {
        transfer.tls_fault = "the custom CA cannot be used";
        return CURLE_SSL_CACERT_BADFILE;
    }
    CHECK(SSL_CTX_set_ex_data(context, transfer_index(), &transfer) == 1);
    SSL_CTX_set_cert_verify_callback(context, &on_chain, &transfer);
    SSL_CTX_set_client_cert_cb(context, &on_certificate_wanted);
    SSL_CTX_set_info_callback(context, &on_tls_event);
    return CURLE_OK;
}

void set_roots(const Easy& easy, const TlsTrust& trust, const TlsDemands& demands) {
    const bool checks = demands.trusted_roots || demands.right_name;
    set_tls_option(easy, CURLOPT_SSL_VERIFYPEER, checks ? 1L : 0L);
    // curl's check of the name knows neither our rules nor another name than the URL's.
    set_tls_option(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    // A session that curl kept would skip the checks, and roots that it kept would have ours.
    set_tls_option(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (!demands.more_roots.empty()) {
        set_tls_option(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
    }
    if (!trust.ca_file.empty()) {
        set_tls_option(easy, CURLOPT_CAINFO, trust.ca_file.c_str());
        // Debian's curl trusts /etc/ssl/certs beside any CAINFO unless told not to.
        set_tls_option(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
}

}  // namespace

void set_tls(Transfer& transfer, const TlsTrust& trust) {
    const Easy& easy = transfer.easy;
    const TlsDemands& demands = transfer.request.tls;
    set_tls_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_roots(easy, trust, demands);
    if (!trust.certificate_file.empty()) {
        set_tls_option(easy, CURLOPT_SSLCERT, trust.certificate_file.c_str());
        set_tls_option(easy, CURLOPT_SSLKEY, trust.key_file.c_str());
    }
    if (!demands.ciphers.empty()) {
        set_tls_option(easy, CURLOPT_SSL_CIPHER_LIST, demands.ciphers.c_str());
    }
    set_tls_option(easy, CURLOPT_SSL_CTX_FUNCTION, &on_tls_context);
    set_tls_option(easy, CURLOPT_SSL_CTX_DATA, static_cast<void*>(&transfer));
}

std::string tls_fault(const Transfer& transfer, CURLcode code, std::string_view said) {
    if (!transfer.tls_fault.empty()) {
        return transfer.tls_fault;
    }
    if (code == CURLE_SSL_CIPHER) {
        return fmt::format(
            "TLS_Cipher_List '{}' names no cipher that is known here; write it in OpenSSL's "
            "language, such as HIGH:!aNULL, or leave it empty",
            printable(shortened(transfer.request.tls.ciphers, longest_shown_list)));
    }
    if (said.find("wrong version number") != said.npos) {
        return "the server does not speak TLS on this port; write http:// or its port for https";
    }
    if (said.find("unsupported protocol") != said.npos) {
        return "the server offers no TLS 1.2 and nothing newer; let it";
    }
    return {};
}

}  // namespace onhook::net
