#include "profile/rule_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "profile/condition.h"
#include "profile/macro_context.h"
#include "profile/rule.h"
#include "profile/rule_assignments.h"
#include "profile/rule_parts.h"
#include "profile/rule_url.h"

namespace onhook::profile {

namespace {

bool has_unknown(std::string_view text) {
    return text.find(unknown_character) != std::string_view::npos;
}

// Every character of every macro replaced, so that offsets stay.
std::string without_macros(std::string_view text, const std::vector<MacroUse>& macros) {
    std::string out(text);
    for (const MacroUse& macro : macros) {
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(macro.offset),
                    macro.length,
                    unknown_character);
    }
    return out;
}

// Macros whose values are texts that no operand without quotes can hold.
bool brings_plain_text(std::string_view macro) {
    constexpr std::array<std::string_view, 8> names = {
        "CCERT", "IP", "MA", "MAC", "MAU", "PN", "PSN", "SN"};
    return std::find(names.begin(), names.end(), macro) != names.end();
}

class Checker {
  public:
    Checker(RuleKind kind, std::string_view rule, const Catalogue* catalogue)
        : kind_(kind),
          macros_(macros_in(rule)),
          text_(without_macros(rule, macros_)),
          rule_(rule),
          catalogue_(catalogue) {}

    std::vector<RuleRemark> check_rule() {
        if (sound()) {
            end_of_alternative(text_, 0) == text_.size() && kind_ == RuleKind::report
                ? check_reports()
                : check_alternatives();
        }
        return remarks();
    }

    std::vector<RuleRemark> check_trigger() {
        if (sound()) {
            note_truth(judge_trigger(text_, {}), 0);
            check_operands({0, text_.size()});
        }
        return remarks();
    }

  private:
    // In the order of the text.
    std::vector<RuleRemark> remarks() {
        check_macros();
        std::stable_sort(remarks_.begin(), remarks_.end(), [](const auto& a, const auto& b) {
            return a.offset < b.offset;
        });
        return std::move(remarks_);
    }

    void error(RuleError error) {
        syntax_errors_ = true;
        remarks_.push_back({error.offset,
                            RuleRemark::Severity::error,
                            error.code,
                            std::move(error.message),
                            std::move(error.remedy)});
    }

    void warn(std::size_t offset, std::string_view code, std::string message, std::string remedy) {
        remarks_.push_back(
            {offset, RuleRemark::Severity::warning, code, std::move(message), std::move(remedy)});
    }

    // What is worth reading part by part.
    bool sound() {
        if (rule_.size() > longest_rule) {
            error(wrong_rule(longest_rule,
                             fmt::format("a rule has at most {} characters", longest_rule),
                             {},
                             "too-long")
                      .error);
            return false;
        }
        if (const std::size_t at = rule_.find(unknown_character); at != rule_.npos) {
            error(wrong_rule(at, "a control character", "leave it out").error);
            return false;
        }
        return !trim(text_).empty();
    }

    void check_alternatives() {
        bool reachable = true;
        bool fetches = false;
        for (std::size_t begin = 0;;) {
            const std::size_t end = end_of_alternative(text_, begin);
            Cursor in(std::string_view(text_).substr(0, end));
            in.advance(begin);
            in.skip_spaces();
            if (!reachable) {
                warn(in.offset(),
                     "unreachable-alternative",
                     "this alternative can never be taken: one before it always is",
                     "put the alternative without a condition last");
            }
            const Found found = check_alternative(in);
            fetches |= reachable && found.truth != Truth::no && found.url;
            reachable &= found.truth != Truth::yes;
            if (end == text_.size()) {
                break;
            }
            begin = end + 1;
        }
        if (!fetches && !syntax_errors_ && kind_ != RuleKind::report) {
            warn(0,
                 "never-fetches",
                 "this rule can never fetch anything",
                 "give the alternative that is taken a URL");
        }
    }

    void check_reports() {
        Cursor in(text_);
        for (std::size_t n = 0;; ++n) {
            in.skip_spaces();
            if (in.at_end()) {
                return;
            }
            if (n == 2) {
                warn(in.offset(),
                     "too-many-reports",
                     "a report rule has at most two reports; this is not sent",
                     "leave it out");
                return;
            }
            const std::size_t before = in.offset();
            check_one(in);
            if (in.offset() == before) {
                return;  // the error says where it went wrong
            }
        }
    }

