#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "phone/phone.h"
#include "phone/recording_mask.h"

namespace onhook::phone {

// Writes a phone's life down while a shell drives it, as JSON lines: who the phone is, what it
// remembered at the start of each life, and every event with its time, so that replay() can run it
// again. Secrets are masked; what the phone ordered is there as a digest. The format is in
// docs/reference/recording.md.
class Recorder {
  public:
    // Gets a line without its end.
    using Sink = std::function<void(std::string_view line)>;

    // `dialect` must outlive the recorder.
    Recorder(const profile::Dialect& dialect,
             const profile::Identity& identity,
             const Settings& settings,
             Sink sink);

    // A phone was made with these. Times count from the first life's begin.
    void begin_life(std::uint64_t seed, const Memory& memory, TimePoint now);
    // The phone took `event` and ordered `actions`; `after` is what it remembers now.
    void stepped(const Event& event, TimePoint now, const Actions& actions, const Memory& after);

  private:
    Sink sink_;
    RecordingMask mask_;
    std::optional<TimePoint> base_;
    std::map<TransferId, Purpose> purposes_;  // of the transfers of this life
};

// A recording that cannot be replayed: where, why and what to do, as sentences.
struct RecordingError {
    std::size_t line = 0;  // from 1
    std::string what;
};

struct Replayed {
    std::size_t lives = 0;
    std::size_t steps = 0;
    // The first line whose event led to other actions than when it was recorded.
    std::optional<std::size_t> difference;
};

// Runs a recording again and gives `print` every action that the phone orders, a JSON object each.
// The same recording gives the same lines, on any machine.
[[nodiscard]] Result<Replayed, RecordingError> replay(std::string_view recording,
                                                      const Recorder::Sink& print);

}  // namespace onhook::phone
