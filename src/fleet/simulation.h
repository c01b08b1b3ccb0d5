#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/prng.h"
#include "base/result.h"
#include "fleet/line.h"
#include "fleet/scenario.h"
#include "fleet/world.h"
#include "phone/phone.h"
#include "phone/recording.h"

namespace onhook::fleet {

// One phone in virtual time against a scripted world: the driver of phone::Phone that has neither
// clock nor network. The same scenario gives the same lines, on any machine.
//
// At one moment a boot comes first, then the scenario's events, then the answers of servers, then
// the phone's timer.
class Simulation {
  public:
    using Sink = std::function<void(const Line& line)>;

    // `recorder` may be nothing; it is told of every life and every step.
    Simulation(const Scenario& scenario, Sink sink, phone::Recorder* recorder = nullptr);
    ~Simulation();
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    // To the scenario's end, which belongs to it. Fails when the phone never comes to rest: more
    // than most_steps_at_once at one moment, or most_steps in all.
    [[nodiscard]] Status<std::string> run();

    static constexpr std::size_t most_steps_at_once = 10'000;
    static constexpr std::size_t most_steps = 10'000'000;

    // What the phone remembers over a power cut, now.
    [[nodiscard]] const phone::Memory& saved() const noexcept { return saved_; }

  private:
    // What a transfer's lines say.
    struct Transfer {
        std::string purpose;
        std::string url;
        std::optional<int> cause;
    };

    struct Pending {
        TimePoint due;
        phone::Event event;
    };

    // What is next and when.
    enum class Next : std::uint8_t { nothing, boot, happening, answer, deadline };
    [[nodiscard]] std::pair<Next, TimePoint> next() const;
    void do_next(Next next);
    [[nodiscard]] bool powered_by_events() const;
    void begin_power();

    void happen(const PowerUp& happening);
    void happen(const CallStarted& happening);
    void happen(const CallEnded& happening);
    void happen(const LinkUp& happening);
    void happen(const LinkDown& happening);
    void happen(const LeaseGiven& happening);
    void happen(const PnpOffered& happening);
    void happen(const ClockChanged& happening);
    void happen(const Told& happening);

    void boot(phone::BootReason reason);
    void end_life();
    void step(const phone::Event& event);
    void answer();

    void perform(const phone::StartTransfer& action);
    void perform(const phone::LookUpServers& action);
    void perform(const phone::AskPnp& action);
    void perform(const phone::StopPnp& action);
    void perform(const phone::SaveMemory& action);
    void perform(const phone::Reboot& action);
    void perform(const phone::Restart& action);
    void perform(const phone::Log& action);
    void perform(const phone::Observed& action);
    void perform(const phone::AnswerRequest& action);
    void perform(const phone::AnswerNotify& action);

    void perform(const phone::TidyImages& /*action*/) {}

    void expect(Duration delay, phone::Event event);
    void say_outcome(const phone::Event& event);
    void say(Line line);
    void note(std::string text);
    [[nodiscard]] std::string address_of(std::string_view host) const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> changes();
    [[nodiscard]] std::optional<WallTime> wall() const;

    const Scenario& scenario_;
    Sink sink_;
    phone::Recorder* recorder_;
    World world_;
    Prng seeds_;  // of the lives
    TimePoint now_{};
    std::size_t next_event_ = 0;
    std::size_t steps_ = 0;
    std::unique_ptr<phone::Phone> phone_;  // nothing: off, or on its way up
    phone::Memory saved_;
    profile::Values shown_;  // that the lines told so far
    // The next life: when and why.
    std::optional<std::pair<TimePoint, phone::BootReason>> boot_at_;
    std::deque<Pending> pending_;  // by due time; of one moment in the order of the orders
    std::map<phone::TransferId, Transfer> transfers_;
    phone::Lease lease_;
    bool link_up_ = true;
    unsigned calls_ = 0;
    // What the clock shows beyond the time that has passed; nothing: nobody knows.
    std::optional<WallTime> wall_at_zero_;
    phone::RequestId last_request_;
    std::map<phone::RequestId, std::string_view> requests_;  // the events that wait for an answer
    // A question for PnP servers: not yet in this life, now, or not any more.
    enum class Pnp : std::uint8_t { unasked, asking, ended };
    Pnp pnp_ = Pnp::unasked;
    std::optional<std::string> pnp_offer_;  // of a server that answered before the question
    std::string_view event_name_;           // of the scenario's event that happens
    bool transfer_failed_ = false;          // a line said so in this step
};

}  // namespace onhook::fleet
