#include "agent/sip_lines.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/text.h"
#include "net/random.h"

namespace onhook::agent {

namespace sip = wire::sip;
namespace registration = wire::sip::registration;
using sip::Transport;

namespace {

// A value of type Time: seconds with decimals (cisco-mpp.md 1.6); nothing where none is set.
std::optional<Duration> time_of(std::string_view value) {
    const std::string_view text = trim(value);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string decimals(point < text.size() ? text.substr(point + 1) : "");
    decimals.resize(3, '0');
    const auto whole =
        point == 0 ? std::optional(0U) : parse_number<unsigned>(text.substr(0, point));
    const auto thousandths = parse_number<unsigned>(decimals);
    if (!whole || !thousandths || *whole + *thousandths == 0 || *whole > 3600) {
        return std::nullopt;
    }
    return Seconds(*whole) + std::chrono::milliseconds(*thousandths);
}

std::string_view name_of_transport(Transport transport) {
    switch (transport) {
        case Transport::udp:
            return "udp";
        case Transport::tcp:
            return "tcp";
        case Transport::tls:
            break;
    }
    return "tls";
}

bool is_unspecified(std::string_view address) { return address == "0.0.0.0" || address == "::"; }

std::string as_host(std::string_view address) {
    return address.find(':') == std::string_view::npos ? std::string(address)
                                                       : fmt::format("[{}]", address);
}

// The domain of an account: a server that is configured as the name of a service belongs to one.
std::optional<sip::Host> domain_of(const profile::SipAccount& account) {
    std::string_view domain = account.domain;
    while (domain.starts_with('_') && domain.find('.') != std::string_view::npos) {
        domain.remove_prefix(domain.find('.') + 1);
    }
    const std::string host = as_host(domain);
    return sip::is_host(host) ? std::optional(sip::Host(host)) : std::nullopt;
}

std::string shown(const sip::Route& route) {
    return fmt::format(
        "{}:{} ({})", as_host(route.address), route.port, name_of_transport(route.transport));
}

}  // namespace

SipLines::SipLines(net::Loop& loop,
                   const profile::Dialect& dialect,
                   const profile::Identity& identity,
                   std::optional<net::NameServer> name_server,
                   Behind behind)
    : loop_(loop),
      dialect_(dialect),
      identity_(identity),
      name_server_(std::move(name_server)),
      behind_(std::move(behind)),
      transactions_(
          loop,
          {.delivered = [this](const sip::server::Deliver& request) { delivered(request); },
           .refused =
               [this](const std::string& what) {
                   behind_.say(LogEvent::sip_trouble, "SIP: " + what);
               }}),
      pnp_(loop, transactions_, [this](const phone::Event& event) { behind_.step(event); }) {}

Status<> SipLines::open(const SipSettings& settings, const profile::Values& values) {
    auto secret = net::random_token();
    if (!secret) {
        return Failure{std::move(secret).error()};
    }
    guard_.emplace(*std::move(secret));
    pnp_form_ = settings.pnp_form;
    registers_ = settings.registers;
    contact_ = settings.contact.empty() ? settings.address : settings.contact;
    any_address_ = is_unspecified(contact_);
    if (!sip::is_host(as_host(contact_))) {
        return Failure{Error{std::make_error_code(std::errc::invalid_argument),
                             fmt::format("'{}' is no address to be reached at", contact_)}};
    }
    std::uint16_t port = settings.port.value_or(0);
    if (!settings.port) {
        for (const profile::SipAccount& account : profile::sip_accounts(dialect_, values)) {
            port = port == 0 ? account.port : port;
        }
    }
    net::SipListen listen{.address = settings.address,
                          .udp_port = port,
                          .tcp_port = port,
                          .tls = settings.tls,
                          .trust = {settings.ca_file}};
    if (settings.tls) {
        listen.tls_port = static_cast<std::uint16_t>(port == 0 || port == 0xFFFF ? 0 : port + 1);
    }
    auto opened = transactions_.open(listen);
    if (!opened && !settings.port && port != 0) {
        // The profile wishes for a port that somebody else has: any is better than none.
        behind_.say(LogEvent::sip_other_port,
                    opened.error().detail + "; the phone takes another port");
        listen.udp_port = listen.tcp_port = 0;
        listen.tls_port = settings.tls ? std::optional<std::uint16_t>(0) : std::nullopt;
        opened = transactions_.open(listen);
    }
    return opened;
}

std::vector<std::string> SipLines::addresses() const {
    std::vector<std::string> all;
    for (const Transport transport : {Transport::udp, Transport::tcp, Transport::tls}) {
        if (const auto port = transactions_.port(transport); port != 0) {
            all.push_back(fmt::format(
                "sip:{}:{};transport={}", as_host(contact_), port, name_of_transport(transport)));
        }
    }
    return all;
}

sip::LocalAddress SipLines::local() const {
    return {.host = as_host(contact_),
            .udp = transactions_.port(Transport::udp),
            .tcp = transactions_.port(Transport::tcp),
            .tls = transactions_.port(Transport::tls)};
}

void SipLines::read(const profile::Values& values) {
    const auto& times = dialect_.sip_times;
    sip::ClientTransaction::Timers timers;
    timers.t1 = time_of(values.get(times.t1)).value_or(timers.t1);
    timers.t2 = std::max(time_of(values.get(times.t2)).value_or(timers.t2), timers.t1);
    timers.t4 = time_of(values.get(times.t4)).value_or(timers.t4);
    transactions_.set_timers(timers);
    policy_ = {};
    policy_.retry = time_of(values.get(times.retry)).value_or(policy_.retry);
    policy_.refused_retry = time_of(values.get(times.long_retry)).value_or(policy_.refused_retry);
    only_servers_ = profile::is_yes(values.get(dialect_.block_nonproxy_sip));
    const std::string_view own = values.get(dialect_.sip_user_agent);
    user_agent_ = own.empty() ? dialect_.user_agent(identity_) : std::string(own);
}

void SipLines::reached_at(const std::string& address) {
    if (!any_address_ || address.empty() || !sip::is_host(as_host(address))) {
        return;
    }
    contact_ = address;
    const phone::Phone* phone = behind_.phone();
    if (waits_ && phone != nullptr) {
        begin_life(phone->memory().values);
    }
}

void SipLines::begin_life(const profile::Values& values) {
    if (!transactions_.is_open() || stopped_) {
        return;
    }
    read(values);
    waits_ = is_unspecified(contact_);
    if (waits_) {
        return;
    }
    auto accounts = profile::sip_accounts(dialect_, values);
    for (profile::SipAccount& account : accounts) {
        account.registers = account.registers && registers_;
    }
    std::vector<unsigned> gone;
    for (auto& [number, line] : lines_) {
        const auto found =
            std::find_if(accounts.begin(), accounts.end(), [n = number](const auto& account) {
                return account.line == n;
            });
        const bool same = found != accounts.end() && !line.leaving && *found == line.account;
        line.next = found != accounts.end() && !same ? std::optional(*found) : std::nullopt;
        if (!same) {
            gone.push_back(number);
        }
    }
    for (const unsigned number : gone) {
        leave(number);
    }
    for (const profile::SipAccount& account : accounts) {
        if (!lines_.contains(account.line)) {
            start(account.line, account);
        }
        if (account.registers) {
            const auto& machine = lines_.at(account.line).registration;
            tell(account.line, machine && machine->is_registered());
        }
    }
}

void SipLines::reboot() {
    pnp_.stop();
    if (any_address_) {
        contact_ = "0.0.0.0";  // the next life asks the network again
    }
    std::vector<unsigned> numbers;
    for (auto& [number, line] : lines_) {
        line.next.reset();
        numbers.push_back(number);
    }
    for (const unsigned number : numbers) {
        leave(number);
    }
}

void SipLines::stop(std::function<void()> done) {
    stopped_ = std::move(done);
    reboot();
    say_if_stopped();
}

void SipLines::say_if_stopped() {
    if (stopped_ && lines_.empty()) {
        loop_.post(std::exchange(stopped_, nullptr));
    }
}

void SipLines::start(unsigned number, const profile::SipAccount& account) {
    Line& line = lines_[number];
    line = Line{};
    line.account = account;
    line.generation = ++last_generation_;
    const auto domain = domain_of(account);
    if (!account.registers || !domain) {
        return;
    }
    line.registration = std::make_unique<sip::Registration>(
        sip::RegistrationAccount{.domain = *domain,
                                 .user = account.user,
                                 .auth_user = account.auth_user,
                                 .password = account.password,
                                 .display_name = account.display_name,
                                 .user_agent = user_agent_,
                                 .expires = account.expires},
        local(),
        policy_,
        net::Loop::random_seed());
    line.timer = std::make_unique<net::Timer>(loop_);
    step(number, line.generation, registration::Started{});
}

void SipLines::leave(unsigned number) {
    Line& line = lines_.at(number);
    if (!line.registration) {
        ended(number);
    } else if (!std::exchange(line.leaving, true)) {
        step(number, line.generation, registration::StopRequested{});
    }
}

// Its registration is taken back: there is room for what the line is now.
void SipLines::ended(unsigned number) {
    const auto found = lines_.find(number);
    const auto next = std::move(found->second.next);
    lines_.erase(found);
    if (next && !stopped_) {
        start(number, *next);
    }
    say_if_stopped();
}

void SipLines::step(unsigned number, std::uint64_t generation, const registration::Event& event) {
    const auto found = lines_.find(number);
    if (found == lines_.end() || found->second.generation != generation) {
        return;
    }
    auto actions = found->second.registration->step(event, net::Loop::now());
    arm(number);
    for (registration::Action& action : actions) {
        carry_out(number, action);
    }
}

void SipLines::arm(unsigned number) {
    Line& line = lines_.at(number);
    if (const auto deadline = line.registration->next_deadline()) {
        line.timer->arm(*deadline, [this, number, generation = line.generation] {
            step(number, generation, registration::DeadlineReached{});
        });
    } else {
        line.timer->cancel();
    }
}

void SipLines::carry_out(unsigned number, registration::Action& action) {
    if (const auto* find = std::get_if<registration::FindTargets>(&action)) {
        find_targets(number, find->lookup);
    } else if (auto* send = std::get_if<registration::Send>(&action)) {
        send_request(number, std::move(*send));
    } else if (const auto* registered = std::get_if<registration::Registered>(&action)) {
        behind_.say(registered->was ? LogEvent::line_refreshed : LogEvent::line_registered,
                    fmt::format("line {} is registered with {} for {} s",
                                number,
                                shown(registered->with),
                                registered->expires.count()));
        tell(number, true);
    } else if (const auto* lost = std::get_if<registration::Lost>(&action)) {
        behind_.say(LogEvent::line_lost,
                    fmt::format("line {} lost its registration: {}", number, lost->why));
        tell(number, false);
    } else if (const auto* failed = std::get_if<registration::Failed>(&action)) {
        behind_.say(LogEvent::line_not_registered,
                    fmt::format("line {} could not be registered: {}; next try in {} s",
                                number,
                                failed->why,
                                std::chrono::ceil<Seconds>(failed->retry).count()));
    } else {
        ended(number);
    }
}

void SipLines::tell(unsigned number, bool registered) {
    if (behind_.phone() != nullptr) {
        behind_.step(phone::RegistrationChanged{number, registered});
    }
}

void SipLines::find_targets(unsigned number, registration::LookupId lookup) {
    Line& line = lines_.at(number);
    line.targets = std::make_unique<SipTargets>(
        loop_,
        line.account,
        name_server_,
        [this, number, generation = line.generation, lookup](SipTargetsAnswer answer) {
            const auto found = lines_.find(number);
            if (found == lines_.end() || found->second.generation != generation) {
                return;
            }
            registration::TargetsFound event{lookup, {}, std::move(answer.failure)};
            for (const SipTarget& target : answer.targets) {
                event.targets.push_back(target.route);
            }
            found->second.found = std::move(answer.targets);
            step(number, generation, event);
        });
}

void SipLines::send_request(unsigned number, registration::Send order) {
    const Line& line = lines_.at(number);
    std::string server_name;
    for (const SipTarget& target : line.found) {
        if (target.route == order.to) {
            server_name = target.server_name;
        }
    }
    transactions_.request(
        std::move(order.request),
        order.to,
        server_name,
        [this, number, generation = line.generation, attempt = order.attempt](
            Result<sip::Message, std::string> answer) {
            if (answer) {
                step(number, generation, registration::Answered{attempt, *std::move(answer)});
            } else {
                step(number, generation, registration::NotAnswered{attempt, answer.error()});
            }
        });
}

}  // namespace onhook::agent
