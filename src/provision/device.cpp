#include "provision/device.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "provision/fault.h"

namespace onhook::provision {

namespace {

Status<> check_text(const Device& device,
                    std::string_view field,
                    std::string_view text,
                    std::size_t limit) {
    if (!is_one_line(text, limit)) {
        return fail(Fault::bad_device,
                    fmt::format("device {}: the {} is not one line of at most {} bytes; shorten it",
                                device.mac.to_string(),
                                field,
                                limit));
    }
    return Done{};
}

}  // namespace

Status<> check_device(const Device& device) {
    const bool clean = std::all_of(device.model.begin(), device.model.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '-';
    });
    if (!clean || device.model.size() > Device::max_model_length) {
        return fail(Fault::bad_device,
                    fmt::format("device {}: a model is at most {} letters, digits and '-', such as "
                                "8841",
                                device.mac.to_string(),
                                Device::max_model_length));
    }
    auto name = check_text(device, "name", device.name, Device::max_name_length);
    if (!name) {
        return name;
    }
    return check_text(device, "comment", device.comment, Device::max_comment_length);
}

}  // namespace onhook::provision
