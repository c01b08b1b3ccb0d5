#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "base/time.h"
#include "base/url.h"
#include "profile/dialect.h"
#include "profile/macro.h"
#include "profile/values.h"

namespace onhook::profile {

// Why the resync that is being evaluated runs: the macro $PRVST (cisco-mpp.md 2.3, 6.1).
enum class ResyncCause : std::int8_t { request = -1, power_up = 0, periodic = 1, retry = 2 };

// Which attempt at a firmware upgrade is being evaluated: the macro $UPGST (2.3).
enum class UpgradeAttempt : std::uint8_t { first = 1, retry = 2 };

// The transfer whose log message is being expanded; these macros have values only then. A resync
// that failed before it had a URL has only an error. The URL must outlive this.
struct TransferFacts {
    const Url* url = nullptr;
    std::string server_ip;
    std::string error;
};

// Who uses the phone as an extension-mobility guest; all empty without such a user. The documents
// name the macros and no value of $EMS (2.3).
struct MobilityFacts {
    std::string status;            // $EMS
    std::string user;              // $MUID
    Secret<std::string> password;  // $MPWD
};

enum class MacroName : std::uint8_t;  // the table's rows, in macro_context.cpp

// The macro table of cisco-mpp.md 2.3 for one phone at one moment. Everything it points to must
// outlive it.
class MacroContext : public MacroSource {
  public:
    MacroContext(const Dialect& dialect, const Identity& identity, const Values& values)
        : dialect_(&dialect), identity_(&identity), values_(&values) {}

    std::string ip;                                          // the phone's LAN address
    std::string external_ip;                                 // $EXTIP; empty: unknown
    ResyncCause cause = ResyncCause::power_up;               // $PRVST
    Seconds since_resync{0};                                 // $PRVTMR
    UpgradeAttempt upgrade_attempt = UpgradeAttempt::first;  // $UPGST
    Seconds since_upgrade{0};                                // $UPGTMR
    std::string upgrade_error;  // $UPGERR, of the attempt before; empty: there was none
    // $REGTMR1 and 2: since the line lost its registration; 0 while it is registered.
    std::array<Seconds, 2> since_registered{};
    bool customized = false;  // $ISCUST
    MobilityFacts mobility;
    std::optional<TransferFacts> transfer;

    bool append(std::string_view name, std::string& out) const override;
    bool append_secret(std::string_view name, std::string& out) const override;

  private:
    void append_known(MacroName name, std::string& out) const;
    void append_state(MacroName name, std::string& out) const;
    void append_transfer(MacroName name, std::string& out) const;
    bool append_value(ParameterId id, std::string& out) const;

    const Dialect* dialect_;
    const Identity* identity_;
    const Values* values_;
};

// Whether the table has a macro of this name for some phone. Anything else stays as it is written.
[[nodiscard]] bool is_macro_name(std::string_view name);

}  // namespace onhook::profile
