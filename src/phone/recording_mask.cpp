#include "phone/recording_mask.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/html.h"
#include "base/text.h"
#include "base/utf8.h"
#include "phone/document_mask.h"
#include "phone/same_mistake.h"
#include "phone/xml_object.h"
#include "profile/apply.h"
#include "profile/flyingvoice_apply.h"
#include "profile/flyingvoice_boot.h"
#include "profile/flyingvoice_writer.h"
#include "profile/load.h"
#include "profile/mask.h"

namespace onhook::phone {

namespace {

using profile::RuleSecret;

constexpr std::string_view token_digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

// How many characters a value counts: a parameter's limit is one of characters.
std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        text.remove_prefix(first_utf8_character(text).length);
    }
    return count;
}

// `$SA`, `$(SA:2)`, `$A`: the secret stands elsewhere.
bool is_reference(std::string_view text) {
    if (!text.starts_with('$') || text.size() < 2) {
        return false;
    }
    text.remove_prefix(1);
    if (text.starts_with('(')) {
        return text.find(')') == text.size() - 1;
    }
    if (text.size() == 2) {
        return text[0] == 'S' && text[1] >= 'A' && text[1] <= 'D';
    }
    return text.size() == 1 && text[0] >= 'A' && text[0] <= 'P';
}

// In a rule.
bool ends_word(char c) {
    return is_space(c) || c == '"' || c == '\'' || c == '|' || c == '[' || c == ']';
}

bool is_rule_option(std::string_view word) {
    constexpr std::string_view options[] = {
        "--key", "--uid", "--pwd", "--post", "--alias", "--srv", "--delta", "--status"};
    return std::find(std::begin(options), std::end(options), word) != std::end(options);
}

// Phones tell the names of those that they do not know.
bool looks_like_an_option(std::string_view word) {
    const std::string_view name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
    return word.starts_with('-') && std::all_of(name.begin(), name.end(), is_lower);
}

// Digits, or a macro for them.
bool is_port(std::string_view text) {
    return text.starts_with('$') || std::all_of(text.begin(), text.end(), is_digit);
}

// Of a parameter; there is none as long.
constexpr std::size_t longest_name = 128;

// The value of another parameter in that of one: a line end that was lost joins the line
// `key = value` behind it (flyingvoice.md 9.1).
struct JoinedValue {
    profile::ParameterId id;
    std::size_t start = 0;
};

bool may_be_secret(const profile::Parameter& parameter) {
    return parameter.secret || parameter.hidden || profile::may_carry_credentials(parameter.type);
}

std::optional<JoinedValue> joined_value(std::string_view value, const profile::Catalogue& names) {
    for (std::size_t equals = value.find('='); equals != std::string_view::npos;
         equals = value.find('=', equals + 1)) {
        const std::string_view before = trim(value.substr(0, equals));
        const std::size_t most = std::min(before.size(), longest_name);
        for (std::size_t size = 1; size <= most; ++size) {
            const auto id = names.find(before.substr(before.size() - size));
            if (id && may_be_secret(names[*id])) {
                const std::size_t start = value.find_first_not_of(" \t", equals + 1);
                return JoinedValue{*id, std::min(start, value.size())};
            }
        }
    }
    return std::nullopt;
}

// What a phone reads of the manifest of a load: no comment.
std::string masked_manifest(std::string_view text) {
    const auto components = profile::read_manifest(text);
    return components ? profile::write_manifest(*components) : *unreadable_manifest(text);
}

}  // namespace

std::string SecretTokens::token(std::string_view secret) {
    if (secret.empty()) {
        return {};
    }
    const auto known = tokens_.find(secret);
    if (known != tokens_.end()) {
        return known->second;
    }
    const std::size_t length = characters_in(secret);
    std::string token = fmt::format("*masked-{}*", long_ones_ + 1);
    if (token.size() <= length) {
        ++long_ones_;
        token.resize(length, '*');
    } else {
        token.assign(length, '*');
        std::size_t number = short_ones_[length]++;
        for (std::size_t i = length; i-- > 0 && (number > 0 || i + 1 == length);) {
            token[i] = token_digits[number % token_digits.size()];
            number /= token_digits.size();
        }
    }
    tokens_.emplace(secret, token);
    return token;
}

