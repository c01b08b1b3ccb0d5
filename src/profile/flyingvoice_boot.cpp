#include "profile/flyingvoice_boot.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/cursor.h"
#include "base/utf8.h"

namespace onhook::profile {

namespace {

// `[T46S,T48S]` in front of an include; nothing when the bracket is not closed.
std::optional<std::vector<std::string>> take_models(Cursor& in) {
    std::vector<std::string> models;
    if (!in.accept("[")) {
        return models;
    }
    for (const std::string_view model :
         split(in.take_while([](char c) { return c != ']'; }), ',')) {
        models.emplace_back(trim(model));
    }
    if (!in.accept("]")) {
        return std::nullopt;
    }
    in.take_while(is_blank);
    return models;
}

// `"file"` or `file`, to the end of the line; empty when the quotes do not match.
std::string_view take_file(Cursor& in) {
    std::string_view file = trim(in.rest());
    in.advance(in.rest().size());
    if (file.size() >= 2 && file.front() == '"' && file.back() == '"') {
        file = file.substr(1, file.size() - 2);
    }
    return file.find('"') == std::string_view::npos ? file : std::string_view();
}

Failure<DocumentError> refuse(std::size_t line, std::size_t offset, std::string why) {
    return Failure{DocumentError{line, offset + 1, std::move(why)}};
}

Result<BootInclude, DocumentError> read_include(const FlyingvoiceLine& line) {
    Cursor in(line.text);
    in.take_while(is_blank);
    auto models = take_models(in);
    if (!models) {
        return refuse(
            line.number, in.offset(), "the list of models is not closed; write ] behind it");
    }
    if (!in.accept("include:config")) {
        return refuse(line.number,
                      in.offset(),
                      "a boot file holds nothing but includes; write include:config \"file\"");
    }
    in.take_while(is_blank);
    const std::size_t place = in.offset();
    const std::string_view file = take_file(in);
    if (file.empty()) {
        return refuse(
            line.number, place, "there is no file name; write one, bare or in double quotes");
    }
    return BootInclude{std::string(file), *std::move(models), line.number};
}

// `overwrite_mode = 1`, a switch of the phones from which the format comes.
bool is_overwrite_mode(std::string_view line) {
    const std::string_view key = trim(line.substr(0, line.find('=')));
    return key == "overwrite_mode" && key.size() < line.size();
}

}  // namespace

Result<std::vector<BootInclude>, DocumentError> read_boot_file(std::string_view document,
                                                               const FlyingvoiceLimits& limits) {
    const auto lines = read_flyingvoice_lines(document, limits);
    if (!lines) {
        return Failure{lines.error()};
    }
    Cursor in(document);
    (void)in.accept(utf8_byte_order_mark);
    if (!in.accept(flyingvoice_header)) {
        return refuse(
            1, 0, fmt::format("a boot file has a header; write {} first", flyingvoice_header));
    }
    std::vector<BootInclude> includes;
    for (const FlyingvoiceLine& line : *lines) {
        if (is_overwrite_mode(line.text)) {
            continue;
        }
        auto include = read_include(line);
        if (!include) {
            return Failure{std::move(include).error()};
        }
        if (includes.size() == most_includes) {
            return refuse(line.number,
                          0,
                          fmt::format("more than {} files; merge some of them", most_includes));
        }
        includes.push_back(*std::move(include));
    }
    if (includes.empty()) {
        return refuse(1, 0, "no file is included; add include:config \"file\"");
    }
    return includes;
}

std::string write_boot_file(const std::vector<BootInclude>& includes) {
    std::string out = fmt::format("{}\n\n", flyingvoice_header);
    for (const BootInclude& include : includes) {
        if (!include.models.empty()) {
            out += fmt::format("[{}]", fmt::join(include.models, ","));
        }
        out += fmt::format("include:config \"{}\"\n", include.file);
    }
    return out;
}

}  // namespace onhook::profile
