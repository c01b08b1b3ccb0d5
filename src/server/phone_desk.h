#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/url.h"
#include "profile/dialect.h"
#include "provision/admission.h"
#include "provision/request_path.h"
#include "server/contact_book.h"
#include "server/log.h"
#include "server/store_queue.h"

namespace onhook::server {

// What a phone asks, whatever it came over.
struct PhoneAsk {
    std::string method;           // GET, HEAD, PUT, POST; TFTP reads are GET
    std::string target;           // path and query, starts with "/"
    std::string user_agent = {};  // empty over TFTP
    std::string content_type = {};
    std::string body = {};       // of an upload
    std::string peer = {};       // address, for the log
    std::string transport = {};  // "http", "https", "tftp", for the log
    // Where this phone reaches us, as it wrote it; what a redirect points to. Nothing over TFTP.
    std::optional<Url> base = {};
};

struct PhoneAnswer {
    int status = 200;  // as HTTP; TFTP translates
    std::string content_type = {};
    std::string body = {};
    bool retry_later = false;  // overloaded
    std::string allow = {};    // with 405: the methods that are understood
};

// Answers everything that phones ask: profile, redirect, report. It reads the request, lets
// provision decide, and lets the store remember. One log line and one contact a request.
class PhoneDesk {
  public:
    using Respond = std::function<void(PhoneAnswer)>;

    // All must outlive the desk.
    PhoneDesk(const profile::Dialect& dialect, StoreQueue& store, ContactBook& contacts, Log log);

    // `respond` is called once, on the loop, maybe before this returns.
    void ask(PhoneAsk ask, Respond respond);

  private:
    struct Visit;

    // Asks the store about a visit; `then` gets the visit and what `ask` returned.
    template <typename Ask, typename Then>
    void consult(Visit visit, Ask ask, Then then);
    void answer(const Visit& visit, PhoneAnswer answer, std::string_view why = {});
    void refuse(const Visit& visit, const provision::Refusal& refusal);
    void apologise(const Visit& visit, std::string_view why);
    void give_profile(Visit visit, MacAddress mac);
    void give_redirect(Visit visit, MacAddress mac);
    void take_report(Visit visit, MacAddress mac);

    const profile::Dialect& dialect_;
    StoreQueue& store_;
    ContactBook& contacts_;
    Log log_;
};

}  // namespace onhook::server