RecordingMask::RecordingMask(const profile::Dialect& dialect, const profile::Identity& identity)
    : dialect_(&dialect), factory_(profile::factory_values(dialect, identity)) {}

Memory RecordingMask::masked(const Memory& memory) {
    Memory masked = memory;
    for (const profile::Values::Entry& entry : memory.values.entries()) {
        if (entry.value) {
            masked.values.set(entry.id, masked_value(entry.id, *entry.value));
        }
    }
    return masked;
}

Event RecordingMask::masked(const Event& event, const Memory& after, Purpose purpose) {
    Event copy = event;
    if (auto* up = std::get_if<NetworkUp>(&copy)) {
        up->lease = masked(std::move(up->lease));
    } else if (auto* answered = std::get_if<Answered>(&copy)) {
        answered->location = masked_text(answered->location);
        if (purpose == Purpose::report) {
            answered->body = {};  // nobody reads it
        } else if (purpose == Purpose::upgrade) {
            answered->body = masked_manifest(answered->body);
        } else if (purpose == Purpose::authority) {
            // Certificates are no secret; what else a server says may be one, and nobody reads it.
            answered->body = answered->status == 200 ? answered->body : SharedText();
        } else {
            answered->body = masked_document(answered->body.str(), after);
        }
    } else if (auto* pnp = std::get_if<PnpAnswered>(&copy)) {
        pnp->url = masked_text(pnp->url);
    } else if (auto* resync = std::get_if<ResyncRequested>(&copy)) {
        resync->rule = masked_rule(resync->rule);
        if (resync->account) {
            resync->account->password = Secret(tokens_.token(resync->account->password.reveal()));
        }
    } else if (auto* upgrade = std::get_if<UpgradeRequested>(&copy)) {
        upgrade->rule = masked_rule(upgrade->rule);
    } else if (auto* authority = std::get_if<AuthorityRequested>(&copy)) {
        authority->rule = masked_rule(authority->rule);
    } else if (auto* notify = std::get_if<NotifyArrived>(&copy)) {
        notify->body = masked_object(notify->body);
    } else if (auto* values = std::get_if<ValuesSubmitted>(&copy)) {
        for (profile::Assignment& one : values->settings) {
            one = masked(std::move(one));
        }
    } else if (auto* profile = std::get_if<ProfileSubmitted>(&copy)) {
        profile->document = masked_document(profile->document, after);
    }
    return copy;
}

std::string RecordingMask::masked_rule(std::string_view rule) {
    const auto replace = [this](const RuleSecret& secret) {
        if (secret.place != RuleSecret::Place::assigned) {
            return replacement(secret);
        }
        // Only a parameter can be assigned; anything else is compared with.
        const bool named = !secret.name.empty() && is_letter(secret.name.front());
        return named && !is_reference(secret.text) ? tokens_.token(secret.text)
                                                   : std::string(secret.text);
    };
    return masked_stray_arguments(profile::masked_rule(rule, dialect_->catalogue, replace));
}

std::string RecordingMask::masked_text(std::string_view text) {
    const auto replace = [this](const RuleSecret& secret) {
        const bool assigned = secret.place == RuleSecret::Place::assigned;
        return assigned ? std::string(secret.text) : replacement(secret);
    };
    const std::string masked = profile::masked_rule(text, nullptr, replace);
    std::string out;
    for (Cursor in(masked); !in.at_end();) {
        out += masked_stray(in.take_while([](char c) { return !ends_word(c); }));
        out += in.take_while(ends_word);
    }
    return out;
}

