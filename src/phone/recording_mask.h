#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "phone/actions.h"
#include "phone/events.h"
#include "phone/memory.h"
#include "profile/dialect.h"
#include "profile/identity.h"
#include "profile/mask.h"

namespace onhook::phone {

// Stands in for secrets: each gets a text of its own, always the same one, that is as long as the
// secret and tells nothing else of it. `*masked-1*` where there is room for it.
class SecretTokens {
  public:
    // Nothing stands for nothing.
    [[nodiscard]] std::string token(std::string_view secret);

  private:
    std::map<std::string, std::string, std::less<>> tokens_;
    std::map<std::size_t, std::size_t> short_ones_;  // how many have a length
    std::size_t long_ones_ = 0;
};

// Takes the secrets out of what a recording holds, so that a phone which is given the rest decides
// the same: values of secret parameters, wherever they stand, arguments of --key and --pwd,
// passwords in URLs. Where a document has a name that no parameter has, what the phone made of it
// tells whether it is a secret; without that, it counts as one.
class RecordingMask {
  public:
    // `dialect` must outlive the mask.
    RecordingMask(const profile::Dialect& dialect, const profile::Identity& identity);

    [[nodiscard]] Memory masked(const Memory& memory);
    // `after` is the phone's memory once it has taken the event, `purpose` that of the event's
    // transfer.
    [[nodiscard]] Event masked(const Event& event, const Memory& after, Purpose purpose);
    [[nodiscard]] std::string masked_rule(std::string_view rule);

  private:
    [[nodiscard]] std::string masked_value(profile::ParameterId id, std::string_view value);
    // Passwords in URLs and arguments of options, wherever they stand in a text.
    [[nodiscard]] std::string masked_text(std::string_view text);
    // What may be a password where somebody tried to write one of those.
    [[nodiscard]] std::string masked_stray_arguments(std::string_view rule);
    [[nodiscard]] std::string masked_stray(std::string_view word);
    [[nodiscard]] std::string replacement(const profile::RuleSecret& secret);
    [[nodiscard]] Lease masked(Lease lease);
    [[nodiscard]] profile::Assignment masked(profile::Assignment assignment);
    [[nodiscard]] std::string masked_document(std::string_view document, const Memory& after);
    [[nodiscard]] std::string masked_object(std::string_view body);
    [[nodiscard]] std::string masked_pair(std::string_view key, std::string_view value);
    [[nodiscard]] std::string masked_element(std::string_view name,
                                             std::string_view value,
                                             const Memory& after);
    [[nodiscard]] bool is_of_factory(profile::ParameterId id, std::string_view value) const;

    const profile::Dialect* dialect_;
    profile::Values factory_;
    SecretTokens tokens_;
};

}  // namespace onhook::phone
