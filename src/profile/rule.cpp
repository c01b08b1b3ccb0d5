#include "profile/rule.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "profile/rule_assignments.h"
#include "profile/rule_parts.h"
#include "profile/rule_url.h"

namespace onhook::profile {

namespace {

// 4.2: octal escapes \ooo, in unquoted arguments only.
void append_unescaped(std::string_view text, std::string& out) {
    const auto octal = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '7';
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '\\' && octal(i + 1) && octal(i + 2) && octal(i + 3);
        const int code =
            escape ? (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0' : 0;
        if (escape && code > 0 && code < 256) {
            out += static_cast<char>(code);
            i += 3;
        } else {
            out += text[i];
        }
    }
}

// What decides one rule: its expansion, and what to open secrets with.
class Decider {
  public:
    Decider(RuleKind kind,
            const Expansion& expansion,
            const MacroSource& macros,
            const RulePolicy& policy,
            std::vector<Considered>* why)
        : kind_(kind), expansion_(expansion), macros_(macros), why_(why) {
        condition_dialect_.legacy = policy.legacy_conditions;
        if (policy.legacy_conditions == LegacyConditions::accepted &&
            macros.append("SWVER", firmware_)) {
            condition_dialect_.firmware = firmware_;
        }
    }

    // 3.4: from left to right, no further than the alternative that is taken.
    // Nothing is put into `decision` when none is.
    Status<RuleError> decide(std::optional<RuleDecision>& decision) {
        Cursor in(text());
        for (std::size_t n = 0;; ++n) {
            const auto holds = take_and_judge_condition(in, n);
            if (!holds) {
                return Failure{holds.error()};
            }
            const std::size_t end = end_of_alternative(text(), in.offset());
            if (*holds) {
                decision.emplace().alternative = n;
                return take_decision(inside(text(), {in.offset(), end}), *decision);
            }
            if (end == text().size()) {
                return Done{};
            }
            in.advance(end + 1 - in.offset());
        }
    }

    // 8.1: reports that stand one behind the other.
    Result<ReportDecision, RuleError> decide_reports() {
        ReportDecision decision;
        Cursor in(text());
        for (std::size_t n = 0;; ++n) {
            in.skip_spaces();
            if (in.at_end() || n == 2) {
                decision.too_many = !in.at_end();
                decision.in_turn = n == 2;
                return decision;
            }
            const auto holds = take_and_judge_condition(in, n);
            if (!holds) {
                return Failure{holds.error()};
            }
            const auto rest = take_rest(in);
            if (!rest) {
                return Failure{rest.error()};
            }
            if (!*holds) {
                continue;
            }
            RuleDecision one;
            if (auto opened = open(*rest, one); !opened) {
                return Failure{std::move(opened).error()};
            }
            add(decision, std::move(one));
        }
    }

    Result<bool, RuleError> decide_trigger() {
        const auto truth = judge_trigger(text(), condition_dialect_);
        if (!truth) {
            return Failure{truth.error()};
        }
        return *truth == Truth::yes;
    }

    static void add(ReportDecision& decision, RuleDecision one) {
        for (Assignment& assignment : one.assignments) {
            decision.assignments.push_back(std::move(assignment));
        }
        if (one.request) {
            decision.requests.push_back(*std::move(one.request));
        }
    }

  private:
    [[nodiscard]] std::string_view text() const { return expansion_.text; }

    // No condition holds always.
    Result<bool, RuleError> take_and_judge_condition(Cursor& in, std::size_t alternative) {
        const auto group = take_condition(in);
        if (!group) {
            return Failure{group.error()};
        }
        bool holds = true;
        if (*group) {
            const auto truth = judge_expression(inside(text(), **group), condition_dialect_);
            if (!truth) {
                return Failure{truth.error()};
            }
            holds = *truth == Truth::yes;
        }
        if (why_ != nullptr) {
            const Group shown = group->value_or(Group{});
            const auto condition = trim(text().substr(shown.begin, shown.end - shown.begin));
            why_->push_back({alternative, std::string(condition), holds});
        }
        return holds;
    }

    Status<RuleError> take_decision(Cursor in, RuleDecision& decision) const {
        const auto rest = take_rest(in);
        if (!rest) {
            return Failure{rest.error()};
        }
        in.skip_spaces();
        if (!in.at_end()) {
            return wrong_rule(in.offset(),
                              "expected | or the end of the rule behind the URL",
                              "a URL holds no white space: write %20");
        }
        return open(*rest, decision);
    }

    // Everything but the condition.
    Status<RuleError> open(const Rest& rest, RuleDecision& decision) const {
        if (rest.assignments) {
            AssignmentReader reader(inside(text(), *rest.assignments));
            for (;;) {
                const auto written = reader.next();
                if (!written) {
                    return Failure{written.error()};
                }
                if (!*written) {
                    break;
                }
                decision.assignments.push_back(
                    {assigned_name((*written)->name), std::string((*written)->value)});
            }
        }
        if (rest.url.empty()) {
            return rest.options ? wrong_rule(rest.url_offset,
                                             "expected a URL behind the options",
                                             "write [scheme://]server[:port]/path or /path")
                                : Status<RuleError>(Done{});
        }
        RuleRequest& request = decision.request.emplace();
        if (rest.options) {
            if (auto opened = open_options(*rest.options, request.options); !opened) {
                return opened;
            }
        }
        return read_rule_url(rest.url, rest.url_offset, kind_, request);
    }

    Status<RuleError> open_options(const Group& group, RuleOptions& options) const {
        OptionReader reader(inside(text(), group), kind_);
        for (;;) {
            const auto written = reader.next();
            if (!written) {
                return Failure{written.error()};
            }
            if (!*written) {
                return Done{};
            }
            store(**written, options);
        }
    }

