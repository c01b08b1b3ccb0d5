#include "net/tls_context.h"

#include <fmt/format.h>

namespace onhook::net {

namespace asio = boost::asio;

Result<TlsContext> make_server_context(const TlsServer& files) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    boost::system::error_code error;
    context->use_certificate_chain_file(files.certificate_file, error);
    if (error) {
        return Failure{Error{
            error,
            fmt::format(
                "cannot use the certificate '{}': {}", files.certificate_file, error.message())}};
    }
    context->use_private_key_file(files.key_file, asio::ssl::context::pem, error);
    if (error) {
        return Failure{Error{error,
                             fmt::format("cannot use the key '{}' with the certificate '{}': {}",
                                         files.key_file,
                                         files.certificate_file,
                                         error.message())}};
    }
    return context;
}

Result<TlsContext> make_client_context(const TlsTrust& trust) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    context->set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code error;
    if (trust.ca_file.empty()) {
        context->set_default_verify_paths(error);
    } else {
        context->load_verify_file(trust.ca_file, error);
    }
    if (error) {
        return Failure{Error{
            error, fmt::format("cannot use the roots '{}': {}", trust.ca_file, error.message())}};
    }
    return context;
}

}  // namespace onhook::net
