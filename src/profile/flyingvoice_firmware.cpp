#include "profile/flyingvoice_firmware.h"

#include "base/cursor.h"

namespace onhook::profile {

namespace {

constexpr bool is_version_char(char c) noexcept { return is_digit(c) || c == '.'; }

}  // namespace

std::optional<FlyingvoiceImage> read_image_name(std::string_view name) {
    constexpr std::string_view mark = "-FVUI";
    const std::size_t dash = name.find(mark);
    if (dash == 0 || dash == std::string_view::npos) {
        return std::nullopt;
    }
    FlyingvoiceImage image;
    image.model = name.substr(0, dash);
    Cursor in(name.substr(dash + mark.size()));
    image.generation = in.take_while(is_digit);
    if (!in.accept("_V")) {
        return std::nullopt;
    }
    image.version = in.take_while(is_version_char);
    if (image.version.empty() || !in.accept("_")) {
        return std::nullopt;
    }
    image.built = in.take_while(is_digit);
    if (image.built.size() != 12 || !in.accept("_RC.bin") || !in.at_end()) {
        return std::nullopt;
    }
    return image;
}

std::string_view to_string(UpgradeDecision decision) noexcept {
    switch (decision) {
        case UpgradeDecision::download:
            return "download";
        case UpgradeDecision::same_version:
            return "same version";
        case UpgradeDecision::other_model:
            return "other model";
        case UpgradeDecision::ask_server:
            return "ask server";
    }
    return "";
}

UpgradeDecision decide_upgrade(const Url& image, const Identity& phone) {
    std::string_view name = image.target();
    name = name.substr(0, name.find('?'));
    name = name.substr(name.rfind('/') + 1);
    const auto read = read_image_name(name);
    if (!read) {
        return UpgradeDecision::ask_server;
    }
    if (!equals_ignoring_case(read->model, phone.model)) {
        return UpgradeDecision::other_model;
    }
    return read->version == phone.firmware ? UpgradeDecision::same_version
                                           : UpgradeDecision::download;
}

}  // namespace onhook::profile
