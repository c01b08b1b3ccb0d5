// Expat does the XML; this file decides what of it is a profile (cisco-mpp.md 1.1 to 1.5, 1.7).
#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>

#include <expat.h>
#include <fmt/format.h>

#include "base/cursor.h"
#include "base/place.h"
#include "base/utf8.h"
#include "profile/flat_profile.h"
#include "profile/xml_error.h"

namespace onhook::profile {

namespace {

// What the attributes of a parameter's tag say (1.3).
struct Attributes {
    std::optional<Access> access;
    bool preserve_value = false;
};

// ua="rw", preserve-value="y", and AC's prose form ua="rw,y". An illegal ua is ignored, and so is
// every other attribute.
Attributes read_attributes(const XML_Char** given) {
    Attributes read;
    for (std::size_t i = 0; given[i] != nullptr; i += 2) {
        const std::string_view name = given[i];
        const std::string_view value = given[i + 1];
        if (name == "ua") {
            const bool combined = value.ends_with(",y");
            read.access = parse_access(combined ? value.substr(0, value.size() - 2) : value);
            read.preserve_value |= combined && read.access.has_value();
        } else if (name == "preserve-value") {
            read.preserve_value |= value == "y";
        }
    }
    // preserve-value only means something beside ua.
    read.preserve_value = read.preserve_value && read.access.has_value();
    return read;
}

// Trim first, then turn new lines into spaces (1.5). Expat has made CRLF one LF already.
std::string_view value_of(std::string& text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return trim(text);
}

// One run of the parser. Expat is C: nothing may be thrown through it, and memory that runs out
// ends the process.
class FlatProfileReader {
  public:
    FlatProfileReader(std::string_view document,
                      ElementSink& sink,
                      const ProfileLimits& limits,
                      const AliasMap* aliases)
        : document_(document),
          sink_(sink),
          limits_(limits),
          aliases_(aliases),
          // Naming the encoding here overrules what the document says of itself: only UTF-8 is
          // supported (1.1). Only UTF-16 that shows by its first bytes is still read as such.
          parser_(XML_ParserCreate("UTF-8"), &XML_ParserFree) {
        CHECK(parser_ != nullptr);
    }

    Status<DocumentError> run();

  private:
    // A parameter whose end has not come yet. There are several only where an alias names an
    // element inside another parameter.
    struct Open {
        std::size_t depth = 0;
        std::string_view alias_of;  // the parameter; empty: the element's own name
        bool self_closed = false;
        Attributes attributes;
        std::size_t offset = 0;
        std::string text;
    };

    void open(std::string_view name, const XML_Char** attributes);
    void close(std::string_view name);
    void add(std::string_view text);
    void refuse_doctype();
    [[nodiscard]] std::optional<std::string_view> alias() const;
    [[nodiscard]] bool is_self_closed() const;
    [[nodiscard]] std::string_view name_at(std::size_t offset) const;
    [[nodiscard]] DocumentError error_at(std::size_t offset, std::string message) const;
    void stop(std::string message);
    void stop_at(std::size_t offset, std::string message);

    // The innermost parameter, if the parser stands directly in it.
    [[nodiscard]] Open* innermost() {
        Open* open = open_count_ == 0 ? nullptr : &open_[open_count_ - 1];
        return open != nullptr && open->depth == depth_ ? open : nullptr;
    }

    [[nodiscard]] std::size_t offset() const {
        const XML_Index index = XML_GetCurrentByteIndex(parser_.get());
        return index < 0 ? 0 : static_cast<std::size_t>(index);
    }

    std::string_view document_;
    ElementSink& sink_;
    const ProfileLimits& limits_;
    const AliasMap* aliases_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser_;
    std::size_t depth_ = 0;       // open elements
    std::size_t root_depth_ = 0;  // depth of the open <flat-profile>, 0 outside
    bool seen_one_ = false;       // a <flat-profile> or an alias
    std::size_t count_ = 0;
    std::string path_;        // "/CPE/SIP-Credentials/name"; only kept with aliases
    std::vector<Open> open_;  // kept for their buffers; the first open_count_ are in use
    std::size_t open_count_ = 0;
    std::optional<DocumentError> error_;
};

DocumentError FlatProfileReader::error_at(std::size_t offset, std::string message) const {
    const Place place = place_at(document_, offset);
    return DocumentError{place.line, place.column, std::move(message)};
}

void FlatProfileReader::stop(std::string message) { stop_at(offset(), std::move(message)); }

void FlatProfileReader::stop_at(std::size_t offset, std::string message) {
    if (!error_) {
        error_ = error_at(offset, std::move(message));
        XML_StopParser(parser_.get(), XML_FALSE);
    }
}

// Expat reports a DOCTYPE behind its name.
void FlatProfileReader::refuse_doctype() {
    const std::size_t start = document_.rfind("<!DOCTYPE", offset());
    stop_at(start == std::string_view::npos ? offset() : start,
            "a DOCTYPE is not allowed in a profile; leave it out");
}

// The tag's own bytes end in "/>". Expat reports <X/> and <X></X> alike.
bool FlatProfileReader::is_self_closed() const {
    const auto size = static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()));
    return size >= 2 && document_.substr(offset() + size - 2, 2) == "/>";
}

// The name of the element whose tag stands there, for messages.
std::string_view FlatProfileReader::name_at(std::size_t offset) const {
    Cursor in(document_.substr(offset));
    in.advance();
    return in.take_while([](char c) { return !is_space(c) && c != '>' && c != '/'; });
}

