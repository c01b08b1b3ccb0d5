#include "phone/recording_mask.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "profile/flat_profile.h"
#include "profile/mask.h"

namespace onhook::phone {

namespace {

using profile::RuleSecret;

constexpr std::string_view digits =
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

// Blanks up to the length of what stood there, so that everything behind it keeps its place.
std::string padded(std::string text, std::size_t length) {
    text.resize(std::max(text.size(), length), ' ');
    return text;
}

// The characters that a text of XML stands for. What is no reference stays.
std::string decoded(std::string_view raw) {
    constexpr std::pair<std::string_view, char> entities[] = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    std::string text;
    while (!raw.empty()) {
        const auto* found =
            std::find_if(std::begin(entities), std::end(entities), [&](const auto& one) {
                return raw.starts_with(one.first);
            });
        const bool entity = found != std::end(entities);
        text += entity ? found->second : raw.front();
        raw.remove_prefix(entity ? found->first.size() : 1);
    }
    return text;
}

std::string encoded(std::string_view text) {
    std::string raw;
    for (const char c : text) {
        raw += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
    return raw;
}

// What elements say, by the place of their tags, as the phone reads them.
class Texts : public profile::ElementSink {
  public:
    void take(const profile::ElementView& element) override {
        by_offset_.insert_or_assign(element.offset, std::string(element.text));
    }

    [[nodiscard]] std::string at(std::size_t offset, std::string_view raw) const {
        const auto found = by_offset_.find(offset);
        return found == by_offset_.end() ? decoded(raw) : found->second;
    }

  private:
    std::map<std::size_t, std::string> by_offset_;
};

// Comments may quote anything. Line breaks and dashes stay: they decide where things stand.
std::string masked_comment(std::string_view comment) {
    std::string text(comment);
    for (char& c : text) {
        c = is_space(c) || c == '-' || c == '<' || c == '>' || c == '!' ? c : '*';
    }
    return text;
}

// The end of a tag that begins the text, behind its `>`; quotes hide one.
std::size_t tag_end(std::string_view text) {
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '>') {
            return i + 1;
        }
    }
    return text.size();
}

std::string_view tag_name(std::string_view tag) {
    tag.remove_prefix(1);
    return tag.substr(0, tag.find_first_of(" \t\r\n/>"));
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
            token[i] = digits[number % digits.size()];
            number /= digits.size();
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
            answered->body.clear();  // nobody reads it
        } else if (purpose != Purpose::upgrade) {
            answered->body = masked_document(answered->body, after);
        }
    } else if (auto* pnp = std::get_if<PnpAnswered>(&copy)) {
        pnp->url = masked_text(pnp->url);
    } else if (auto* resync = std::get_if<ResyncRequested>(&copy)) {
        resync->rule = masked_rule(resync->rule);
    } else if (auto* upgrade = std::get_if<UpgradeRequested>(&copy)) {
        upgrade->rule = masked_rule(upgrade->rule);
    } else if (auto* notify = std::get_if<NotifyArrived>(&copy)) {
        notify->body = masked_text(notify->body);
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
    return profile::masked_rule(rule, dialect_->catalogue, [this](const RuleSecret& secret) {
        if (secret.place != RuleSecret::Place::assigned) {
            return replacement(secret);
        }
        // Only a parameter can be assigned; anything else is compared with.
        const bool named = !secret.name.empty() && is_letter(secret.name.front());
        return named && !is_reference(secret.text) ? tokens_.token(secret.text)
                                                   : std::string(secret.text);
    });
}

std::string RecordingMask::masked_text(std::string_view text) {
    return profile::masked_rule(text, nullptr, [this](const RuleSecret& secret) {
        const bool assigned = secret.place == RuleSecret::Place::assigned;
        return assigned ? std::string(secret.text) : replacement(secret);
    });
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
        return masked_rule(value);
    }
    if ((!parameter.secret && !parameter.hidden) || is_of_factory(id, value)) {
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
    for (auto& [code, text] : lease.options) {
        text = masked_text(text);
    }
    for (auto& [code, text] : lease.options6) {
        text = masked_text(text);
    }
    return lease;
}

