#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/prng.h"
#include "phone/phone.h"
#include "phone/recording.h"
#include "swarm/checks.h"
#include "swarm/journal.h"
#include "swarm/life.h"
#include "swarm/setup.h"
#include "swarm/world.h"

namespace onhook::swarm {

// One phone with its world and its accidents, in virtual time.
class Life {
  public:
    Life(std::uint64_t seed, int days);

    // All is well but this.
    void only(const Mishap& mishap);
    // The recorder takes the phone's steps; it gets its lines when they come.
    void record(phone::Recorder::Sink sink);

    void keep_journal() { keeps_journal_ = true; }

    Lived run();

    [[nodiscard]] const Journal& journal() const { return journal_; }

  private:
    // Something that will happen to the phone.
    struct Planned {
        TimePoint at;
        std::uint64_t life = 0;  // answers of a life before are for nobody
        phone::Event event;
        bool whole = true;
        std::string version = {};  // as Told has it
    };

    [[nodiscard]] bool in_sync() const;
    [[nodiscard]] WallTime wall() const;

    void plan(Duration after, phone::Event event);
    void plan(Planned planned);
    // The one that comes first; nothing: the end.
    [[nodiscard]] std::vector<Planned>::iterator next_planned();
    void go_on_until(TimePoint end);
    void happen(const Planned& planned);

    void boot(phone::BootReason reason, bool power_cut);

    void step(const phone::Event& event) { step(Told{event}); }

    void step(const Told& told);
    void carry_out(const phone::Actions& actions);
    // The reason of the next life, where the action ends this one.
    std::optional<phone::BootReason> perform(const phone::Action& action);
    void start(const phone::StartTransfer& transfer);

    void plan_accident();
    void accident();
    void accident_of_people();
    void set_clock();
    void change_address();
    void toggle_call();
    void toggle_network();
    void reset_to_factory();
    void storm();
    void end_the_faults();
    void wake();

    Prng prng_;
    Setup setup_;
    World world_;
    Checks checks_;
    phone::Settings settings_;
    phone::Memory saved_;
    TimePoint faults_end_;
    TimePoint last_fault_{};
    TimePoint now_{};
    std::unique_ptr<phone::Phone> phone_;
    std::unique_ptr<phone::Recorder> recorder_;
    std::vector<Planned> planned_;  // a few, in the order in which they were planned
    // Of the phone, since its last step.
    std::optional<TimePoint> deadline_;
    bool clock_known_ = true;
    Seconds skew_{0};
    bool busy_ = false;
    bool network_up_ = true;
    bool alive_ = false;  // the boot is over
    std::optional<std::size_t> cut_in_;
    bool cut_now_ = false;  // since somebody looked
    Mishap mishap_;
    Lived lived_;
    bool keeps_journal_ = false;
    Journal journal_;
};

}  // namespace onhook::swarm
