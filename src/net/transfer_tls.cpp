#include "net/transfer_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace onhook::net {

namespace {

template <typename Value>
void set_tls_option(const Easy& easy, CURLoption option, Value value) {
    // Parentheses keep curl's checking macro out: it wants a literal option.
    CHECK((curl_easy_setopt)(easy.get(), option, value) == CURLE_OK);
}

// CURLOPT_SSL_CTX_FUNCTION. With this OpenSSL compares the name as a part of the chain's check.
CURLcode on_tls_context(CURL* /*easy*/, void* context, void* name) {
    X509_VERIFY_PARAM* const param = SSL_CTX_get0_param(static_cast<SSL_CTX*>(context));
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const auto& wanted = *static_cast<const std::string*>(name);
    return X509_VERIFY_PARAM_set1_host(param, wanted.data(), wanted.size()) == 1
               ? CURLE_OK
               : CURLE_SSL_CERTPROBLEM;
}

}  // namespace

void set_tls(Transfer& transfer, const TlsTrust& trust) {
    const Easy& easy = transfer.easy;
    set_tls_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_tls_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set_tls_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!trust.ca_file.empty()) {
        set_tls_option(easy, CURLOPT_CAINFO, trust.ca_file.c_str());
        // Debian's curl trusts /etc/ssl/certs beside any CAINFO unless told not to.
        set_tls_option(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    std::string& name = transfer.request.certificate_name;
    if (!name.empty()) {
        // curl knows no name but the URL's; a session that it kept would skip ours.
        set_tls_option(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        set_tls_option(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
        set_tls_option(easy, CURLOPT_SSL_CTX_FUNCTION, &on_tls_context);
        set_tls_option(easy, CURLOPT_SSL_CTX_DATA, static_cast<void*>(&name));
    }
}

}  // namespace onhook::net
