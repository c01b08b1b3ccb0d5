#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/own_directory.h"
#include "phone/memory.h"
#include "profile/dialect.h"
#include "profile/identity.h"

namespace onhook::agent {

// Who a phone is and what it keeps over a power cut.
struct PhoneState {
    profile::Identity identity;
    phone::Memory memory;
    // Why it boots next: another process was ordered to boot it into another load.
    phone::BootReason next_boot = phone::BootReason::power_up;
};

// The text of a state file, and back. The text holds the phone's secrets.
[[nodiscard]] std::string write_state(const profile::Dialect& dialect, const PhoneState& state);
// A parameter that the catalogue no longer has is dropped. Anything else that does not fit is an
// error that says what.
[[nodiscard]] Result<PhoneState> read_state(std::string_view text);

// One phone's state directory. It belongs to one process at a time.
class StateFile {
  public:
    // Makes the directory (0700) if it is missing and locks it. Until keep(), it goes again with
    // this object.
    [[nodiscard]] static Result<StateFile> open(const std::string& directory);
    // Without a lock: for a look at a phone that may be running. Nothing is written.
    [[nodiscard]] static Result<std::optional<PhoneState>> peek(const std::string& directory);

    // Nothing: this phone has never been switched on.
    [[nodiscard]] Result<std::optional<PhoneState>> load() const;

    // The phone is up: its directory stays.
    void keep() noexcept { directory_.keep(); }

    // Old or new after a power cut at any moment; on disk when it returns.
    [[nodiscard]] Status<> save(const profile::Dialect& dialect, const PhoneState& state) const;

  private:
    explicit StateFile(net::OwnDirectory directory);

    net::OwnDirectory directory_;
    std::string path_;
};

}  // namespace onhook::agent
