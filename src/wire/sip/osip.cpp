#include "wire/sip/osip.h"

#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

// oSIP's headers use struct timeval and do not say where it comes from.
#include <osipparser2/osip_message.h>
#include <osipparser2/osip_parser.h>
#include <sys/time.h>

#include "base/check.h"
#include "base/text.h"

namespace onhook::wire::sip::osip {

namespace {

template <typename T, void (*release)(T*)>
struct Free {
    void operator()(T* handle) const noexcept { release(handle); }
};

template <typename T, int (*make)(T**), void (*release)(T*)>
std::unique_ptr<T, Free<T, release>> make_handle() {
    T* handle = nullptr;
    CHECK(make(&handle) == OSIP_SUCCESS);  // it fails when memory is out
    return std::unique_ptr<T, Free<T, release>>(handle);
}

std::string text_of(const char* text) { return text != nullptr ? text : ""; }

// oSIP decodes the escapes of a URI in place, where a %00 would end the text. So each percent sign
// goes in escaped, and comes out as it was sent.
std::string shielded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c;
        if (c == '%') {
            out += "25";
        }
    }
    return out;
}

// Outside of URIs oSIP decodes nothing.
std::string unshielded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out += text[i];
        i += text.substr(i).starts_with("%25") ? 2 : 0;
    }
    return out;
}

// Parameters of headers and of URIs have one form in oSIP.
std::vector<Param> params_of(const osip_list_t& list) {
    std::vector<Param> params;
    for (int i = 0; i < osip_list_size(&list); ++i) {
        const auto* param = static_cast<const osip_uri_param_t*>(osip_list_get(&list, i));
        params.push_back(Param{text_of(param->gname), std::nullopt});
        if (param->gvalue != nullptr) {
            params.back().value = param->gvalue;
        }
    }
    return params;
}

std::string with_brackets(const std::string& host) {
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Uri uri_of(const osip_uri_t& parsed) {
    Uri uri;
    uri.scheme = text_of(parsed.scheme);
    uri.userinfo = text_of(parsed.username);
    if (parsed.password != nullptr) {
        uri.userinfo += ":" + text_of(parsed.password);
    }
    uri.host = with_brackets(text_of(parsed.host));
    uri.port = text_of(parsed.port);
    uri.params = params_of(parsed.url_params);
    for (const Param& header : params_of(parsed.url_headers)) {
        uri.headers += uri.headers.empty() ? "" : "&";
        uri.headers += header.name + "=" + header.value.value_or("");
    }
    return uri;
}

std::string print(const std::vector<Param>& params) {
    std::string out;
    for (const Param& param : params) {
        out += ";" + param.name;
        if (param.value) {
            out += "=" + *param.value;
        }
    }
    return out;
}

std::string print(const Uri& uri) {
    std::string out = uri.scheme + ":";
    out += uri.userinfo.empty() ? "" : uri.userinfo + "@";
    out += uri.host;
    out += uri.port.empty() ? "" : ":" + uri.port;
    out += print(uri.params);
    out += uri.headers.empty() ? "" : "?" + uri.headers;
    return out;
}

std::string print(const Via& via) {
    const std::string port = via.port.empty() ? "" : ":" + via.port;
    return "SIP/" + via.version + "/" + via.transport + " " + via.host + port + print(via.params);
}

// What counts in a header: all but the blanks outside of quotes and angle brackets, and these
// brackets themselves. Nothing when one does not match another.
std::optional<std::string> significant(std::string_view text) {
    std::string out;
    bool quoted = false;
    bool in_brackets = false;
    int brackets = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted && c == '\\' && i + 1 < text.size()) {
            out += text[i++];
        } else if (!quoted && (c == '<' || c == '>')) {
            if (++brackets > 2 || in_brackets == (c == '<')) {
                return std::nullopt;
            }
            in_brackets = c == '<';
            continue;
        }
        if (quoted || in_brackets || !is_blank(c)) {
            out += text[i];
        }
    }
    return quoted || in_brackets ? std::nullopt : std::optional(std::move(out));
}

bool is_all_of(const std::string& read, const std::string& input) {
    const auto wanted = significant(input);
    return wanted && significant(read) == wanted;
}

}  // namespace

std::optional<Uri> read_uri(const std::string& text) {
    const auto uri = make_handle<osip_uri_t, osip_uri_init, osip_uri_free>();
    if (osip_uri_parse(uri.get(), shielded(text).c_str()) != OSIP_SUCCESS) {
        return std::nullopt;
    }
    Uri read = uri_of(*uri);
    return print(read) == text ? std::optional(std::move(read)) : std::nullopt;
}

std::optional<Via> read_via(const std::string& text) {
    const auto via = make_handle<osip_via_t, osip_via_init, osip_via_free>();
    if (osip_via_parse(via.get(), text.c_str()) != OSIP_SUCCESS) {
        return std::nullopt;
    }
    Via read{.version = text_of(via->version),
             .transport = text_of(via->protocol),
             .host = with_brackets(text_of(via->host)),
             .port = text_of(via->port),
             .params = params_of(via->via_params)};
    return is_all_of(print(read), text) ? std::optional(std::move(read)) : std::nullopt;
}

std::optional<NameAddr> read_name_addr(const std::string& text) {
    const auto address = make_handle<osip_from_t, osip_from_init, osip_from_free>();
    if (osip_from_parse(address.get(), shielded(text).c_str()) != OSIP_SUCCESS ||
        address->url == nullptr) {
        return std::nullopt;
    }
    NameAddr read{.display = unshielded(text_of(address->displayname)),
                  .uri = print(uri_of(*address->url)),
                  .params = params_of(address->gen_params)};
    for (Param& param : read.params) {
        param.name = unshielded(param.name);
        if (param.value) {
            param.value = unshielded(*param.value);
        }
    }
    const std::string whole = read.display + "<" + read.uri + ">" + print(read.params);
    return is_all_of(whole, text) ? std::optional(std::move(read)) : std::nullopt;
}

std::optional<CSeq> read_cseq(const std::string& text) {
    const auto cseq = make_handle<osip_cseq_t, osip_cseq_init, osip_cseq_free>();
    if (osip_cseq_parse(cseq.get(), text.c_str()) != OSIP_SUCCESS) {
        return std::nullopt;
    }
    CSeq read{text_of(cseq->number), text_of(cseq->method)};
    return is_all_of(read.number + " " + read.method, text) ? std::optional(std::move(read))
                                                            : std::nullopt;
}

}  // namespace onhook::wire::sip::osip
