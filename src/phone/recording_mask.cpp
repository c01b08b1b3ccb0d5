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

// Behind `text` as many blanks as `place` has characters more: what follows keeps its column.
std::string padded_to(std::string_view place, const std::string& text) {
    const std::size_t room = characters_in(place);
    const std::size_t taken = characters_in(text);
    return text + std::string(room > taken ? room - taken : 0, ' ');
}

// The characters that a text of XML stands for. What is no reference stays.
std::string decoded_xml(std::string_view raw) {
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

std::string encoded_xml(std::string_view text) {
    std::string raw;
    for (const char c : text) {
        raw += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    }
    return raw;
}

// What elements say, by the place of their tags, as the phone reads them.
class ElementTexts : public profile::ElementSink {
  public:
    void take(const profile::ElementView& element) override {
        by_offset_.insert_or_assign(element.offset, std::string(element.text));
    }

    [[nodiscard]] std::string at(std::size_t offset, std::string_view raw) const {
        const auto found = by_offset_.find(offset);
        return found == by_offset_.end() ? decoded_xml(raw) : found->second;
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

constexpr std::string_view cdata_begin = "<![CDATA[";

// The first comment, character data section, tag or text of `rest`, which is not empty.
std::string_view xml_piece(std::string_view rest) {
    const auto up_to = [rest](std::string_view end) {
        const std::size_t at = rest.find(end);
        return rest.substr(0, at == std::string_view::npos ? at : at + end.size());
    };
    if (rest.starts_with("<!--")) {
        return up_to("-->");
    }
    if (rest.starts_with(cdata_begin)) {
        return up_to("]]>");
    }
    return rest.starts_with('<') ? rest.substr(0, tag_end(rest)) : rest.substr(0, rest.find('<'));
}

// `whole` with `other` in the place of `part`, which is a view into it.
std::string replaced(std::string_view whole, std::string_view part, const std::string& other) {
    const auto before = static_cast<std::size_t>(part.data() - whole.data());
    return std::string(whole.substr(0, before)) + padded_to(part, other) +
           std::string(whole.substr(before + part.size()));
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
        } else if (purpose != Purpose::upgrade) {
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

std::string RecordingMask::masked_document(std::string_view document, const Memory& after) {
    const std::string_view begin = trim(document);
    return begin.starts_with('<') || begin.starts_with("\xEF\xBB\xBF<")
               ? masked_xml(document, after)
               : masked_pairs(document);
}

std::string RecordingMask::masked_xml(std::string_view document, const Memory& after) {
    ElementTexts texts;
    // A document that cannot be read is masked, too.
    static_cast<void>(profile::read_flat_profile(document, texts).has_value());
    std::string out;
    std::string_view name;  // of the element whose text comes; empty behind an end
    std::size_t tag = 0;
    std::string_view piece;
    for (std::size_t at = 0; at < document.size(); at += piece.size()) {
        const std::string_view rest = document.substr(at);
        piece = xml_piece(rest);
        if (piece.starts_with("<!--")) {
            out += masked_comment(piece);
        } else if (piece.starts_with(cdata_begin)) {
            const std::size_t end = piece.ends_with("]]>") ? 3 : 0;
            const std::string_view text =
                piece.substr(cdata_begin.size(), piece.size() - cdata_begin.size() - end);
            const std::string_view value = trim(text);
            out += cdata_begin;
            out += replaced(text, value, masked_element(name, value, after));
            out += piece.substr(piece.size() - end);
        } else if (piece.starts_with('<')) {
            tag = at;
            const bool opens = !piece.starts_with("</") && !piece.starts_with("<?") &&
                               !piece.starts_with("<!") && !piece.ends_with("/>");
            name = opens ? tag_name(piece) : std::string_view();
            out += piece;
        } else {
            const std::string_view text = trim(piece);
            const std::string value = text.empty() ? std::string() : texts.at(tag, text);
            const std::string masked = masked_element(name, value, after);
            out +=
                masked == value ? std::string(piece) : replaced(piece, text, encoded_xml(masked));
        }
    }
    return out;
}

// A text of an element that may be a secret. An alias may give any name to any parameter: what the
// phone has now tells which.
std::string RecordingMask::masked_element(std::string_view name,
                                          std::string_view value,
                                          const Memory& after) {
    if (value.empty()) {
        return {};
    }
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
    while (!document.empty()) {
        const std::string_view line = document.substr(0, document.find('\n'));
        const bool ended = line.size() < document.size();
        out += masked_pair(line) + (ended ? "\n" : "");
        document.remove_prefix(line.size() + (ended ? 1 : 0));
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
