#include "profile/version.h"

#include <algorithm>

#include "base/char_set.h"
#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr CharSet is_field_char([](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
constexpr CharSet is_load_name_char([](char c) { return is_field_char(c) || c == '-'; });

// "11", "3", "1MPP" of "11-3-1MPP".
std::string_view take_field(Cursor& in, char separator) {
    const std::string_view field = in.take_while([separator](char c) { return c != separator; });
    (void)in.accept(std::string_view(&separator, 1));
    return field;
}

// As numbers of any length.
std::weak_ordering compare_digits(std::string_view a, std::string_view b) {
    const auto without_zeros = [](std::string_view digits) {
        return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
    };
    a = without_zeros(a);
    b = without_zeros(b);
    return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

// 3.3, step 4: the number in front, then the text behind it.
std::weak_ordering compare_fields(std::string_view a, std::string_view b) {
    Cursor left(a);
    Cursor right(b);
    const auto numbers = compare_digits(left.take_while(is_digit), right.take_while(is_digit));
    return numbers != 0 ? numbers : left.rest() <=> right.rest();
}

// sip<letters/digits/_>.
std::string_view without_model(std::string_view text) {
    Cursor in(text);
    const bool model = in.accept("sip") && !in.take_while(is_field_char).empty() && in.accept(".");
    return model ? in.rest() : text;
}

// Fields that start with a digit, with dots between them: 2.0.1, 2.0.6(b).
bool is_dotted(std::string_view text) {
    Cursor in(text);
    std::size_t fields = 0;
    do {
        if (in.take_while(is_digit).empty()) {
            return false;
        }
        in.take_while([](char c) { return is_field_char(c) || c == '(' || c == ')'; });
        ++fields;
    } while (in.accept("."));
    return in.at_end() && fields > 1;
}

bool starts_with_digit(std::string_view text) { return !text.empty() && is_digit(text.front()); }

}  // namespace

Result<Version, ParseError> Version::parse(std::string_view text) {
    constexpr std::string_view form = "a version like sip88xx.11-3-1MPP-678, 11-3-1MPP or 2.0.1";
    const Failure<ParseError> wrong{ParseError{0, form}};
    Version version;
    std::string_view name = without_model(text);
    if (name.size() == text.size() && name.find('-') == name.npos) {
        version.separator_ = '.';
        version.fields_ = text;
        return is_dotted(text) ? Result<Version, ParseError>(version) : wrong;
    }
    if (name.ends_with(".loads")) {
        name.remove_suffix(6);
    }
    Cursor in(name);
    in.take_while(is_load_name_char);
    if (!in.at_end()) {
        return wrong;
    }
    in = Cursor(name);
    const std::string_view major = in.take_while(is_digit);
    if (major.empty() || !in.accept("-")) {
        return wrong;
    }
    const std::string_view minor = take_field(in, '-');
    const std::string_view rest = in.rest();
    if (!starts_with_digit(minor) || !starts_with_digit(rest)) {
        return wrong;
    }
    version.fields_ = name;
    // Step 3: what stands behind a micro that names its branch (MPP, MSR, MN) is the build.
    const std::size_t last = rest.rfind('-');
    if (last != rest.npos && rest.substr(0, last).find('M') != rest.npos) {
        Cursor build(rest.substr(last + 1));
        version.build_ = build.take_while(is_digit);
        if (!version.build_.empty()) {
            version.fields_.remove_suffix(rest.size() - last);
        }
    }
    return version;
}

Result<std::weak_ordering, ParseError> Version::compare(const Version& other) const {
    if (separator_ != other.separator_) {
        return Failure{ParseError{
            0, "both versions in one form: load names (11-3-1MPP) or numbers with dots (2.0.1)"}};
    }
    Cursor left(fields_);
    Cursor right(other.fields_);
    while (!left.at_end() && !right.at_end()) {
        const auto order =
            compare_fields(take_field(left, separator_), take_field(right, separator_));
        if (order != 0) {
            return order;
        }
    }
    if (!left.at_end() || !right.at_end()) {
        return right.at_end() ? std::weak_ordering::greater : std::weak_ordering::less;
    }
    // Step 5: $SWVER is shown with and without its build.
    if (build_.empty() || other.build_.empty()) {
        return std::weak_ordering::equivalent;
    }
    return compare_digits(build_, other.build_);
}

}  // namespace onhook::profile
