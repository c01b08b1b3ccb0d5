#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/text.h"
#include "phone/phone.h"
#include "support/sample_flyingvoice.h"
#include "support/sample_phone.h"

// One phone in virtual time against servers that answer as a test told them. Nothing takes time
// but the phone's own timers. After every step it checks what always holds: nothing is remembered
// that was not saved, and no two transfers of one kind run at once.
namespace onhook::test {

// The redirect service of the tests.
inline constexpr std::string_view redirect_host = "rc.test";
inline const std::string redirect_rule =
    "https://rc.test/software/edos/callhome/rc?id=$MAU:$SN:$PN";
inline const std::string redirect_url =
    "https://rc.test/software/edos/callhome/rc?id=000E08012345:88012BA01234:CP-8841-3PCC";

struct Reply {
    int status = 200;
    std::string body = {};
    std::string location = {};
    std::string challenge = {};
    std::optional<phone::TransferFault> fault = {};
    std::optional<phone::StoredFile> stored = {};  // of a transfer that stores what it brings
    std::string etag = {};
    std::string last_modified = {};
    std::string authority = {};  // of a file of CAs
};

// What a failed property shows.
inline std::ostream& operator<<(std::ostream& out, const Reply& reply) {
    out << reply.status << " '" << reply.body << "' '" << reply.location << "'";
    if (reply.fault) {
        out << " fault " << static_cast<int>(*reply.fault);
    }
    return out;
}

struct Request {
    Seconds at{0};  // since the first power-up
    std::string url;
    phone::Method method = phone::Method::get;
    std::string body = {};
    std::string content_type;
    std::string user;  // of the authorization, if any
    bool key = false;  // there is a key to open the answer, or to seal the body
    bool ikm = false;  // and with the keying material
    std::string certificate_name;
    bool upload = false;
    std::string user_agent = {};
    bool unasked = false;  // the authorization answers no challenge
    std::string if_none_match = {};
    std::string if_modified_since = {};
    phone::Purpose purpose = phone::Purpose::profile;
    std::string store_as = {};
    unsigned store_count = 0;
    std::uint64_t store_bytes = 0;
};

// The machines of a phone; each has at most one transfer at a time.
enum class Kind { resync, redirect, report, upgrade, authority };

class PhoneWorld {
  public:
    explicit PhoneWorld(const SamplePhone& sample = {}, std::string redirect = {})
        : PhoneWorld(*sample.dialect, sample.identity, sample.values, std::move(redirect)) {}

    explicit PhoneWorld(const SampleFlyingvoice& sample)
        : PhoneWorld(*sample.dialect, sample.identity, sample.values, {}) {}

    // Replies are used up one by one; the last one stays.
    PhoneWorld& serve(std::string url, Reply reply) {
        replies_[std::move(url)].push_back(std::move(reply));
        return *this;
    }

    PhoneWorld& serve_profile(std::string url, std::string_view elements) {
        return serve(
            std::move(url),
            {200, "<flat-profile>" + std::string(elements) + "</flat-profile>", {}, {}, {}});
    }

    PhoneWorld& serve_fault(std::string url, phone::TransferFault fault) {
        Reply reply;
        reply.fault = fault;
        return serve(std::move(url), std::move(reply));
    }

    // What DNS has under this name.
    PhoneWorld& serve_srv(std::string name, std::vector<phone::SrvTarget> targets) {
        srv_[std::move(name)] = std::move(targets);
        return *this;
    }

    // How the phone reads the documents, and where it is; from the next boot on.
    [[nodiscard]] phone::Settings& settings() { return settings_; }

    // A call holds a line, or none does any more.
    PhoneWorld& lines(bool busy) {
        step(phone::LinesChanged{busy});
        return settle();
    }

    // Somebody changes a setting on the web page.
    PhoneWorld& submit(std::string_view name, std::string value) {
        step(phone::ValuesSubmitted{{9}, {{std::string(name), std::move(value)}}});
        return settle();
    }

