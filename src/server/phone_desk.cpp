#include "server/phone_desk.h"

#include <utility>

#include <fmt/format.h>

#include "base/printable.h"
#include "provision/effective_settings.h"
#include "provision/redirect.h"
#include "provision/render.h"
#include "provision/report.h"
#include "provision/server_layer.h"

namespace onhook::server {

// One request on its way through the desk.
struct PhoneDesk::Visit {
    PhoneAsk ask;
    Respond respond;
    std::optional<MacAddress> mac;  // once somebody was made out
};

namespace {

PhoneAnswer plain(int status, std::string_view text) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = fmt::format("{}\n", text)};
}

PhoneAnswer document(std::string body) {
    return {.status = 200, .content_type = "application/xml", .body = std::move(body)};
}

// What the log and the contacts may show of a request: no query, which may carry a token, and no
// more than a line.
std::string what_of(const PhoneAsk& ask) {
    constexpr std::size_t longest_method = 16;
    constexpr std::size_t longest_path = 200;
    const std::string_view path = std::string_view(ask.target).substr(0, ask.target.find('?'));
    return printable(
        fmt::format("{} {}", shortened(ask.method, longest_method), shortened(path, longest_path)));
}

constexpr std::size_t longest_content_type = 255;

// What the provider decided, below what the server itself asks of every phone. Over TFTP a phone
// does not say where it reached us, and the server asks nothing.
provision::EffectiveSettings effective_settings(const profile::Dialect& dialect,
                                                const store::ProfileInputs& inputs,
                                                const std::optional<Url>& base) {
    std::vector<provision::Layer> root_to_leaf;
    if (base) {
        root_to_leaf.push_back(provision::server_layer(dialect, *base));
    }
    root_to_leaf.insert(root_to_leaf.end(), inputs.root_to_leaf.begin(), inputs.root_to_leaf.end());
    return provision::merge(*dialect.catalogue, root_to_leaf);
}

bool reads(std::string_view method) { return method == "GET" || method == "HEAD"; }

bool uploads(std::string_view method) { return method == "PUT" || method == "POST"; }

}  // namespace

PhoneDesk::PhoneDesk(const profile::Dialect& dialect,
                     StoreQueue& store,
                     ContactBook& contacts,
                     Log log)
    : dialect_(dialect), store_(store), contacts_(contacts), log_(std::move(log)) {}

void PhoneDesk::answer(const Visit& visit, PhoneAnswer answer, std::string_view why) {
    const PhoneAsk& ask = visit.ask;
    const std::string what = what_of(ask);
    log_(answer.status < 400 ? LogEvent::request_answered : LogEvent::request_refused,
         fmt::format("{} {} {} {} {} bytes to {}{}{}{}",
                     ask.transport,
                     what,
                     answer.status,
                     visit.mac ? visit.mac->to_string() : "-",
                     answer.body.size(),
                     ask.peer,
                     why.empty() ? "" : " (",
                     why,
                     why.empty() ? "" : ")"));
    if (visit.mac) {
        contacts_.note({*visit.mac, net::Loop::wall_now(), what, answer.status});
    }
    visit.respond(std::move(answer));
}

void PhoneDesk::refuse(const Visit& visit, const provision::Refusal& refusal) {
    answer(visit, plain(refusal.status, "Not for you."), refusal.reason);
}

// The store is at fault, not the phone: it may come again.
void PhoneDesk::apologise(const Visit& visit, std::string_view why) {
    PhoneAnswer later = plain(503, "The provider's store does not answer; try again later.");
    later.retry_later = true;
    answer(visit, std::move(later), why);
}

template <typename Ask, typename Then>
void PhoneDesk::consult(Visit visit, Ask ask, Then then) {
    const auto waiting = std::make_shared<Visit>(std::move(visit));
    const bool queued =
        store_.run(std::move(ask), [waiting, then = std::move(then)](auto result) mutable {
            then(*waiting, std::move(result));
        });
    if (!queued) {
        apologise(*waiting, "the store is behind");
    }
}

