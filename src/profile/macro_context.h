#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "base/url.h"
#include "profile/dialect.h"
#include "profile/macro.h"
#include "profile/values.h"

namespace onhook::profile {

// Why the resync that is being evaluated runs: the macro $PRVST (cisco-mpp.md 2.3, 6.1).
enum class ResyncCause : std::int8_t { request = -1, power_up = 0, periodic = 1, retry = 2 };

// The transfer whose log message is being expanded; these macros have values only then. A resync
// that failed before it had a URL has only an error.
struct TransferFacts {
    std::optional<Url> url;
    std::string server_ip;
    std::string error;
};

// The macro table of cisco-mpp.md 2.3 for one phone at one moment. Everything it points to must
// outlive it.
class MacroContext : public MacroSource {
  public:
    MacroContext(const Dialect& dialect, const Identity& identity, const Values& values)
        : dialect_(&dialect), identity_(&identity), values_(&values) {}

    std::string ip;                             // the phone's LAN address
    ResyncCause cause = ResyncCause::power_up;  // $PRVST
    Seconds since_resync{0};                    // $PRVTMR
    Seconds since_upgrade{0};                   // $UPGTMR
    bool customized = false;                    // $ISCUST
    std::optional<TransferFacts> transfer;

    bool append(std::string_view name, std::string& out) const override;
    bool append_secret(std::string_view name, std::string& out) const override;

  private:
    bool append_identity(std::string_view name, std::string& out) const;
    bool append_state(std::string_view name, std::string& out) const;
    bool append_transfer(std::string_view name, std::string& out) const;
    bool append_parameter(std::string_view name, std::string& out) const;

    const Dialect* dialect_;
    const Identity* identity_;
    const Values* values_;
};

}  // namespace onhook::profile
