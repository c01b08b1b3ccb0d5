#include "phone/xml_object.h"

#include <array>
#include <utility>

#include "base/cursor.h"
#include "base/text.h"

namespace onhook::phone {

namespace {

bool is_xml_name(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':';
}

// The character of a reference that starts at "&"; NUL when it is none that is known.
char take_reference(Cursor& cursor) {
    constexpr std::array<std::pair<std::string_view, char>, 5> named = {
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}};
    for (const auto& [name, character] : named) {
        if (cursor.accept(name)) {
            return character;
        }
    }
    if (!cursor.accept("&#")) {
        return '\0';
    }
    const bool hex = cursor.accept("x");
    const auto digits = cursor.take_while([](char c) { return hex_digit(c) >= 0; });
    const auto code = parse_number<std::uint8_t>(digits, hex ? 16 : 10);
    return code && *code >= ' ' && *code < 0x7F && cursor.accept(";") ? static_cast<char>(*code)
                                                                      : '\0';
}

// One value, its quotes included; see execute_items() for one without.
Result<std::string, ParseError> take_value(Cursor& cursor) {
    const char quote = cursor.peek() == '"' || cursor.peek() == '\'' ? cursor.peek() : '\0';
    cursor.advance(quote == '\0' ? 0 : 1);
    const auto ends = [&] {
        return quote != '\0' ? cursor.peek() == quote
                             : is_space(cursor.peek()) || cursor.peek() == '>' ||
                                   cursor.rest().starts_with("/>");
    };
    std::string value;
    while (!ends()) {
        if (cursor.at_end() || cursor.peek() == '<') {
            return cursor.wanted("the end of the attribute's value");
        }
        if (cursor.peek() != '&') {
            value += cursor.peek();
            cursor.advance();
        } else if (const char c = take_reference(cursor); c != '\0') {
            value += c;
        } else {
            return cursor.wanted("&amp; &lt; &gt; &quot; &apos; or a number of ASCII");
        }
    }
    cursor.advance(quote == '\0' ? 0 : 1);
    return value;
}

// What stands between an element's name and its ">"; the URL attribute, if there is one.
struct StartTag {
    std::optional<std::string> url;
    bool empty = false;  // it ends with "/>"
};

Result<StartTag, ParseError> take_attributes(Cursor& cursor) {
    StartTag tag;
    while (true) {
        cursor.skip_spaces();
        tag.empty = cursor.accept("/>");
        if (tag.empty || cursor.accept(">")) {
            return tag;
        }
        const std::string_view name = cursor.take_while(is_xml_name);
        cursor.skip_spaces();
        if (name.empty() || !cursor.accept("=")) {
            return cursor.wanted("name=\"value\" or the end of the tag");
        }
        cursor.skip_spaces();
        auto value = take_value(cursor);
        if (!value) {
            return Failure{value.error()};
        }
        if (equals_ignoring_case(name, "URL")) {
            tag.url = *std::move(value);
        }
    }
}

// "</name>"
bool accept_end(Cursor& cursor, std::string_view name) {
    if (!cursor.accept("</") || !cursor.accept(name)) {
        return false;
    }
    cursor.skip_spaces();
    return cursor.accept(">");
}

void skip_declaration(Cursor& cursor) {
    cursor.skip_spaces();
    if (cursor.accept("<?xml")) {
        cursor.take_while([](char c) { return c != '>'; });
        (void)cursor.accept(">");
        cursor.skip_spaces();
    }
}

// One <ExecuteItem …/> or <ExecuteItem …></ExecuteItem>.
Result<std::string, ParseError> take_item(Cursor& cursor) {
    constexpr std::string_view element = "ExecuteItem";
    if (!cursor.accept("<") || cursor.take_while(is_xml_name) != element) {
        return cursor.wanted("<ExecuteItem URL=\"…\"/> or the end of the object");
    }
    auto tag = take_attributes(cursor);
    if (!tag) {
        return Failure{tag.error()};
    }
    cursor.skip_spaces();
    if (!tag->empty && !accept_end(cursor, element)) {
        return cursor.wanted("</ExecuteItem>");
    }
    if (!tag->url) {
        return cursor.wanted("an ExecuteItem with a URL attribute before this");
    }
    return *std::move(tag->url);
}

}  // namespace

Result<std::vector<std::string>, ParseError> execute_items(std::string_view body) {
    Cursor cursor(body);
    if (body.size() > longest_xml_object) {
        return cursor.wanted("an object of at most 16384 bytes");
    }
    skip_declaration(cursor);
    if (!cursor.accept("<")) {
        return cursor.wanted("an XML object");
    }
    const std::string_view root = cursor.take_while(is_xml_name);
    if (!root.ends_with("Execute")) {
        return cursor.wanted("an object whose name ends in Execute before this");
    }
    const auto tag = take_attributes(cursor);
    if (!tag) {
        return Failure{tag.error()};
    }
    std::vector<std::string> urls;
    cursor.skip_spaces();
    while (!tag->empty && !cursor.rest().starts_with("</")) {
        auto url = take_item(cursor);
        if (!url) {
            return Failure{url.error()};
        }
        urls.push_back(*std::move(url));
        cursor.skip_spaces();
    }
    if (!tag->empty && !accept_end(cursor, root)) {
        return cursor.wanted("the end tag of the object");
    }
    cursor.skip_spaces();
    if (!cursor.at_end()) {
        return cursor.wanted("nothing behind the object");
    }
    return urls;
}

std::optional<std::string> resync_rule(std::string_view url) {
    constexpr std::string_view scheme = "Resync:";
    if (!equals_ignoring_case(url.substr(0, scheme.size()), scheme)) {
        return std::nullopt;
    }
    std::string_view rule = trim(url.substr(scheme.size()));
    // The brackets of Cisco's example, copied. Those of a rule's options begin with "[--".
    if (rule.starts_with('[') && rule.ends_with(']') && !rule.starts_with("[-")) {
        rule = trim(rule.substr(1, rule.size() - 2));
    }
    return std::string(rule);
}

}  // namespace onhook::phone
