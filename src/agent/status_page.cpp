#include "agent/status_page.h"

#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/html.h"
#include "profile/mask.h"

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

void open_section(std::string& page, std::string_view title) {
    page += fmt::format("<h2>{}</h2>\n<table>\n", title);
}

void add_row(std::string& page, std::string_view label, std::string_view value) {
    page += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", html_escape(label), html_escape(value));
}

}  // namespace

std::string page_time(const std::optional<WallTime>& at) {
    if (!at) {
        return "[time unknown]";
    }
    return fmt::format("[{:%m/%d/%Y %H:%M:%S}]", fmt::gmtime(at->time_since_epoch().count()));
}

std::string page_line(const phone::ResyncRecord& record) {
    std::string line = fmt::format("{} Resync {} {}",
                                   page_time(record.at),
                                   record.succeeded ? "succeeded" : "failed",
                                   record.url);
    if (!record.error.empty()) {
        line += " -- " + record.error;
    }
    return line;
}

std::string status_page(const profile::Dialect& dialect,
                        const profile::Identity& identity,
                        const phone::Memory& memory) {
    const std::string product = dialect.product_name(identity.model);
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>{0} {1}</title><style>{2}</style></head>\n<body><main><h1>{0}</h1>\n",
        html_escape(product),
        identity.mac.to_colon_string(),
        style);
    open_section(page, "Product Information");
    add_row(page, "Product Name", product);
    add_row(page, "Software Version", identity.firmware);
    add_row(page, "MAC Address", identity.mac.to_string());
    add_row(page, "Customization", to_string(memory.customization));
    add_row(page, "Serial Number", identity.serial);
    add_row(page, "Hardware Version", identity.hardware);
    add_row(
        page, "Client Certificate", identity.client_certificate ? "Installed" : "Not Installed");
    page += "</table>\n";
    open_section(page, "Provisioning Status");
    add_row(page,
            "Provisioning Profile",
            profile::masked_rule(memory.values.get(dialect.parameter.profile_rules[0]),
                                 dialect.catalogue));
    for (std::size_t i = 0; i < phone::Memory::most_resyncs; ++i) {
        add_row(page,
                fmt::format("Provisioning Status {}", i + 1),
                i < memory.resyncs.size() ? page_line(memory.resyncs[i]) : "");
    }
    page += "</table>\n";
    open_section(page, "Reboot History");
    for (std::size_t i = 0; i < phone::Memory::most_reboots; ++i) {
        add_row(page,
                fmt::format("Reboot Reason {}", i + 1),
                i < memory.reboots.size() ? fmt::format("{} {}",
                                                        page_time(memory.reboots[i].at),
                                                        to_string(memory.reboots[i].reason))
                                          : "");
    }
    page += "</table>\n</main></body></html>\n";
    return page;
}

}  // namespace onhook::agent
