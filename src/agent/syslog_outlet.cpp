#include "agent/syslog_outlet.h"

#include <utility>

#include "phone/context.h"
#include "profile/local_time.h"
#include "profile/macro_context.h"
#include "wire/syslog/format.h"

namespace onhook::agent {

SyslogOutlet::SyslogOutlet(net::Loop& loop,
                           SyslogTransport transport,
                           const profile::Dialect& dialect,
                           const profile::Identity& identity,
                           OnFailure on_failure)
    : loop_(loop),
      transport_(transport),
      dialect_(dialect),
      identity_(identity),
      on_failure_(std::move(on_failure)) {}

void SyslogOutlet::send(const profile::Values& values,
                        phone::SyslogKind kind,
                        LogSeverity severity,
                        std::string_view text) {
    const auto& parameter = dialect_.parameter;
    const std::string_view server = values.get(parameter.syslog_server);
    if (server.empty() || !phone::reaches_syslog(kind, values.get(parameter.debug_level))) {
        return;
    }
    open(server);
    const profile::MacroContext macros(dialect_, identity_, values);
    const std::string_view identifier = values.get(parameter.syslog_identifier);
    std::string message = wire::syslog::format_rfc3164(
        {.priority = {wire::syslog::Facility::local0,
                      static_cast<wire::syslog::Severity>(severity)},
         .at = profile::local_time(phone::zone_of(dialect_, values, {}), net::Loop::wall_now()),
         .host = identifier == "None" ? "" : profile::expand(identifier, macros).text,
         .text = std::string(text)});
    if (stream_) {
        stream_->send(message);
    } else {
        datagrams_->send(std::move(message));
    }
}

void SyslogOutlet::open(std::string_view server) {
    if ((datagrams_ || stream_) && server_ == server) {
        return;
    }
    server_ = server;
    if (transport_ == SyslogTransport::tcp) {
        stream_ = std::make_unique<net::SyslogStream>(loop_, server_, on_failure_);
    } else {
        datagrams_ = std::make_unique<net::SyslogSender>(loop_, server_, on_failure_);
    }
}

}  // namespace onhook::agent
