#pragma once

// Inside src/wire/sip only: GNU oSIP's parser, as plain values. It is generous and passes over what
// it does not understand; so what it read is put together again and compared with the input, and
// whoever asks holds every piece against the grammar.
#include <optional>
#include <string>
#include <vector>

#include "wire/sip/params.h"

namespace onhook::wire::sip::osip {

struct Uri {
    std::string scheme;
    std::string userinfo;  // with ":password"
    std::string host;      // an IPv6 address with brackets
    std::string port;      // digits, or nothing
    std::vector<Param> params;
    std::string headers;
};

struct Via {
    std::string version;
    std::string transport;
    std::string host;
    std::string port;
    std::vector<Param> params;
};

struct NameAddr {
    std::string display;  // with its quotes
    std::string uri;
    std::vector<Param> params;
};

struct CSeq {
    std::string number;
    std::string method;
};

// Of one line without control characters. Nothing when oSIP refuses it or left out a part of it.
[[nodiscard]] std::optional<Uri> read_uri(const std::string& text);
[[nodiscard]] std::optional<Via> read_via(const std::string& text);
[[nodiscard]] std::optional<NameAddr> read_name_addr(const std::string& text);
[[nodiscard]] std::optional<CSeq> read_cseq(const std::string& text);

}  // namespace onhook::wire::sip::osip