void PhoneDesk::ask(PhoneAsk asked, Respond respond) {
    Visit visit{std::move(asked), std::move(respond), {}};
    const auto request = provision::read_request_target(visit.ask.target);
    if (!request) {
        answer(visit, plain(400, "This request cannot be understood."), request.error().expected);
        return;
    }
    if (request->kind == provision::RequestKind::unknown) {
        answer(visit, plain(404, "There is nothing here."));
        return;
    }
    const bool is_report = request->kind == provision::RequestKind::report;
    if (is_report ? !uploads(visit.ask.method) : !reads(visit.ask.method)) {
        PhoneAnswer not_so = plain(
            405, is_report ? "Reports are sent by PUT or POST." : "Only GET is understood here.");
        not_so.allow = is_report ? "PUT, POST" : "GET, HEAD";
        answer(visit, std::move(not_so));
        return;
    }
    const auto device =
        provision::claimed_device(provision::claims_of(*request, visit.ask.user_agent));
    if (!device) {
        refuse(visit, device.error());
        return;
    }
    visit.mac = *device;
    switch (request->kind) {
        case provision::RequestKind::profile:
            give_profile(std::move(visit), *device);
            break;
        case provision::RequestKind::redirect:
            give_redirect(std::move(visit), *device);
            break;
        case provision::RequestKind::report:
            take_report(std::move(visit), *device);
            break;
        case provision::RequestKind::unknown:
            break;
    }
}

void PhoneDesk::give_profile(Visit visit, MacAddress mac) {
    const std::optional<Url> base = visit.ask.base;  // before the visit moves on
    consult(
        std::move(visit),
        [mac, &dialect = dialect_, base](store::Store& store) {
            return store.profile_inputs(mac).transform([&](auto inputs) {
                return inputs ? std::optional(provision::render_profile(
                                    effective_settings(dialect, *inputs, base)))
                              : std::nullopt;
            });
        },
        [this, mac](const Visit& asker, Result<std::optional<std::string>> profile) {
            if (!profile) {
                apologise(asker, profile.error().detail);
            } else if (!*profile) {
                refuse(asker, provision::unknown_device(mac));
            } else {
                answer(asker, document(**std::move(profile)));
            }
        });
}

// 7.1: an unknown device gets the empty 200 that ends its asking.
void PhoneDesk::give_redirect(Visit visit, MacAddress mac) {
    if (!visit.ask.base) {
        answer(visit, plain(404, "There is nothing here."));
        return;
    }
    const Url base = *visit.ask.base;
    consult(
        std::move(visit),
        [mac, base, &dialect = dialect_](store::Store& store) {
            return store.profile_inputs(mac).transform([&](auto inputs) {
                if (!inputs) {
                    return provision::redirect_document(dialect, base, nullptr);
                }
                const auto effective = effective_settings(dialect, *inputs, base);
                return provision::redirect_document(dialect, base, &effective);
            });
        },
        [this](const Visit& asker, Result<std::string> redirect) {
            if (!redirect) {
                apologise(asker, redirect.error().detail);
            } else {
                const std::string_view why = redirect->empty() ? "unknown device" : "";
                answer(asker, document(*std::move(redirect)), why);
            }
        });
}

// Acknowledged is durable: the answer waits for the commit.
void PhoneDesk::take_report(Visit visit, MacAddress mac) {
    const auto report = provision::read_report(*dialect_.catalogue, visit.ask.body);
    if (!report) {
        answer(visit, plain(400, report.error().detail), report.error().detail);
        return;
    }
    store::ReportRecord record{mac,
                               net::Loop::wall_now(),
                               report->kind,
                               visit.ask.content_type.substr(0, longest_content_type),
                               provision::report_document(*report),
                               static_cast<std::uint32_t>(report->size())};
    consult(
        std::move(visit),
        [record = std::move(record)](store::Store& store) { return store.add_report(record); },
        [this, mac](const Visit& asker, const Status<>& stored) {
            if (stored) {
                answer(asker, {.status = 204});
            } else if (stored.error().code == store::Fault::not_found) {
                refuse(asker, provision::unknown_device(mac));
            } else {
                apologise(asker, stored.error().detail);
            }
        });
}

}  // namespace onhook::server
