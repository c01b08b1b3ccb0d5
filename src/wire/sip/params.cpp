#include "wire/sip/params.h"

#include <algorithm>

#include "base/text.h"
#include "wire/sip/escapes.h"

namespace onhook::wire::sip {

namespace {

bool each_once(const std::vector<Param>& params) {
    for (auto one = params.begin(); one != params.end(); ++one) {
        const bool again = std::any_of(one + 1, params.end(), [&](const Param& other) {
            return equals_ignoring_case(one->name, other.name);
        });
        if (again) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<Params> Params::of_header(std::vector<Param> params) {
    const bool good = std::all_of(params.begin(), params.end(), [](const Param& param) {
        return is_token(param.name) && (!param.value || is_param_value(*param.value));
    });
    if (!good || params.size() > limit || !each_once(params)) {
        return std::nullopt;
    }
    return Params(std::move(params));
}

std::optional<Params> Params::of_uri(std::vector<Param> params) {
    const bool good = std::all_of(params.begin(), params.end(), [](const Param& param) {
        return is_escaped(is_uri_param_char, param.name) &&
               (!param.value || is_escaped(is_uri_param_char, *param.value));
    });
    if (!good || params.size() > limit || !each_once(params)) {
        return std::nullopt;
    }
    return Params(std::move(params));
}

const Param* Params::find(std::string_view name) const noexcept {
    const auto found = std::find_if(params_.begin(), params_.end(), [&](const Param& param) {
        return equals_ignoring_case(param.name, name);
    });
    return found == params_.end() ? nullptr : &*found;
}

bool Params::has(std::string_view name) const noexcept { return find(name) != nullptr; }

std::string_view Params::value(std::string_view name) const noexcept {
    const Param* param = find(name);
    return param != nullptr && param->value ? std::string_view(*param->value) : "";
}

void Params::set(const Token& name) { put(name, std::nullopt); }

void Params::set(const Token& name, const ParamValue& value) { put(name, value.str()); }

void Params::put(std::string_view name, std::optional<std::string> value) {
    const auto found = std::find_if(params_.begin(), params_.end(), [&](const Param& param) {
        return equals_ignoring_case(param.name, name);
    });
    if (found != params_.end()) {
        found->value = std::move(value);
    } else {
        params_.push_back(Param{std::string(name), std::move(value)});
    }
}

std::string Params::to_string() const {
    std::string out;
    for (const Param& param : params_) {
        out += ';';
        out += param.name;
        if (param.value) {
            out += '=';
            out += *param.value;
        }
    }
    return out;
}

}  // namespace onhook::wire::sip