std::optional<std::string_view> FlatProfileReader::alias() const {
    return aliases_ == nullptr ? std::nullopt : aliases_->find(path_);
}

void FlatProfileReader::open(std::string_view name, const XML_Char** attributes) {
    ++depth_;
    if (aliases_ != nullptr) {
        path_ += '/';
        path_ += name;
    }
    if (depth_ > limits_.depth) {
        stop(fmt::format("elements nested deeper than {}; close elements before others open",
                         limits_.depth));
        return;
    }
    if (root_depth_ == 0 && name == flat_profile_root) {
        root_depth_ = depth_;
        seen_one_ = true;
        return;
    }
    const auto alias_of = alias();
    if (!alias_of && (root_depth_ == 0 || depth_ != root_depth_ + 1)) {
        return;  // a wrapper, or something inside a parameter: not ours, and its text neither
    }
    if (++count_ > limits_.elements) {
        stop(fmt::format("more than {} parameters; leave out the rest", limits_.elements));
        return;
    }
    seen_one_ = true;
    if (open_count_ == open_.size()) {
        open_.emplace_back();
    }
    Open& element = open_[open_count_++];
    element.depth = depth_;
    element.alias_of = alias_of.value_or(std::string_view());
    element.self_closed = is_self_closed();
    element.attributes = read_attributes(attributes);
    element.offset = offset();
    element.text.clear();
}

void FlatProfileReader::close(std::string_view name) {
    if (Open* element = innermost()) {
        sink_.take({.name = element->alias_of.empty() ? name : element->alias_of,
                    .text = value_of(element->text),
                    .self_closed = element->self_closed,
                    .access = element->attributes.access,
                    .preserve_value = element->attributes.preserve_value,
                    .offset = element->offset});
        --open_count_;
    } else if (depth_ == root_depth_) {
        root_depth_ = 0;
    }
    if (aliases_ != nullptr) {
        path_.resize(path_.size() - name.size() - 1);
    }
    --depth_;
}

void FlatProfileReader::add(std::string_view text) {
    Open* element = innermost();
    if (element == nullptr) {
        return;
    }
    if (element->text.size() + text.size() > limits_.value_bytes) {
        stop(fmt::format("value of {} longer than {} bytes; shorten it",
                         name_at(element->offset),
                         limits_.value_bytes));
        return;
    }
    element->text += text;
}

Status<DocumentError> FlatProfileReader::run() {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const XML_Char* name, const XML_Char** attributes) noexcept {
            static_cast<FlatProfileReader*>(self)->open(name, attributes);
        },
        [](void* self, const XML_Char* name) noexcept {
            static_cast<FlatProfileReader*>(self)->close(name);
        });
    XML_SetCharacterDataHandler(
        parser_.get(), [](void* self, const XML_Char* text, int size) noexcept {
            static_cast<FlatProfileReader*>(self)->add({text, static_cast<std::size_t>(size)});
        });
    // 14: entities are bounded because there are none but XML's own five.
    XML_SetStartDoctypeDeclHandler(
        parser_.get(),
        [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) noexcept {
            static_cast<FlatProfileReader*>(self)->refuse_doctype();
        });
    const auto status =
        XML_Parse(parser_.get(), document_.data(), static_cast<int>(document_.size()), XML_TRUE);
    if (error_) {
        return Failure{*std::move(error_)};
    }
    if (status != XML_STATUS_OK) {
        return Failure{error_at(offset(), explain_xml_error(XML_GetErrorCode(parser_.get())))};
    }
    if (!seen_one_) {
        return Failure{DocumentError{
            1,
            1,
            fmt::format("there is no <flat-profile> element{}; put the parameters into one",
                        aliases_ == nullptr ? "" : ", and no alias names an element")}};
    }
    return Done{};
}

// Makes elements of their own out of views.
class ElementCollector : public ElementSink {
  public:
    explicit ElementCollector(std::string_view document) : places_(document) {}

    void take(const ElementView& element) override {
        const Place place = places_.at(element.offset);
        elements.push_back({std::string(element.name),
                            std::string(element.text),
                            element.self_closed,
                            element.access,
                            element.preserve_value,
                            place.line,
                            place.column});
    }

    std::vector<Element> elements;

  private:
    PlaceFinder places_;
};

}  // namespace

ElementView view_of(const Element& element) {
    return {.name = element.name,
            .text = element.text,
            .self_closed = element.self_closed,
            .access = element.access,
            .preserve_value = element.preserve_value,
            .offset = 0};
}

Status<DocumentError> read_flat_profile(std::string_view document,
                                        ElementSink& sink,
                                        const ProfileLimits& limits,
                                        const AliasMap* aliases) {
    if (document.size() > limits.bytes) {
        return Failure{DocumentError{
            1,
            1,
            fmt::format("profile larger than {} bytes; split it or leave something out",
                        limits.bytes)}};
    }
    if (starts_like_utf16(document)) {
        return Failure{DocumentError{1, 1, "the profile is UTF-16; save it as UTF-8"}};
    }
    return FlatProfileReader(document, sink, limits, aliases).run();
}

Result<std::vector<Element>, DocumentError> read_flat_profile(std::string_view document,
                                                              const ProfileLimits& limits) {
    ElementCollector collector(document);
    return read_flat_profile(document, collector, limits).transform([&](Done) {
        return std::move(collector.elements);
    });
}

}  // namespace onhook::profile
