#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "phone/phone.h"
#include "support/sample_phone.h"

// One phone in virtual time against servers that answer as a test told them. Nothing takes time
// but the phone's own timers.
namespace onhook::test {

struct Reply {
    int status = 200;
    std::string body;
    std::string location;
    std::string challenge;
    std::optional<phone::TransferFault> fault;
};

struct Request {
    Seconds at{0};  // since the first power-up
    std::string url;
    phone::Method method = phone::Method::get;
    std::string body;
    std::string content_type;
    std::string user;  // of the authorization, if any
};

class PhoneWorld {
  public:
    explicit PhoneWorld(const SamplePhone& sample = {}, std::string redirect_rule = {})
        : identity_(sample.identity),
          settings_{std::move(redirect_rule), {}},
          saved_(sample.values) {}

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

    PhoneWorld& power_up(phone::Lease lease = {"192.168.1.100", "", {}}, std::uint64_t seed = 1) {
        lease_ = std::move(lease);
        seed_ = seed;
        boot(phone::BootReason::power_up);
        return hold_transfers ? *this : run_for(Duration(0));
    }

    PhoneWorld& run_for(Duration time) {
        const TimePoint end = now_ + time;
        settle();
        // A timer that is due at once and stays due would be a busy loop in the phone.
        int steps = 0;
        while (phone_->next_deadline() && *phone_->next_deadline() <= end) {
            CHECK(++steps < 1'000'000);
            now_ = std::max(now_, *phone_->next_deadline());
            step(phone::DeadlineReached{});
            settle();
        }
        now_ = end;
        return *this;
    }

    // Until no transfer is under way; no time passes.
    PhoneWorld& settle() {
        while (!under_way_.empty()) {
            const phone::StartTransfer transfer = std::move(under_way_.front());
            under_way_.pop_front();
            answer(transfer);
        }
        return *this;
    }

    void step(const phone::Event& event) { carry_out(phone_->step(event, now_)); }

    [[nodiscard]] phone::Phone& phone() { return *phone_; }

    [[nodiscard]] const phone::Memory& saved() const { return saved_; }

    [[nodiscard]] Seconds now() const {
        return std::chrono::floor<Seconds>(now_.time_since_epoch());
    }

    [[nodiscard]] std::string get(std::string_view name) const {
        return std::string(saved_.values.get(*saved_.values.catalogue().find(name)));
    }

    [[nodiscard]] std::vector<std::string> urls() const {
        std::vector<std::string> all;
        for (const Request& request : requests) {
            all.push_back(request.url);
        }
        return all;
    }

    [[nodiscard]] std::vector<int> times() const {
        std::vector<int> all;
        for (const Request& request : requests) {
            all.push_back(static_cast<int>(request.at.count()));
        }
        return all;
    }

    std::vector<Request> requests;
    std::vector<std::string> syslog;
    std::vector<std::string> log;
    std::vector<phone::BootReason> boots;
    std::vector<phone::AnswerRequest> answers;
    // Transfers wait here until settle() when set.
    bool hold_transfers = false;
    // Wall time that the phone is told at each boot; nothing: it never knows.
    std::optional<WallTime> wall_at_start;

  private:
    void boot(phone::BootReason reason) {
        boots.push_back(reason);
        under_way_.clear();
        phone_ = std::make_unique<phone::Phone>(
            profile::cisco_mpp(), identity_, settings_, saved_, seed_++);
        if (wall_at_start) {
            step(phone::WallClockRead{*wall_at_start + now()});
        }
        step(phone::Booted{reason});
        step(phone::NetworkUp{lease_});
    }

    void carry_out(const phone::Actions& actions) {
        std::optional<phone::BootReason> next_life;
        for (const phone::Action& action : actions) {
            if (const auto* transfer = std::get_if<phone::StartTransfer>(&action)) {
                record(*transfer);
                under_way_.push_back(*transfer);
            } else if (std::holds_alternative<phone::SaveMemory>(action)) {
                saved_ = phone_->memory();
            } else if (const auto* reboot = std::get_if<phone::Reboot>(&action)) {
                next_life = reboot->reason;
            } else if (const auto* restart = std::get_if<phone::Restart>(&action)) {
                next_life = restart->reason;
            } else if (const auto* line = std::get_if<phone::Log>(&action)) {
                (line->syslog ? syslog : log).push_back(line->text);
            } else if (const auto* said = std::get_if<phone::AnswerRequest>(&action)) {
                answers.push_back(*said);
            }
        }
        if (next_life) {
            boot(*next_life);
        }
    }

    void record(const phone::StartTransfer& transfer) {
        requests.push_back(
            {now(),
             transfer.url.to_string(),
             transfer.method,
             transfer.body,
             transfer.content_type,
             transfer.authorization ? transfer.authorization->credentials.user : ""});
    }

    void answer(const phone::StartTransfer& transfer) {
        auto& queue = replies_[transfer.url.to_string()];
        if (queue.empty()) {
            step(
                phone::TransferFailed{transfer.transfer, phone::TransferFault::connect, "refused"});
            return;
        }
        const Reply reply = queue.front();
        if (queue.size() > 1) {
            queue.pop_front();
        }
        const bool literal = !is_letter(transfer.url.host().front());
        step(phone::ServerFound{transfer.transfer, literal ? transfer.url.host() : "192.0.2.1"});
        if (reply.fault) {
            step(phone::TransferFailed{transfer.transfer, *reply.fault, "as told"});
        } else {
            step(phone::Answered{
                transfer.transfer, reply.status, reply.body, reply.location, reply.challenge});
        }
    }

    profile::Identity identity_;
    phone::Settings settings_;
    phone::Memory saved_;
    phone::Lease lease_;
    std::uint64_t seed_ = 1;
    TimePoint now_{};
    std::unique_ptr<phone::Phone> phone_;
    std::map<std::string, std::deque<Reply>> replies_;
    std::deque<phone::StartTransfer> under_way_;
};

}  // namespace onhook::test
