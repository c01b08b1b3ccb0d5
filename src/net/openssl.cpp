#include "net/openssl.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/err.h>

#include "base/printable.h"

namespace onhook::net {

namespace {

constexpr std::size_t longest_shown_name = 100;

std::string last_common_name(const X509_NAME* name) {
    int last = -1;
    for (int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1); at >= 0;
         at = X509_NAME_get_index_by_NID(name, NID_commonName, at)) {
        last = at;
    }
    const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, last);
    unsigned char* bytes = nullptr;
    const int size =
        entry == nullptr ? -1 : ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry));
    if (size < 0) {
        return {};
    }
    std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return text.find('\0') == std::string::npos ? text : std::string();
}

}  // namespace

Failure<Error> crypto_failure(std::string_view what) {
    const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return Failure{Error{std::make_error_code(std::errc::io_error),
                         fmt::format("{}: {}", what, reason != nullptr ? reason : "no reason")}};
}

std::string text_of(BIO* bytes) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bytes, &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string text_of(const ASN1_TIME* time) {
    std::tm calendar{};
    return ASN1_TIME_to_tm(time, &calendar) == 1 ? fmt::format("{:%Y-%m-%d %H:%M}", calendar)
                                                 : std::string();
}

std::string common_name(const X509* certificate) {
    const std::string name = last_common_name(X509_get_subject_name(certificate));
    return name.substr(0, name.find('/'));
}

std::string shown_name(const X509_NAME* name) {
    std::string text = last_common_name(name);
    if (text.empty()) {
        const Bytes line(BIO_new(BIO_s_mem()));
        X509_NAME_print_ex(line.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
        text = text_of(line.get());
    }
    return text.empty() ? "no name" : printable(shortened(text, longest_shown_name));
}

}  // namespace onhook::net
