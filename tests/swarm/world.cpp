#include "swarm/world.h"

#include <fmt/format.h>

namespace onhook::swarm {

using phone::Answered;
using phone::TransferFailed;
using phone::TransferFault;

namespace {

// One component of the only load there is: six bytes of zero.
constexpr std::string_view component_digest =
    "b0f66adc83641586656866813fd9dd0b8ebb63796075661ba45d1aa8089e1d44";

Answered answered(const phone::StartTransfer& transfer, int status) {
    Answered answer;
    answer.transfer = transfer.transfer;
    answer.status = status;
    return answer;
}

}  // namespace

std::string World::document(const phone::StartTransfer& transfer) const {
    const std::string_view path = transfer.url.target();
    if (transfer.purpose == phone::Purpose::redirect) {
        return fmt::format("<flat-profile><Profile_Rule>{}</Profile_Rule></flat-profile>",
                           redirect_target);
    }
    if (transfer.purpose == phone::Purpose::upgrade) {
        return fmt::format("rootfs.sbn 6 {}\n", component_digest);
    }
    if (path.ends_with("b.xml")) {
        return "<flat-profile><GPP_C>second</GPP_C></flat-profile>";
    }
    return fmt::format(
        "<flat-profile><GPP_A>{0}</GPP_A><GPP_SA>{1}</GPP_SA><Password_1_>{1}</Password_1_>"
        "<Display_Name_1_>{2}</Display_Name_1_></flat-profile>",
        version(),
        secret,
        restarts ? version() : "Ann");
}

Reply World::good(const phone::StartTransfer& transfer) const {
    Answered answer = answered(transfer, 200);
    if (!transfer.store_as.empty()) {
        answer.stored = phone::StoredFile{6, std::string(component_digest)};
    } else if (!transfer.upload) {
        answer.body = document(transfer);
    }
    return {std::move(answer), 200ms, true};
}

// Loss, delay, errors, corrupt bodies, wrong certificates.
void World::spoil(Reply& reply, const phone::StartTransfer& transfer, std::uint64_t way) {
    auto& good_answer = std::get<Answered>(reply.event);
    reply.whole = false;
    switch (way) {
        case 0: {
            constexpr int statuses[] = {204, 303, 307, 400, 403, 404, 410, 500, 503};
            reply.event = answered(transfer, any_of(*prng_, statuses));
            return;
        }
        case 1: {
            Answered answer = answered(transfer, one_in(*prng_, 2) ? 401 : 302);
            answer.challenge = "Basic realm=\"x\"";
            answer.location = one_in(*prng_, 2) ? "/elsewhere/a.xml" : "";
            reply.event = std::move(answer);
            return;
        }
        case 2: {
            constexpr TransferFault faults[] = {TransferFault::dns,
                                                TransferFault::tls,
                                                TransferFault::too_large,
                                                TransferFault::undecoded,
                                                TransferFault::corrupt,
                                                TransferFault::tftp_not_found,
                                                TransferFault::tftp,
                                                TransferFault::protocol};
            reply.event = TransferFailed{transfer.transfer, any_of(*prng_, faults), "as told"};
            return;
        }
        case 3:  // nobody answers
            reply.event = TransferFailed{transfer.transfer, TransferFault::connect, "timed out"};
            reply.after = 60s;
            return;
        case 4:  // a part of the document
            // An empty answer of the redirect service is no fault: it ends customization.
            good_answer.body =
                "<" + good_answer.body.str().substr(0, prng_->up_to(good_answer.body.size() / 2));
            return;
        default:  // late, but well
            reply.whole = true;
            reply.after = Seconds(static_cast<std::int64_t>(prng_->up_to(50)));
    }
}

Reply World::answer(const phone::StartTransfer& transfer) {
    Reply reply = good(transfer);
    if (faulty_ && one_in(*prng_, 3)) {
        spoil(reply, transfer, prng_->up_to(5));
    }
    return reply;
}

Reply World::spoilt_answer(const phone::StartTransfer& transfer, unsigned way) {
    Reply reply = good(transfer);
    spoil(reply, transfer, way);
    return reply;
}

}  // namespace onhook::swarm