// `[--kex password]`: an argument of no option that there is.
std::string RecordingMask::masked_stray_arguments(std::string_view rule) {
    std::string out;
    bool of_options = false;
    bool of_known_one = false;
    bool quoted = false;
    for (Cursor in(rule); !in.at_end();) {
        const std::string_view word = in.take_while([](char c) { return !ends_word(c); });
        const bool option = looks_like_an_option(word);
        if (option) {
            of_options = true;
            of_known_one = is_rule_option(word);
        }
        const bool stray = of_options && !of_known_one && !option;
        out += stray && !is_reference(word) ? tokens_.token(word) : masked_stray(word);
        if (in.at_end()) {
            break;
        }
        quoted = quoted != (in.peek() == '"');
        // An option has one argument.
        of_known_one = of_known_one && (quoted || word.empty() || option);
        if (in.peek() == '[' && !out.ends_with('/') && !out.ends_with('@')) {  // no IPv6 address
            of_options = true;
            of_known_one = false;
        }
        if (in.peek() == ']') {  // the last of several ends them
            const std::string_view behind = in.rest().substr(1, in.rest().find('['));
            of_options = of_options && behind.find(']') != std::string_view::npos;
            of_known_one = false;
        }
        out += in.peek();
        in.advance();
    }
    return out;
}

// `http//joe:password@host`, `http://joe:pass/word@host`: no password of a URL.
std::string RecordingMask::masked_stray(std::string_view word) {
    const std::size_t scheme = word.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::string_view authority = word.substr(start, word.find_first_of("/?#", start) - start);
    const std::size_t at = word.rfind('@');
    const std::size_t colon = word.find(':', start);
    if (word.starts_with('/') && colon >= at) {
        return std::string(word);  // a path
    }
    std::size_t from = colon < at ? colon + 1 : start;
    std::size_t to = at;
    if (start > 0 && !authority.empty()) {
        const std::size_t port = authority.find(':');
        const bool proper = authority.find('@') != std::string_view::npos ||
                            port == std::string_view::npos || is_port(authority.substr(port + 1));
        from = start + port + 1;
        to = proper                         ? std::string_view::npos
             : at == std::string_view::npos ? start + authority.size()
                                            : at;
    }
    if (to == std::string_view::npos || to <= from || is_reference(word.substr(from, to - from))) {
        return std::string(word);
    }
    return std::string(word.substr(0, from)) + tokens_.token(word.substr(from, to - from)) +
           std::string(word.substr(to));
}

// Quotes stay, and so does the user of user:password.
std::string RecordingMask::replacement(const RuleSecret& secret) {
    std::string_view inner = secret.text;
    if (secret.place == RuleSecret::Place::userinfo) {
        inner = inner.substr(std::min(inner.size(), inner.find(':') + 1));
    } else if (inner.size() >= 2 && inner.starts_with('"') && inner.ends_with('"')) {
        inner = inner.substr(1, inner.size() - 2);
    }
    if (is_reference(inner)) {
        return std::string(secret.text);
    }
    const auto before = static_cast<std::size_t>(inner.data() - secret.text.data());
    return std::string(secret.text.substr(0, before)) + tokens_.token(inner) +
           std::string(secret.text.substr(before + inner.size()));
}

// The identity is no secret, nor is what the factory made of it.
bool RecordingMask::is_of_factory(profile::ParameterId id, std::string_view value) const {
    return factory_.get(id) == value;
}

