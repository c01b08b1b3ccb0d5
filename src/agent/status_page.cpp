#include "agent/status_page.h"

#include <string_view>

#include <fmt/format.h>

#include "base/html.h"
#include "phone/status.h"

namespace onhook::agent {

namespace {

constexpr std::string_view style =
    "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:44rem;padding:1rem;"
    "color:#1b1f24;background:#fff}"
    "h1{font-size:1.3rem}h2{font-size:1.05rem;margin:1.5rem 0 .3rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.25rem .5rem .25rem 0;border-bottom:1px solid #d5dae0;"
    "vertical-align:top;overflow-wrap:anywhere}th{font-weight:500;width:14rem;color:#4b5563}"
    "@media(max-width:30rem){th{width:8rem}}"
    "@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e8eb}"
    "th{color:#a9b1ba}th,td{border-color:#333a41}}";

void add_row(std::string& page, std::string_view label, std::string_view value) {
    page += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html_escape(label), html_escape(value));
}

}  // namespace

std::string status_page(const profile::Dialect& dialect,
                        const profile::Identity& identity,
                        const phone::Memory& memory,
                        const phone::Registrations& registrations) {
    const std::string product = dialect.product_name(identity.model);
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>{0} {1}</title><style>{2}</style></head>\n<body><main><h1>{0}</h1>\n",
        html_escape(product),
        identity.mac.to_colon_string(),
        style);
    const auto status =
        phone::status_document(dialect, identity, memory, registrations, phone::StatusForm::page);
    for (const profile::StatusSection& section : status.sections) {
        page += fmt::format("<h2>{}</h2>\n<table>\n", html_escape(section.label));
        for (const profile::StatusField& field : section.fields) {
            add_row(page, field.label, field.value);
        }
        page += "</table>\n";
    }
    page += "</main></body></html>\n";
    return page;
}

}  // namespace onhook::agent
