#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/prng.h"
#include "base/shared_text.h"
#include "phone/actions.h"
#include "phone/events.h"
#include "phone/memory.h"

namespace onhook::swarm {

// What there is for a phone, and how its servers behave when all is well.
struct Services {
    bool flyingvoice = false;
    std::string redirect_target = {};  // of the redirect service; empty: there is none
    std::string pnp_url = {};          // empty: nobody answers
    std::string challenge = {};        // not empty: who asks for a profile must answer it
    bool restarts = false;             // a new profile changes what counts only after a restart
    bool boot_file = false;            // a directory has a boot file
    bool common_file = false;
    bool tags = false;        // files have an ETag
    bool second_tag = false;  // the second profile's too
    bool image_tag = false;   // and firmware's
};

// How a server answered, and when.
struct Reply {
    std::variant<phone::Answered, phone::TransferFailed> event;
    Duration after{};
    bool whole = false;  // a document as the server has it
    bool main = false;   // the profile that has the version in it, or a 304 about it
};

// The servers of one phone: redirect, profiles, reports, firmware.
class World {
  public:
    World(Prng& prng, Services services) : services_(std::move(services)), prng_(&prng) {}

    // The provider changed the profile.
    void publish();

    // There is another image behind the same URL.
    void publish_image() { ++image_; }

    // As the profile has it.
    [[nodiscard]] const std::string& version() const { return version_text_; }

    void end_of_faults() { faulty_ = false; }

    // From now on, nobody answers any more.
    void die() { dead_ = true; }

    [[nodiscard]] Reply answer(const phone::StartTransfer& transfer);
    // This answer goes wrong, in the n-th of the ways.
    [[nodiscard]] Reply spoilt_answer(const phone::StartTransfer& transfer, unsigned way);

    // Who answers a question for PnP, and when.
    struct Pnp {
        std::string url;
        Duration after{};
    };

    [[nodiscard]] std::optional<Pnp> answer_pnp();

  private:
    // What servers hand out.
    enum class File : std::uint8_t { main, second, third, common, boot, redirect, manifest, ca };
    static constexpr std::size_t files = 8;

    [[nodiscard]] Reply good(const phone::StartTransfer& transfer);
    [[nodiscard]] std::optional<File> file_at(const phone::StartTransfer& transfer) const;
    [[nodiscard]] std::optional<File> flyingvoice_file_at(const Url& url) const;
    [[nodiscard]] std::string text_of(File file) const;
    [[nodiscard]] std::string flyingvoice_text_of(File file) const;
    [[nodiscard]] const SharedText& document(File file);
    [[nodiscard]] std::string tag_of(File file) const;
    [[nodiscard]] Reply image(const phone::StartTransfer& transfer) const;
    void spoil(Reply& reply, const phone::StartTransfer& transfer, std::uint64_t way);
    void cut_short(Reply& reply, const phone::StartTransfer& transfer);

    Services services_;
    Prng* prng_;
    unsigned version_ = 1;
    std::string version_text_ = "version 1";
    unsigned image_ = 1;
    bool faulty_ = true;
    bool dead_ = false;
    // Texts that were handed out already. Now and then they are made anew: phones see at once that
    // a text is the one they have, and must see it with another one that says the same.
    std::array<SharedText, files> made_;
    unsigned handed_out_ = 0;
};

}  // namespace onhook::swarm