    struct Found {
        Truth truth = Truth::unknown;  // of the condition; yes: there is none
        bool url = false;
    };

    Found check_alternative(Cursor in) {
        const Found found = check_one(in);
        in.skip_spaces();
        if (!in.at_end() && !stopped_) {
            error(wrong_rule(in.offset(),
                             "expected | or the end of the rule behind the URL",
                             "a URL holds no white space: write %20")
                      .error);
        }
        return found;
    }

    // [ cond ] [ assign ] [ [ options ] url ]
    Found check_one(Cursor& in) {
        Found found;
        stopped_ = true;
        const auto condition = take_condition(in);
        if (!condition) {
            error(condition.error());
            return found;
        }
        found.truth = Truth::yes;
        if (*condition) {
            found.truth =
                note_truth(judge_expression(inside(text_, **condition), {}), (*condition)->begin);
            check_operands(**condition);
        }
        const auto rest = take_rest(in);
        if (!rest) {
            error(rest.error());
            return found;
        }
        stopped_ = false;
        check_rest(*rest);
        found.url = !rest->url.empty();
        return found;
    }

    Truth note_truth(const Result<Truth, RuleError>& truth, std::size_t offset) {
        if (!truth) {
            error(truth.error());
            return Truth::unknown;
        }
        if (*truth != Truth::unknown) {
            warn(
                offset,
                "constant-condition",
                *truth == Truth::yes ? "this condition always holds" : "this condition never holds",
                "compare with a macro, such as $PRVTMR or \"$A\"");
        }
        return *truth;
    }

    void check_operands(const Group& group) {
        ExpressionReader reader(inside(text_, group), {});
        for (auto one = reader.next(); one && *one; one = reader.next()) {
            for (const Operand* operand : {&(*one)->left, &(*one)->right}) {
                const Operand& other = operand == &(*one)->left ? (*one)->right : (*one)->left;
                if (operand->kind == Operand::Kind::unknown) {
                    check_unquoted(*operand, other);
                }
            }
        }
    }

    // 2.3, 3.2: a macro is quoted where a text is meant.
    void check_unquoted(const Operand& operand, const Operand& other) {
        const auto macro = std::find_if(macros_.begin(), macros_.end(), [&](const auto& one) {
            return one.offset == operand.offset;
        });
        const bool plain = macro != macros_.end() && brings_plain_text(macro->name);
        if (plain || other.kind == Operand::Kind::text) {
            warn(operand.offset,
                 "unquoted-text",
                 "a macro without quotes stands for a number or a version, not for a text",
                 "put the macro in quotes");
        }
    }

    void check_rest(const Rest& rest) {
        if (rest.assignments) {
            check_assignments(*rest.assignments);
        }
        RuleRequest request;
        if (rest.options) {
            check_options(*rest.options, request.options);
            if (rest.url.empty()) {
                error(wrong_rule(rest.url_offset,
                                 "expected a URL behind the options",
                                 "write [scheme://]server[:port]/path or /path")
                          .error);
            }
        }
        if (!rest.url.empty()) {
            check_url(rest.url, rest.url_offset, request);
        }
    }

    void check_assignments(const Group& group) {
        AssignmentReader reader(inside(text_, group));
        for (;;) {
            const auto written = reader.next();
            if (!written) {
                error(written.error());
                return;
            }
            if (!*written) {
                return;
            }
            if (catalogue_ != nullptr && !has_unknown((*written)->name)) {
                check_assignment(**written);
            }
        }
    }

    void check_assignment(const WrittenAssignment& written) {
        const auto id = catalogue_->find(assigned_name(written.name));
        if (!id) {
            warn(written.offset,
                 "unknown-parameter",
                 fmt::format("{} is no parameter; the assignment does nothing", written.name),
                 "names are spelled as in a profile, with upper and lower case");
        } else if ((*catalogue_)[*id].secret && is_spelled_out(written.value)) {
            warn(written.offset,
                 "secret-in-clear",
                 fmt::format("the value of {} stands in the rule in clear", written.name),
                 "set it by the profile");
        }
    }

