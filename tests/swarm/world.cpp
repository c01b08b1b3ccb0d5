#include "swarm/world.h"

#include <fmt/format.h>

#include "swarm/checks.h"
#include "swarm/dice.h"

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

// How a server says that it has no such file.
Reply not_there(const phone::StartTransfer& transfer) {
    if (transfer.url.scheme() == Scheme::tftp) {
        return {TransferFailed{transfer.transfer, TransferFault::tftp_not_found, "as told"}, 200ms};
    }
    return {answered(transfer, 404), 200ms};
}

}  // namespace

void World::publish() {
    ++version_;
    version_text_ = fmt::format("version {}", version_);
    made_[static_cast<std::size_t>(File::main)] = {};
}

std::optional<World::File> World::file_at(const phone::StartTransfer& transfer) const {
    const std::string_view path = transfer.url.target();
    if (transfer.url.host() == stranger) {
        return std::nullopt;
    }
    if (transfer.purpose == phone::Purpose::redirect) {
        return File::redirect;
    }
    if (transfer.purpose == phone::Purpose::upgrade) {
        return File::manifest;
    }
    if (transfer.purpose == phone::Purpose::authority) {
        return File::ca;
    }
    if (services_.flyingvoice) {
        return flyingvoice_file_at(transfer.url);
    }
    return path.ends_with("b.xml") ? File::second : File::main;
}

std::string World::text_of(File file) const {
    if (services_.flyingvoice) {
        return flyingvoice_text_of(file);
    }
    switch (file) {
        case File::redirect:
            return fmt::format("<flat-profile><Profile_Rule>{}</Profile_Rule></flat-profile>",
                               services_.redirect_target);
        case File::manifest:
            return fmt::format("rootfs.sbn 6 {}\n", component_digest);
        case File::ca:
            return fmt::format("-----BEGIN CERTIFICATE-----\n{}\n", version_text_);
        case File::second:
            return "<flat-profile><GPP_C>second</GPP_C></flat-profile>";
        default:
            return fmt::format(
                "<flat-profile><GPP_A>{0}</GPP_A><GPP_SA>{1}</GPP_SA><Password_1_>{1}</Password_1_>"
                "<Display_Name_1_>{2}</Display_Name_1_></flat-profile>",
                version_text_,
                secret,
                services_.restarts ? version_text_ : "Ann");
    }
}

const SharedText& World::document(File file) {
    constexpr unsigned often = 16;
    SharedText& made = made_.at(static_cast<std::size_t>(file));
    if (made.empty() || ++handed_out_ % often == 0) {
        made = text_of(file);
    }
    return made;
}

std::string World::tag_of(File file) const {
    const bool tagged = file == File::second ? services_.second_tag : services_.tags;
    if (!tagged) {
        return {};
    }
    return file == File::main ? fmt::format("\"{}\"", version_) : "\"0\"";
}

// The whole firmware of a phone that has it in one file.
Reply World::image(const phone::StartTransfer& transfer) const {
    const std::string tag =
        services_.image_tag ? fmt::format("\"image {}\"", image_) : std::string();
    const bool unchanged = !tag.empty() && transfer.if_none_match == tag;
    Answered answer = answered(transfer, unchanged ? 304 : 200);
    if (!unchanged) {
        answer.stored = phone::StoredFile{6, fmt::format("{:064x}", image_)};
        answer.etag = tag;
    }
    return {std::move(answer), 200ms, true};
}

Reply World::good(const phone::StartTransfer& transfer) {
    const auto file = file_at(transfer);
    if (!file) {
        return not_there(transfer);
    }
    const bool profile = transfer.purpose == phone::Purpose::profile;
    if (profile && !services_.challenge.empty() && !transfer.authorization &&
        transfer.url.scheme() != Scheme::tftp) {
        Answered answer = answered(transfer, 401);
        answer.challenge = services_.challenge;
        return {std::move(answer), 200ms};
    }
    if (!transfer.store_as.empty()) {
        if (services_.flyingvoice) {
            return image(transfer);
        }
        Answered answer = answered(transfer, 200);
        answer.stored = phone::StoredFile{6, std::string(component_digest)};
        return {std::move(answer), 200ms, true};
    }
    Answered answer = answered(transfer, 200);
    if (!transfer.upload) {
        answer.etag = tag_of(*file);
        if (!answer.etag.empty() && transfer.if_none_match == answer.etag) {
            answer.status = 304;
        } else {
            answer.body = document(*file);
            answer.authority = *file == File::ca ? "CA" : "";
        }
    }
    return {std::move(answer), 200ms, true, profile && *file == File::main};
}

// A part of the document, which does not read as one.
void World::cut_short(Reply& reply, const phone::StartTransfer& transfer) {
    auto* answer = std::get_if<Answered>(&reply.event);
    const bool is_image = answer != nullptr && answer->stored;
    if (answer == nullptr || answer->status != 200 || (is_image && services_.flyingvoice)) {
        // An image of one file does not tell that some of it is missing; its transfer does.
        reply.event = TransferFailed{transfer.transfer, TransferFault::protocol, "cut off"};
    } else if (is_image) {
        answer->stored->size /= 2;
    } else {
        // An empty answer of the redirect service is no fault: it ends customization.
        answer->body = "<" + answer->body.str().substr(0, prng_->up_to(answer->body.size() / 2));
        answer->authority.clear();
    }
}

// Loss, delay, errors, corrupt bodies, wrong certificates.
void World::spoil(Reply& reply, const phone::StartTransfer& transfer, std::uint64_t way) {
    const bool well = reply.whole;
    reply.whole = false;
    switch (way) {
        case 0: {
            constexpr int statuses[] = {204, 303, 307, 400, 403, 404, 410, 500, 503, 304};
            const int status = any_of(*prng_, statuses);
            // A server that says so of a file that is another one now makes a liar of the phone.
            reply.event =
                answered(transfer, status == 304 && !transfer.if_none_match.empty() ? 500 : status);
            break;
        }
        case 1: {
            constexpr std::string_view targets[] = {
                "", "/elsewhere/a.xml", "/elsewhere/a.xml", "http://other.test/a.xml"};
            Answered answer = answered(transfer, one_in(*prng_, 2) ? 401 : 302);
            answer.challenge = "Basic realm=\"x\"";
            answer.location = any_of(*prng_, targets);
            reply.event = std::move(answer);
            break;
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
            break;
        }
        case 3:  // nobody answers
            reply.event = TransferFailed{transfer.transfer, TransferFault::connect, "timed out"};
            reply.after = 60s;
            break;
        case 4:
            cut_short(reply, transfer);
            break;
        default:  // late, but well
            reply.whole = well;
            reply.after = Seconds(static_cast<std::int64_t>(prng_->up_to(50)));
            return;
    }
    reply.main = false;
}

Reply World::answer(const phone::StartTransfer& transfer) {
    if (dead_) {
        return {TransferFailed{transfer.transfer, TransferFault::connect, "timed out"}, 60s};
    }
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

// Lost, late or nonsense now and then.
std::optional<World::Pnp> World::answer_pnp() {
    constexpr Duration soon = 300ms;
    constexpr Duration too_late = 8s;
    if (services_.pnp_url.empty()) {
        return std::nullopt;
    }
    if (faulty_ && one_in(*prng_, 3)) {
        switch (prng_->up_to(2)) {
            case 0:
                return std::nullopt;
            case 1:
                return Pnp{services_.pnp_url, too_late};
            default:
                return Pnp{"gopher://nowhere", soon};
        }
    }
    return Pnp{services_.pnp_url, soon};
}

}  // namespace onhook::swarm