    // What is in the phone's partitions before its first boot.
    PhoneWorld& start_with(phone::Firmware firmware) {
        saved_.firmware = std::move(firmware);
        return *this;
    }

    // What the phone remembers of customization before its first boot.
    PhoneWorld& start_with(phone::CustomizationState state) {
        saved_.customization = state;
        return *this;
    }

    PhoneWorld& power_up(phone::Lease lease = {"192.168.1.100"}, std::uint64_t seed = 1) {
        lease_ = std::move(lease);
        seed_ = seed;
        boot(phone::BootReason::power_up);
        return hold_transfers ? *this : run_for(Duration(0));
    }

    // A boot for another reason than power.
    PhoneWorld& start(phone::BootReason reason) {
        boot(reason);
        return *this;
    }

    PhoneWorld& run_for(Duration time) {
        const TimePoint end = now_ + time;
        settle();
        // A timer that is due at once and stays due would be a busy loop in the phone.
        int steps = 0;
        while (phone_->next_deadline() && *phone_->next_deadline() <= end) {
            always(++steps < 1'000'000, "a deadline that was told is over");
            now_ = std::max(now_, *phone_->next_deadline());
            step(phone::DeadlineReached{});
            settle();
        }
        now_ = end;
        return *this;
    }

    // Until no transfer is under way; no time passes.
    PhoneWorld& settle() {
        while (!under_way_.empty() || !lookups_under_way_.empty()) {
            if (!lookups_under_way_.empty()) {
                const phone::LookUpServers lookup = lookups_under_way_.front();
                lookups_under_way_.pop_front();
                step(phone::ServersLookedUp{lookup.lookup, srv_[lookup.name]});
                continue;
            }
            const phone::StartTransfer transfer = std::move(under_way_.front());
            under_way_.pop_front();
            answer(transfer);
        }
        return *this;
    }

    void step(const phone::Event& event) { carry_out(phone_->step(event, now_)); }

    // What waits for an answer while transfers are held, oldest first.
    [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }

    // The n-th of them gets this answer, or what serve() said.
    void reply_to(std::size_t index, const std::optional<Reply>& reply = {}) {
        const phone::StartTransfer transfer = under_way_.at(index);
        under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(index));
        reply ? give(transfer, *reply) : answer(transfer);
    }

    // Time passes without answers; due deadlines are told.
    void wait(Duration time) {
        now_ += time;
        if (phone_->next_deadline() && *phone_->next_deadline() <= now_) {
            step(phone::DeadlineReached{});
        }
    }

    void wait_for_deadline() { wait(std::max(Duration(0), *phone_->next_deadline() - now_)); }

    // The power fails after so many further actions; the next life starts from what was saved.
    void cut_power_after(std::size_t actions) { cut_in_ = actions; }

    [[nodiscard]] bool power_was_cut() const { return was_cut_; }

    [[nodiscard]] phone::TransferId id_under_way(std::size_t index) const {
        return under_way_.at(index).transfer;
    }

    [[nodiscard]] phone::Phone& phone() { return *phone_; }

    [[nodiscard]] const phone::Memory& saved() const { return saved_; }

    [[nodiscard]] Seconds now() const {
        return std::chrono::floor<Seconds>(now_.time_since_epoch());
    }

    [[nodiscard]] std::string get(std::string_view name) const {
        return std::string(saved_.values.get(*saved_.values.catalogue().find(name)));
    }

    // Every text that left the phone or its log.
    [[nodiscard]] std::string everything_said() const {
        std::string all;
        for (const auto* lines : {&log, &syslog}) {
            for (const std::string& line : *lines) {
                all += line + '\n';
            }
        }
        for (const Request& request : requests) {
            all += request.url + '\n' + request.body + '\n';
        }
        for (const phone::AnswerRequest& said : answers) {
            all += said.text + '\n';
        }
        for (const phone::ResyncRecord& record : saved_.resyncs) {
            all += fmt::format("{}\n{}\n", record.url, record.error);
        }
        return all;
    }