    void store(const WrittenOption& written, RuleOptions& options) const {
        switch (written.option) {
            case Option::key:
                options.key = open_argument(written);
                break;
            case Option::uid:
                options.uid = open_argument(written).reveal();
                options.uid_opens_secret = opens_secret(written);
                break;
            case Option::pwd:
                options.pwd = open_argument(written);
                break;
            case Option::post:
                options.post = written.argument.front();
                break;
            case Option::alias:
                options.alias = written.argument.front();
                break;
            case Option::srv:
                options.srv = true;
                break;
            case Option::delta:
                options.delta = true;
                break;
            case Option::status:
                options.status = true;
                break;
        }
    }

    [[nodiscard]] bool opens_secret(const WrittenOption& written) const {
        const std::size_t end = written.argument_offset + written.argument.size();
        return std::any_of(
            expansion_.secrets.begin(), expansion_.secrets.end(), [&](const SecretUse& secret) {
                return secret.offset >= written.argument_offset && secret.offset < end;
            });
    }

    // Macros of secrets are opened here and nowhere else. The octal escapes are the
    // administrator's; a secret's own characters stay as they are.
    [[nodiscard]] Secret<std::string> open_argument(const WrittenOption& written) const {
        std::string out;
        const auto append_plain = [&](std::size_t from, std::size_t to) {
            const std::string_view plain = text().substr(from, to - from);
            if (written.quoted) {
                out += plain;
            } else {
                append_unescaped(plain, out);
            }
        };
        const std::size_t end = written.argument_offset + written.argument.size();
        std::size_t done = written.argument_offset;
        for (const SecretUse& secret : expansion_.secrets) {
            if (secret.offset >= done && secret.offset < end) {
                append_plain(done, secret.offset);
                append_revealed(expansion_, secret, macros_, out);
                done = secret.offset + secret.length;
            }
        }
        append_plain(done, end);
        return Secret(std::move(out));
    }

    RuleKind kind_;
    const Expansion& expansion_;
    const MacroSource& macros_;
    std::vector<Considered>* why_;
    std::string firmware_;
    ConditionDialect condition_dialect_;
};

constexpr std::string_view too_long_remedy = "shorten it, or leave an alternative to another rule";

Result<Expansion, RuleError> expand_rule(std::string_view rule, const MacroSource& macros) {
    if (rule.size() > longest_rule) {
        return wrong_rule(longest_rule,
                          fmt::format("a rule has at most {} characters", longest_rule),
                          std::string(too_long_remedy),
                          "too-long");
    }
    Expansion expansion = expand(rule, macros);
    if (expansion.text.size() > longest_expanded_rule) {
        return wrong_rule(
            longest_expanded_rule,
            fmt::format("an expanded rule has at most {} characters", longest_expanded_rule),
            std::string(too_long_remedy),
            "too-long");
    }
    if (const std::size_t at = expansion.text.find(unknown_character); at != std::string::npos) {
        return wrong_rule(at, "a control character", "leave it out");
    }
    return expansion;
}

// The decision is made where the caller finds it: it is large to move.
Result<std::optional<RuleDecision>, RuleError> decide_expanded(Decider decider) {
    Result<std::optional<RuleDecision>, RuleError> result(std::nullopt);
    if (auto decided = decider.decide(*result); !decided) {
        result = Failure{std::move(decided).error()};
    }
    return result;
}

}  // namespace

std::optional<Credentials> RuleOptions::credentials() const {
    if (!uid) {
        return std::nullopt;
    }
    return Credentials{*uid, pwd.value_or(Secret<std::string>())};
}

std::string general_purpose_text(char letter, const MacroSource& macros) {
    const char name = to_upper(letter);
    std::string text;
    (void)macros.append(std::string_view(&name, 1), text);
    return expand(text, macros).text;
}

Result<std::optional<RuleDecision>, RuleError> decide_rule(RuleKind kind,
                                                           std::string_view rule,
                                                           const MacroSource& macros,
                                                           std::vector<Considered>* why,
                                                           const RulePolicy& policy) {
    CHECK(kind != RuleKind::report);  // decide_report_rule()
    const auto expansion = expand_rule(rule, macros);
    if (!expansion) {
        return Failure{expansion.error()};
    }
    if (trim(expansion->text).empty()) {
        return std::optional<RuleDecision>();
    }
    return decide_expanded(Decider(kind, *expansion, macros, policy, why));
}

Result<ReportDecision, RuleError> decide_report_rule(std::string_view rule,
                                                     const MacroSource& macros,
                                                     std::vector<Considered>* why,
                                                     const RulePolicy& policy) {
    const auto expansion = expand_rule(rule, macros);
    if (!expansion) {
        return Failure{expansion.error()};
    }
    Decider decider(RuleKind::report, *expansion, macros, policy, why);
    if (end_of_alternative(expansion->text, 0) == expansion->text.size()) {
        return decider.decide_reports();
    }
    std::optional<RuleDecision> decision;
    if (auto decided = decider.decide(decision); !decided) {
        return Failure{std::move(decided).error()};
    }
    ReportDecision one;
    if (decision) {
        one.alternative = decision->alternative;
        Decider::add(one, *std::move(decision));
    }
    return one;
}

Result<bool, RuleError> decide_trigger(std::string_view expression,
                                       const MacroSource& macros,
                                       const RulePolicy& policy) {
    const auto expansion = expand_rule(expression, macros);
    if (!expansion) {
        return Failure{expansion.error()};
    }
    return Decider(RuleKind::profile, *expansion, macros, policy, nullptr).decide_trigger();
}

}  // namespace onhook::profile
