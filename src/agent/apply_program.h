#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/log_event.h"
#include "base/result.h"
#include "base/time.h"
#include "net/child.h"
#include "net/loop.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "profile/apply.h"
#include "profile/dialect.h"
#include "profile/identity.h"

namespace onhook::agent {

// The user's own program that carries the phone's values into something else.
struct ApplySettings {
    std::string program;   // empty: there is none
    bool secrets = false;  // it gets the values of secrets, too
    Duration limit = 60s;  // of one run
};

// What made the phone change its values: "profile", "web", "screen", "upload", "reset", or "start"
// where the phone was started with changes that the program has not taken yet.
[[nodiscard]] std::string_view cause_of(const phone::Event& event) noexcept;

// By parameter, what differs between two phones' values of one catalogue.
[[nodiscard]] std::vector<profile::Change> changes_between(const profile::Values& before,
                                                           const profile::Values& after);

// The document that the program reads. A secret has no value unless `secrets`, and rules are
// masked as on the phone's pages.
[[nodiscard]] std::string apply_document(const profile::Identity& identity,
                                         const profile::Catalogue& catalogue,
                                         const std::vector<profile::Change>& changes,
                                         std::string_view cause,
                                         bool secrets);

// Hands the phone's changes over to the program, each at least once, however often it fails and
// whenever anything is killed: what the program has taken is a file in the state directory, and
// what it gets is how the phone's values differ from that. So changes that wait become one.
class ApplyProgram {
  public:
    using Say = std::function<void(LogEvent, std::string)>;

    // `dialect` and `identity` must outlive it.
    ApplyProgram(net::Loop& loop,
                 ApplySettings settings,
                 const profile::Dialect& dialect,
                 const profile::Identity& identity,
                 Say say);

    // Before anything else. The error is a sentence: what the program has taken cannot be read.
    [[nodiscard]] Status<> open(const std::string& state_directory);

    // These values are on disk, from the phone's last step for this reason. Nothing happens when
    // the program has them.
    void saved(const profile::Values& values, std::string_view cause);

  private:
    void run();
    void ended(const profile::Values& given, const net::ChildEnd& end);
    void failed(const std::string& why);
    void keep(const profile::Values& taken);

    net::Loop& loop_;
    ApplySettings settings_;
    const profile::Dialect& dialect_;
    const profile::Identity& identity_;
    Say say_;
    net::Timer again_;
    std::string path_;
    profile::Values taken_;   // the program has them
    profile::Values wanted_;  // the phone has them
    std::string_view cause_ = "start";
    std::optional<Duration> pause_;  // it failed, and is tried again after this
    std::unique_ptr<net::Child> program_;
};

}  // namespace onhook::agent