    [[nodiscard]] bool logged(std::string_view part) const {
        return std::any_of(log.begin(), log.end(), [&](const std::string& line) {
            return line.find(part) != std::string::npos;
        });
    }

    [[nodiscard]] std::vector<std::string> urls() const {
        std::vector<std::string> all;
        for (const Request& request : requests) {
            all.push_back(request.url);
        }
        return all;
    }

    // How often this URL was asked for.
    [[nodiscard]] int asked(std::string_view url) const {
        return static_cast<int>(std::count_if(
            requests.begin(), requests.end(), [&](const Request& one) { return one.url == url; }));
    }

    [[nodiscard]] std::vector<int> times() const {
        std::vector<int> all;
        for (const Request& request : requests) {
            all.push_back(static_cast<int>(request.at.count()));
        }
        return all;
    }

    std::vector<Request> requests;
    std::vector<std::string> lookups;  // names, by DNS SRV
    std::vector<std::string> syslog;
    std::vector<std::string> log;
    std::vector<phone::BootReason> boots;
    int power_cycles = 0;  // ordered by the phone: Reboot, not Restart
    std::vector<phone::AnswerRequest> answers;
    std::vector<int> notify_answers;
    std::vector<int> asked_pnp;  // when, in seconds
    int stopped_pnp = 0;
    std::vector<phone::Observed> observed;
    // Transfers wait here until settle() when set.
    bool hold_transfers = false;
    // What every URL gives that serve() does not name; nothing: no connection.
    std::optional<Reply> otherwise;
    // Wall time that the phone is told at each boot; nothing: it never knows.
    std::optional<WallTime> wall_at_start;

  private:
    void boot(phone::BootReason reason) {
        boots.push_back(reason);
        under_way_.clear();
        lookups_under_way_.clear();
        phone_ = std::make_unique<phone::Phone>(*dialect_, identity_, settings_, saved_, seed_++);
        if (wall_at_start) {
            step(phone::WallClockRead{*wall_at_start + now()});
        }
        step(phone::Booted{reason});
        step(phone::NetworkUp{lease_});
    }