std::string RecordingMask::masked_value(profile::ParameterId id, std::string_view value) {
    const profile::Parameter& parameter = (*dialect_->catalogue)[id];
    if (profile::may_carry_credentials(parameter.type)) {
        const auto joined = joined_value(value, *dialect_->catalogue);
        // A rule may assign; what it does stands in quotes.
        return joined && !value.substr(joined->start).starts_with('"')
                   ? masked_rule(value.substr(0, joined->start)) +
                         masked_value(joined->id, value.substr(joined->start))
                   : masked_rule(value);
    }
    if (!parameter.secret && !parameter.hidden) {
        const auto joined = joined_value(value, *dialect_->catalogue);
        return joined ? std::string(value.substr(0, joined->start)) +
                            masked_value(joined->id, value.substr(joined->start))
                      : std::string(value);
    }
    if (is_of_factory(id, value)) {
        return std::string(value);
    }
    if (!parameter.positional) {
        return tokens_.token(value);
    }
    std::string all;
    for (const std::string_view piece : split(value, ' ')) {
        all += (all.empty() ? "" : " ") + tokens_.token(piece);
    }
    return all;
}

Lease RecordingMask::masked(Lease lease) {
    DhcpAnswer dhcp = *lease.dhcp;
    for (auto& [code, text] : dhcp.options) {
        text = masked_text(text);
    }
    for (auto& [code, text] : dhcp.options6) {
        text = masked_text(text);
    }
    lease.dhcp = std::move(dhcp);
    return lease;
}

profile::Assignment RecordingMask::masked(profile::Assignment assignment) {
    const auto id = dialect_->catalogue->find(assignment.name);
    assignment.value = id ? masked_value(*id, assignment.value) : tokens_.token(assignment.value);
    return assignment;
}

// A secret may be anywhere in what cannot be read, so nothing of that is kept.
std::string RecordingMask::masked_document(std::string_view document, const Memory& after) {
    const bool xml = dialect_->form == profile::ProfileForm::flat_profile;
    if (auto unreadable = xml ? unreadable_xml(document) : unreadable_flyingvoice(document)) {
        return *std::move(unreadable);
    }
    if (xml) {
        return masked_xml(document, [&](std::string_view name, std::string_view value) {
            return masked_element(name, value, after);
        });
    }
    if (profile::read_boot_file(document)) {
        return masked_boot_file(document, [this](std::string_view /*name*/, std::string_view line) {
            return masked_text(line);
        });
    }
    return masked_pairs(document, [this](std::string_view key, std::string_view value) {
        return masked_pair(key, value);
    });
}

// Of an XML object the phone reads its resync rules (10.1, 12), and that there are other items.
std::string RecordingMask::masked_object(std::string_view body) {
    if (body.empty()) {
        return {};
    }
    const auto items = execute_items(body);
    if (!items) {
        return *unreadable_object(body);
    }
    std::string out = "<Execute>";
    for (const std::string& item : *items) {
        const auto rule = resync_rule(item);
        out +=
            rule ? fmt::format("<ExecuteItem URL=\"Resync:{}\"/>", html_escape(masked_rule(*rule)))
                 : "<ExecuteItem URL=/>";
    }
    return out + "</Execute>";
}

// A text of an element that may be a secret. An alias may give any name to any parameter: what the
// phone has now tells which.
std::string RecordingMask::masked_element(std::string_view name,
                                          std::string_view value,
                                          const Memory& after) {
    if (const auto id = dialect_->catalogue->find(name)) {
        return masked_value(*id, value);
    }
    for (const profile::Values::Entry& entry : after.values.entries()) {
        if (entry.value && equals_ignoring_case(*entry.value, value)) {
            return masked_value(entry.id, value);
        }
    }
    return tokens_.token(value);
}

std::string RecordingMask::masked_pair(std::string_view key, std::string_view value) {
    const auto id = dialect_->catalogue->find(key);
    if (!id) {
        const auto repeat = profile::repeat_parameter(key);
        return repeat && profile::check_value(*repeat, value) ? std::string(value)
                                                              : tokens_.token(value);
    }
    // Stars are no secret, and phones know them.
    return profile::is_masked((*dialect_->catalogue)[*id], value) ? std::string(value)
                                                                  : masked_value(*id, value);
}

}  // namespace onhook::phone
