#include "agent/network_lease.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/printable.h"
#include "base/text.h"
#include "net/durable_file.h"
#include "profile/mask.h"
#include "wire/dhcp/lease_file.h"

namespace onhook::agent {

namespace dhcp = wire::dhcp;

namespace {

// Of a value that is shown.
constexpr std::size_t longest_shown = 200;
// What a parameter that lists option numbers may add to those of the dialect.
constexpr std::size_t most_wanted = 64;

// The numbers of "66,160,159", each once.
template <typename Number>
void add_listed(std::string_view listed, std::vector<Number>& wanted) {
    for (const std::string_view text : split(listed, ',')) {
        const auto number = parse_number<Number>(trim(text));
        const bool new_one = number && *number != 0 &&
                             std::find(wanted.begin(), wanted.end(), *number) == wanted.end();
        if (new_one && wanted.size() < most_wanted) {
            wanted.push_back(*number);
        }
    }
}

std::string shown(std::string_view value) {
    const std::string masked = printable(profile::masked_rule(value));
    const std::string_view start = shortened(masked, longest_shown);
    return std::string(start) + (start.size() < masked.size() ? "…" : "");
}

// "66 = tftp://192.0.2.1, DHCPv6 59 = …; domain example.com".
std::string shown(const dhcp::Answer& answer) {
    std::vector<std::string> parts;
    for (const auto& [code, text] : answer.options) {
        parts.push_back(fmt::format("{} = {}", code, shown(text)));
    }
    for (const auto& [code, text] : answer.options6) {
        parts.push_back(fmt::format("DHCPv6 {} = {}", code, shown(text)));
    }
    if (!answer.domain.empty()) {
        parts.push_back("domain " + answer.domain);
    }
    return parts.empty() ? "nothing for a phone" : fmt::format("{}", fmt::join(parts, ", "));
}

// What is of the network and not given by hand.
template <typename Number>
void add_missing(const std::vector<std::pair<Number, std::string>>& offered,
                 std::vector<std::pair<Number, std::string>>& options) {
    const auto given = options;
    for (const auto& option : offered) {
        const bool by_hand = std::any_of(
            given.begin(), given.end(), [&](const auto& one) { return one.first == option.first; });
        if (!by_hand) {
            options.push_back(option);
        }
    }
}

phone::Lease with_answer(phone::Lease lease, const dhcp::Answer& answer) {
    phone::DhcpAnswer all = *lease.dhcp;
    if (all.domain.empty()) {
        all.domain = answer.domain;
    }
    add_missing(answer.options, all.options);
    add_missing(answer.options6, all.options6);
    lease.dhcp = std::move(all);
    return lease;
}

std::vector<LeaseFile> usual_files(const net::NetworkInterface& interface) {
    return {
        {LeaseFileKind::networkd, fmt::format("/run/systemd/netif/leases/{}", interface.index)},
        {LeaseFileKind::dhcpcd, fmt::format("/var/lib/dhcpcd/{}.lease", interface.name)},
        {LeaseFileKind::dhclient, fmt::format("/var/lib/dhcp/dhclient.{}.leases", interface.name)},
        {LeaseFileKind::dhclient, "/var/lib/dhcp/dhclient.leases"}};
}

Result<std::optional<dhcp::Message>, ParseError> parse(const LeaseFile& file,
                                                       std::string_view bytes,
                                                       std::string_view interface) {
    const WallTime now = net::Loop::wall_now();
    std::error_code unknown;
    const auto changed = std::filesystem::last_write_time(file.path, unknown);
    const WallTime written =
        unknown ? now : std::chrono::floor<Seconds>(std::chrono::file_clock::to_sys(changed));
    switch (file.kind) {
        case LeaseFileKind::networkd:
            return dhcp::read_networkd_lease(bytes, written, now);
        case LeaseFileKind::dhcpcd:
            return dhcp::read_dhcpcd_lease(bytes, written, now);
        case LeaseFileKind::dhclient:
            break;
    }
    return dhcp::read_dhclient_leases(bytes, interface, now);
}

// The lease in a file; nothing when there is no such file or no lease in it that holds. The error
// is a sentence.
Result<std::optional<dhcp::Message>, std::string> read_lease(const LeaseFile& file,
                                                             std::string_view interface) {
    const auto bytes = net::read_file(file.path, dhcp::lease_file_limit);
    if (!bytes) {
        if (bytes.error().code == std::errc::no_such_file_or_directory) {
            return std::optional<dhcp::Message>();
        }
        return Failure{bytes.error().detail};
    }
    auto lease = parse(file, *bytes, interface);
    if (!lease) {
        return Failure{fmt::format(
            "{}, byte {}: expected {}", file.path, lease.error().offset, lease.error().expected)};
    }
    return *std::move(lease);
}

dhcp::Answer merged(const std::vector<dhcp::Answer>& answers) {
    dhcp::Answer all;
    for (const dhcp::Answer& one : answers) {
        all.domain = all.domain.empty() ? one.domain : all.domain;
        all.options.insert(all.options.end(), one.options.begin(), one.options.end());
        all.options6.insert(all.options6.end(), one.options6.begin(), one.options6.end());
        all.left_out.insert(all.left_out.end(), one.left_out.begin(), one.left_out.end());
    }
    return all;
}

}  // namespace

std::optional<LeaseFile> LeaseFile::parse(std::string_view text) {
    for (const auto& [name, kind] : {std::pair("networkd=", LeaseFileKind::networkd),
                                     std::pair("dhcpcd=", LeaseFileKind::dhcpcd),
                                     std::pair("dhclient=", LeaseFileKind::dhclient)}) {
        const std::string_view start(name);
        if (text.starts_with(start) && text.size() > start.size()) {
            return LeaseFile{kind, std::string(text.substr(start.size()))};
        }
    }
    return std::nullopt;
}

dhcp::Question dhcp_question(const profile::Dialect& dialect,
                             const profile::Identity& identity,
                             const profile::Values& values) {
    const auto& octets = identity.mac.octets();
    dhcp::Question question;
    question.hardware.assign(octets.begin(), octets.end());
    question.vendor_class = dialect.dhcp.vendor_class(identity.model);
    question.reading = {dialect.dhcp.enterprise,
                        dialect.dhcp.reads_header_fields ? dhcp::HeaderFields::last_fallback
                                                         : dhcp::HeaderFields::ignored};
    question.wanted = dialect.dhcp.options;
    question.wanted6 = dialect.dhcp.options6;
    for (const auto id : {dialect.parameter.dhcp_options, dialect.provisioning.more_options}) {
        add_listed(id.exists() ? values.get(id) : "", question.wanted);
    }
    for (const auto id : {dialect.parameter.dhcpv6_options, dialect.provisioning.more_options6}) {
        add_listed(id.exists() ? values.get(id) : "", question.wanted6);
    }
    return question;
}

NetworkLease::NetworkLease(
    net::Loop& loop, LeaseSettings settings, phone::Lease given, Sink sink, Say say)
    : loop_(loop),
      settings_(std::move(settings)),
      given_(std::move(given)),
      sink_(std::move(sink)),
      say_(std::move(say)),
      timer_(loop) {
    forget();
}

void NetworkLease::forget() {
    timer_.cancel();
    inquiry4_.reset();
    inquiry6_.reset();
    answers_.clear();
    from_.clear();
    known_.reset();
    if (settings_.sources.empty()) {
        known_ = given_;
    }
}

void NetworkLease::ask(dhcp::Question question) {
    forget();
    question_ = std::move(question);
    next_source_ = 0;
    patience_ends_ = net::Loop::now() + LeasePatience{}.address;
    timer_.arm(net::Loop::now(), [this] { look_for_address(); });
}

// A phone may start before the system's client has brought the interface up.
void NetworkLease::look_for_address() {
    auto found = net::find_interface(settings_.interface);
    const bool ready = found && !found->ipv4.empty();
    if (!ready && net::Loop::now() < patience_ends_) {
        timer_.arm(net::Loop::now() + 500ms, [this] { look_for_address(); });
        return;
    }
    if (found) {
        interface_ = *std::move(found);
    } else {
        interface_ = {};
        say_(LogEvent::lease_not_readable, found.error().detail);
        next_source_ = settings_.sources.size();  // no lease is an unknown interface's
    }
    next_source();
}

void NetworkLease::next_source() {
    while (answers_.empty() && next_source_ < settings_.sources.size()) {
        if (settings_.sources[next_source_++] == LeaseSource::files) {
            read_files();
            continue;
        }
        ask_server(dhcp::Version::v4);
        ask_server(dhcp::Version::v6);
        if (inquiry4_ || inquiry6_) {
            return;  // answered() goes on
        }
    }
    finish();
}

void NetworkLease::ask_server(dhcp::Version version) {
    const bool four = version == dhcp::Version::v4;
    question_.version = version;
    auto started = net::DhcpInquiry::start(
        loop_,
        interface_,
        question_,
        [this, version](const dhcp::Finished& finished) { answered(version, finished); },
        [this](std::string why) { say_(LogEvent::lease_not_readable, "DHCP: " + std::move(why)); });
    if (started) {
        (four ? inquiry4_ : inquiry6_) = *std::move(started);
        return;
    }
    // A network of one version is an ordinary one.
    const bool lacks_address = started.error().code == std::errc::address_not_available;
    say_(lacks_address ? LogEvent::lease_of_one_version : LogEvent::lease_not_readable,
         started.error().detail);
}

void NetworkLease::answered(dhcp::Version version, const dhcp::Finished& finished) {
    const bool four = version == dhcp::Version::v4;
    (four ? inquiry4_ : inquiry6_).reset();
    if (finished.answer) {
        answers_.insert(four ? answers_.begin() : answers_.end(), *finished.answer);
        from_ += (from_.empty() ? "" : " and ") + finished.detail;
    } else {
        say_(LogEvent::lease_unanswered,
             fmt::format(
                 "{} on {}: {}", four ? "DHCP" : "DHCPv6", interface_.name, finished.detail));
    }
    if (!inquiry4_ && !inquiry6_) {
        timer_.cancel();
        next_source();
    } else if (finished.answer) {
        timer_.arm(net::Loop::now() + LeasePatience{}.other, [this] {
            inquiry4_.reset();
            inquiry6_.reset();
            next_source();
        });
    }
}

void NetworkLease::read_files() {
    const auto& files = settings_.files.empty() ? usual_files(interface_) : settings_.files;
    for (const LeaseFile& file : files) {
        const auto lease = read_lease(file, interface_.name);
        if (!lease) {
            say_(LogEvent::lease_not_readable, "DHCP: " + lease.error());
        } else if (*lease) {
            answers_.push_back(dhcp::read_answer(**lease, question_.reading));
            from_ = file.path;
            return;
        }
    }
}

void NetworkLease::finish() {
    const dhcp::Answer answer = merged(answers_);
    if (answers_.empty()) {
        say_(LogEvent::lease_missing,
             fmt::format("DHCP on {} gave nothing; check that a server answers there, or give the "
                         "options with --dhcp-option",
                         settings_.interface));
    } else {
        say_(LogEvent::lease_read,
             fmt::format("DHCP on {}, from {}: {}", interface_.name, from_, shown(answer)));
        if (!answer.left_out.empty()) {
            say_(LogEvent::lease_not_readable,
                 fmt::format("DHCP: not readable: {}", fmt::join(answer.left_out, "; ")));
        }
    }
    known_ = with_answer(given_, answer);
    if (known_->ip.view().empty()) {
        known_->ip = interface_.ipv4.empty() ? interface_.ipv6_link_local : interface_.ipv4;
    }
    sink_(*known_);
}

}  // namespace onhook::agent