    void check_options(const Group& group, RuleOptions& options) {
        OptionReader reader(inside(text_, group), kind_);
        for (;;) {
            const auto written = reader.next();
            if (!written) {
                error(written.error());
                return;
            }
            if (!*written) {
                return;
            }
            const Option option = (*written)->option;
            if ((option == Option::key || option == Option::pwd) &&
                is_spelled_out((*written)->argument)) {
                warn((*written)->argument_offset,
                     "secret-in-clear",
                     "a key or password stands in the rule in clear",
                     "put it into GPP_SA and write $SA");
            }
            options.srv |= option == Option::srv;
            if (option == Option::post) {
                options.post = 'a';
            }
            if (option == Option::key || option == Option::uid || option == Option::pwd) {
                opening_.push_back({(*written)->argument_offset,
                                    (*written)->argument_offset + (*written)->argument.size()});
            }
        }
    }

    // A text that holds more than macros.
    static bool is_spelled_out(std::string_view text) {
        return text.find_first_not_of(unknown_character) != text.npos;
    }

    void check_url(std::string_view url, std::size_t offset, RuleRequest& request) {
        const std::size_t scheme = url.find("://");
        const std::size_t host = scheme == url.npos ? 0 : scheme + 3;
        const std::size_t path = std::min(url.find('/', host), url.size());
        if (spells_out_a_password(url.substr(host, path - host))) {
            warn(offset + host,
                 "secret-in-clear",
                 "a password stands in the URL in clear",
                 "write [--uid NAME --pwd $SA] before the URL");
        }
        if (has_unknown(url.substr(0, path))) {
            return;  // the macro may bring the scheme, the server or all of it
        }
        std::string sample(url);
        std::replace(sample.begin(), sample.end(), unknown_character, '1');
        if (const auto read = read_rule_url(sample, offset, kind_, request); !read) {
            error(read.error());
        }
    }

    // user:password@host
    static bool spells_out_a_password(std::string_view authority) {
        const std::size_t at = authority.rfind('@');
        const std::size_t colon = authority.find(':');
        return at != authority.npos && colon < at &&
               is_spelled_out(authority.substr(colon + 1, at - colon - 1));
    }

    // 2.2: unknown names stay as they are written; 2.3: so do secrets outside of options.
    void check_macros() {
        for (const MacroUse& macro : macros_) {
            if (!is_macro_name(macro.name) && !macro.secret) {
                warn(macro.offset,
                     "unknown-macro",
                     fmt::format("{} is no macro and stays as it is written",
                                 rule_.substr(macro.offset, macro.length)),
                     "write $$ for a dollar sign that is meant");
            } else if (macro.secret && !syntax_errors_ && !is_opened(macro.offset)) {
                warn(macro.offset,
                     "secret-stays-text",
                     fmt::format("{} opens as an argument of --key, --uid and --pwd only",
                                 rule_.substr(macro.offset, macro.length)),
                     "use one of GPP_A to GPP_P for what is no secret");
            }
        }
    }

    [[nodiscard]] bool is_opened(std::size_t offset) const {
        return std::any_of(opening_.begin(), opening_.end(), [offset](const Group& argument) {
            return offset >= argument.begin && offset < argument.end;
        });
    }

    RuleKind kind_;
    std::vector<MacroUse> macros_;
    std::string text_;
    std::string_view rule_;
    const Catalogue* catalogue_;
    std::vector<RuleRemark> remarks_;
    std::vector<Group> opening_;  // the arguments that open secrets
    bool syntax_errors_ = false;
    bool stopped_ = false;  // the alternative's parts could not be told apart
};

}  // namespace

std::vector<RuleRemark> check_rule(RuleKind kind,
                                   std::string_view rule,
                                   const Catalogue* catalogue) {
    return Checker(kind, rule, catalogue).check_rule();
}

std::vector<RuleRemark> check_trigger(std::string_view expression) {
    return Checker(RuleKind::profile, expression, nullptr).check_trigger();
}

}  // namespace onhook::profile