profile::Assignment RecordingMask::masked(profile::Assignment assignment) {
    const auto id = dialect_->catalogue->find(assignment.name);
    assignment.value = id ? masked_value(*id, assignment.value) : tokens_.token(assignment.value);
    return assignment;
}

std::string RecordingMask::masked_document(std::string_view document, const Memory& after) {
    const std::string_view begin = trim(document);
    return begin.starts_with('<') || begin.starts_with("\xEF\xBB\xBF<")
               ? masked_xml(document, after)
               : masked_pairs(document);
}

std::string RecordingMask::masked_xml(std::string_view document, const Memory& after) {
    Texts texts;
    // A document that cannot be read is masked, too.
    static_cast<void>(profile::read_flat_profile(document, texts).has_value());
    std::string out;
    std::string_view name;  // of the element whose text comes; empty behind an end
    std::size_t tag = 0;
    while (out.size() < document.size()) {
        // Everything keeps its place, so the output tells where the input is.
        const std::string_view rest = document.substr(out.size());
        const auto take = [&](std::string_view end) {
            const std::size_t at = rest.find(end);
            return rest.substr(0, at == std::string_view::npos ? at : at + end.size());
        };
        if (rest.starts_with("<!--")) {
            out += masked_comment(take("-->"));
        } else if (rest.starts_with("<![CDATA[")) {
            constexpr std::size_t opening = 9;
            const std::string_view all = take("]]>");
            const std::size_t closing = all.ends_with("]]>") && all.size() >= opening + 3 ? 3 : 0;
            const std::string_view text = all.substr(opening, all.size() - opening - closing);
            out += all.substr(0, opening);
            out +=
                padded(masked_element(name, trim(text), after), text.size()).substr(0, text.size());
            out += all.substr(all.size() - closing);
        } else if (rest.starts_with('<')) {
            tag = out.size();
            const std::string_view whole = rest.substr(0, tag_end(rest));
            const bool opens = !whole.starts_with("</") && !whole.starts_with("<?") &&
                               !whole.starts_with("<!") && !whole.ends_with("/>");
            name = opens ? tag_name(whole) : std::string_view();
            out += whole;
        } else {
            const std::string_view raw = rest.substr(0, rest.find('<'));
            const std::string_view text = trim(raw);
            const std::string value = texts.at(tag, text);
            const std::string masked =
                text.empty() ? std::string() : masked_element(name, value, after);
            if (masked == value || text.empty()) {
                out += raw;
            } else {
                const auto before = static_cast<std::size_t>(text.data() - raw.data());
                out += raw.substr(0, before);
                out += padded(encoded(masked), raw.size() - before).substr(0, raw.size() - before);
            }
        }
    }
    return out;
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

// Lines `key = value` (flyingvoice.md 9.1); any other text, too.
std::string RecordingMask::masked_pairs(std::string_view document) {
    std::string out;
    while (out.size() < document.size()) {
        const std::string_view rest = document.substr(out.size());
        const std::string_view line = rest.substr(0, rest.find('\n'));
        out += padded(masked_pair(line), line.size()).substr(0, line.size());
        if (line.size() < rest.size()) {
            out += '\n';
        }
    }
    return out;
}

std::string RecordingMask::masked_pair(std::string_view line) {
    const std::size_t equals = line.find('=');
    const std::string_view key =
        equals == std::string_view::npos ? std::string_view() : trim(line.substr(0, equals));
    const bool named = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '.';
    });
    if (!named) {
        const std::size_t mark = line.find_first_not_of(" \t");
        const bool comment =
            mark != std::string_view::npos &&
            (line[mark] == ';' || (line[mark] == '#' && !line.substr(mark).starts_with("#!")));
        return comment
                   ? std::string(line.substr(0, mark + 1)) + masked_comment(line.substr(mark + 1))
                   : masked_text(line);
    }
    std::string_view value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
        value = value.substr(1, value.size() - 2);
    }
    if (value.empty()) {
        return std::string(line);
    }
    const auto at = static_cast<std::size_t>(value.data() - line.data());
    const auto id = dialect_->catalogue->find(key);
    return std::string(line.substr(0, at)) +
           (id ? masked_value(*id, value) : tokens_.token(value)) +
           std::string(line.substr(at + value.size()));
}

}  // namespace onhook::phone