    void carry_out(const phone::Actions& actions) {
        std::optional<phone::BootReason> next_life;
        for (const phone::Action& action : actions) {
            if (cut_in_ && (*cut_in_)-- == 0) {
                cut_in_.reset();
                was_cut_ = true;
                boot(phone::BootReason::power_up);
                return;
            }
            if (const auto* transfer = std::get_if<phone::StartTransfer>(&action)) {
                for (const phone::StartTransfer& other : under_way_) {
                    always(kind_of(other) != kind_of(*transfer), "one transfer of a kind");
                }
                record(*transfer);
                under_way_.push_back(*transfer);
            } else if (std::holds_alternative<phone::SaveMemory>(action)) {
                saved_ = phone_->memory();
            } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
                next_life = reboot->reason;
                ++power_cycles;
            } else if (const auto* seen = std::get_if<phone::Observed>(&action)) {
                observed.push_back(*seen);
            } else if (const auto* restart = std::get_if<phone::Restart>(&action)) {
                next_life = restart->reason;
            } else if (const auto* line = std::get_if<phone::Log>(&action)) {
                (line->syslog ? syslog : log).push_back(line->text);
            } else if (const auto* said = std::get_if<phone::AnswerRequest>(&action)) {
                answers.push_back(*said);
            } else if (const auto* status = std::get_if<phone::AnswerNotify>(&action)) {
                notify_answers.push_back(status->status);
            } else if (std::holds_alternative<phone::AskPnp>(action)) {
                asked_pnp.push_back(static_cast<int>(now().count()));
            } else if (std::holds_alternative<phone::StopPnp>(action)) {
                ++stopped_pnp;
            } else if (const auto* lookup = std::get_if<phone::LookUpServers>(&action)) {
                lookups.push_back(lookup->name);
                lookups_under_way_.push_back(*lookup);
            }
        }
        always(saved_ == phone_->memory(), "what is remembered is saved");
        if (next_life) {
            always(!phone_->next_deadline(), "a phone that restarts wants no timer");
            boot(*next_life);
        }
    }

    // Thrown, so that rapidcheck can shrink what led there.
    static void always(bool holds, const char* what) {
        if (!holds) {
            throw std::logic_error(what);
        }
    }

    [[nodiscard]] Kind kind_of(const phone::StartTransfer& transfer) const {
        if (transfer.purpose == phone::Purpose::upgrade) {
            return Kind::upgrade;
        }
        if (transfer.purpose == phone::Purpose::authority) {
            return Kind::authority;
        }
        // --post sends plain text, a report is a document.
        if (transfer.method != phone::Method::get && transfer.content_type != "text/plain") {
            return Kind::report;
        }
        return transfer.url.host() == redirect_host ? Kind::redirect : Kind::resync;
    }

    void record(const phone::StartTransfer& transfer) {
        requests.push_back({now(),
                            transfer.url.to_string(),
                            transfer.method,
                            transfer.body.str(),
                            transfer.content_type.str(),
                            transfer.authorization ? transfer.authorization->credentials.user : "",
                            transfer.keys.key.has_value(),
                            transfer.keys.ikm.has_value(),
                            transfer.certificate_name.str(),
                            transfer.upload,
                            transfer.user_agent.str(),
                            transfer.authorization && transfer.authorization->challenge.empty(),
                            transfer.if_none_match.str(),
                            transfer.if_modified_since.str(),
                            transfer.purpose,
                            transfer.store_as.str(),
                            transfer.store_count,
                            transfer.store_bytes});
    }

    void answer(const phone::StartTransfer& transfer) {
        auto& queue = replies_[transfer.url.to_string()];
        if (queue.empty() && otherwise) {
            give(transfer, *otherwise);
            return;
        }
        if (queue.empty()) {
            step(
                phone::TransferFailed{transfer.transfer, phone::TransferFault::connect, "refused"});
            return;
        }
        const Reply reply = queue.front();
        if (queue.size() > 1) {
            queue.pop_front();
        }
        give(transfer, reply);
    }

    void give(const phone::StartTransfer& transfer, const Reply& reply) {
        const std::string host(transfer.url.host());
        const bool literal = !is_letter(host.front()) || host.find(':') != std::string::npos;
        const std::size_t life = boots.size();
        if (reply.fault != phone::TransferFault::dns) {
            step(phone::ServerFound{transfer.transfer, literal ? host : "192.0.2.1"});
        }
        if (boots.size() != life) {
            return;  // the power was cut; the shell forgot its transfers
        }
        if (reply.fault) {
            step(phone::TransferFailed{transfer.transfer, *reply.fault, "as told"});
        } else {
            step(phone::Answered{.transfer = transfer.transfer,
                                 .status = reply.status,
                                 .body = reply.body,
                                 .location = reply.location,
                                 .challenge = reply.challenge,
                                 .stored = reply.stored,
                                 .etag = reply.etag,
                                 .last_modified = reply.last_modified,
                                 .authority = reply.authority});
        }
    }

    PhoneWorld(const profile::Dialect& dialect,
               profile::Identity identity,
               profile::Values values,
               std::string redirect)
        : dialect_(&dialect),
          identity_(std::move(identity)),
          settings_{std::move(redirect), {}},
          saved_(std::move(values)) {}

    const profile::Dialect* dialect_;
    profile::Identity identity_;
    phone::Settings settings_;
    phone::Memory saved_;
    phone::Lease lease_;
    std::uint64_t seed_ = 1;
    TimePoint now_{};
    std::unique_ptr<phone::Phone> phone_;
    std::map<std::string, std::deque<Reply>> replies_;
    std::deque<phone::StartTransfer> under_way_;
    std::deque<phone::LookUpServers> lookups_under_way_;
    std::map<std::string, std::vector<phone::SrvTarget>> srv_;
    std::optional<std::size_t> cut_in_;
    bool was_cut_ = false;
};

}  // namespace onhook::test
