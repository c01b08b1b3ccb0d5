#include "provision/admission.h"

#include <array>

#include <fmt/format.h>

#include "profile/dialect.h"

namespace onhook::provision {

Claims claims_of(const PhoneRequest& request, std::string_view user_agent) {
    Claims claims{.path = request.path_mac, .query = request.query_mac};
    if (const auto hint = profile::read_user_agent(user_agent)) {
        claims.user_agent = hint->mac;
    }
    return claims;
}

Decision claimed_device(const Claims& claims) {
    struct Claim {
        std::string_view source;
        std::optional<MacAddress> mac;
    };

    const std::array<Claim, 3> all = {Claim{"path", claims.path},
                                      Claim{"query", claims.query},
                                      Claim{"User-Agent", claims.user_agent}};
    const Claim* first = nullptr;
    for (const Claim& claim : all) {
        if (!claim.mac) {
            continue;
        }
        if (first == nullptr) {
            first = &claim;
        } else if (claim.mac != first->mac) {
            return Failure{Refusal{403,
                                   fmt::format("the {} says {} but the {} says {}",
                                               first->source,
                                               first->mac->to_string(),
                                               claim.source,
                                               claim.mac->to_string())}};
        }
    }
    if (first == nullptr) {
        return Failure{Refusal{404, "neither path, query nor User-Agent says which phone asks"}};
    }
    return *first->mac;
}

Refusal unknown_device(MacAddress mac) {
    return {404, fmt::format("no device {}; add it to serve it", mac.to_string())};
}

}  // namespace onhook::provision
