#pragma once

#include <string>

#include "base/secret.h"
#include "net/http_server.h"
#include "profile/dialect.h"
#include "server/log.h"
#include "server/store_queue.h"

namespace onhook::server {

// The administrators' REST API under /api/v1, on a listener of its own. Every request carries
// `Authorization: Bearer TOKEN`. Bodies and answers are JSON; a refusal is {"error": sentence}.
// A change that is answered 2xx is committed.
//
//   GET    devices                       all devices, ?after=MAC for the next page
//   POST   devices                       {mac, model, group, name, comment}
//   GET    devices/MAC                   one, with its effective settings and its last report
//   DELETE devices/MAC
//   GET    devices/MAC/report            the last report, as XML
//   GET    groups, POST groups           {name, comment}
//   PUT    settings/SCOPE/NAME           {value, access}; SCOPE: provider, group/NAME, device/MAC
//   DELETE settings/SCOPE/NAME
//   POST   import/devices                CSV, all or nothing
//   POST   import/profile/SCOPE          a flat profile becomes settings of that place
//   GET    messages                      syslog, the latest first, ?mac=MAC
class AdminApi {
  public:
    // All must outlive the handler.
    AdminApi(const profile::Dialect& dialect,
             StoreQueue& store,
             Secret<std::string> token,
             Log log);

    void serve(const net::HttpRequest& request, const net::HttpRespond& respond);

  private:
    struct Call;

    void devices(const Call& call);
    void device(const Call& call, std::string_view mac, std::string_view part);
    void groups(const Call& call);
    void settings(const Call& call, std::string_view place);
    void import_devices(const Call& call);
    void import_profile(const Call& call, std::string_view place);
    void messages(const Call& call);
    template <typename Ask>
    void answer_from_store(const Call& call, int status, Ask ask);

    const profile::Dialect& dialect_;
    StoreQueue& store_;
    Secret<std::string> token_;
    Log log_;
};

}  // namespace onhook::server
