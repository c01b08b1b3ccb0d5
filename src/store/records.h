#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/mac_address.h"
#include "base/time.h"
#include "provision/device.h"
#include "provision/report.h"
#include "provision/setting.h"

namespace onhook::store {

// Everything that decides what a device gets, read at one moment.
struct ProfileInputs {
    provision::Device device;
    std::vector<provision::Layer> root_to_leaf;  // for provision::merge()
};

using provision::ReportKind;

// A report as it was taken in, without its secrets.
struct ReportRecord {
    MacAddress mac;
    WallTime received_at;
    ReportKind kind = ReportKind::configuration;
    std::string content_type = {};
    std::string body = {};
    std::uint32_t parameter_count = 0;

    friend bool operator==(const ReportRecord&, const ReportRecord&) = default;
};

// When a phone was last heard of, and how that went.
struct Contact {
    MacAddress mac;
    WallTime at;
    std::string what;  // "GET /000e08012345.xml"
    int status = 0;    // as HTTP

    friend bool operator==(const Contact&, const Contact&) = default;
};

// One syslog message of a phone.
struct SyslogMessage {
    WallTime received_at;
    std::string peer;                    // address:port that sent it
    std::optional<MacAddress> mac = {};  // when the message or its peer says who it is
    int severity = 0;                    // 0 emergency .. 7 debug (RFC 5424 6.2.1)
    std::string text = {};

    friend bool operator==(const SyslogMessage&, const SyslogMessage&) = default;
};

// A page of a list is at most this long, whatever is asked for.
constexpr std::size_t max_page = 1000;

struct DeviceQuery {
    std::optional<provision::GroupName> group = {};  // only its devices
    std::string contains = {};                       // in MAC or name, in any case of A to Z
    std::optional<MacAddress> after = {};            // the last device of the page before
    std::size_t limit = max_page;
};

struct ContactQuery {
    std::optional<MacAddress> after = {};
    std::size_t limit = max_page;
};

struct MessageQuery {
    std::optional<MacAddress> mac = {};
    std::size_t limit = 100;
};

}  // namespace onhook::store
