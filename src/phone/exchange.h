#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "phone/context.h"

namespace onhook::phone {

// How a failed transfer counts (cisco-mpp.md 6.4): not found and corrupt are class B, the rest C.
struct Fault {
    // `unmodified` is no failure: the answer to a conditional request is 304.
    enum class Kind : std::uint8_t {
        not_found,
        corrupt,
        authentication,
        tls,
        other,
        unmodified,
    };

    Kind kind = Kind::other;
    std::string error;  // the macro $ERR, 6.7
};

// What to transfer.
struct Order {
    Method method = Method::get;
    Url url;
    SharedText body;
    SharedText content_type;
    std::optional<profile::Credentials> credentials;
    std::optional<Secret<std::string>> key;
    // A report: any 2xx accepts it (8.3), and its body is what a key seals. A profile comes with
    // 200 only (4.3), and a key opens it.
    bool upload = false;
    Purpose purpose = Purpose::profile;
    Why why = Why::first;
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    SharedText store_as = {};          // as in StartTransfer
    std::uint8_t store_count = 0;      // as in StartTransfer
    std::uint64_t store_bytes = 0;     // as in StartTransfer
    SharedText certificate_name = {};  // as in StartTransfer
    // Empty: the phone's own.
    SharedText user_agent = {};
    AuthScheme scheme = AuthScheme::strongest;
    // Basic: the first request carries the credentials already. Of FTP always.
    bool unasked = false;
    SharedText if_none_match = {};      // as in StartTransfer
    SharedText if_modified_since = {};  // as in StartTransfer
    bool of_text = false;               // as in ContentKeys
};

// One request up to its final answer: follows 301 and 302, answers challenges, and names what went
// wrong (4.3, 6.4). At most one at a time; the ids of earlier ones are stale.
class Exchange {
  public:
    [[nodiscard]] bool active() const noexcept { return running_ && running_->transfer; }

    // Whether the event's transfer is the one that runs; everything else is stale.
    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return active() && transfer == running_->transfer;
    }

    // The URL that is being asked, after redirects.
    [[nodiscard]] bool has_order() const noexcept { return running_ != nullptr; }

    [[nodiscard]] const Url& url() const { return running_->order.url; }

    // Empty until the name is resolved. This and what follows is there with an order only.
    [[nodiscard]] const std::string& server_ip() const { return running_->server_ip; }

    // What the accepted answer says of its file, to be asked about next time; empty where it says
    // nothing.
    [[nodiscard]] const std::string& etag() const { return running_->etag; }

    [[nodiscard]] const std::string& last_modified() const { return running_->last_modified; }

    // Nothing is sent where the result says why: the server is not among Restricted_Access_Domains
    // (4.3). url() is that of the order then too.
    [[nodiscard]] std::optional<Fault> start(Order order, Context& context);

    void found(std::string ip) { running_->server_ip = std::move(ip); }

    // The body of the accepted answer, or why there is none; nothing while a further
    // transfer was started.
    [[nodiscard]] std::optional<Result<SharedText, Fault>> on(const Answered& event,
                                                              Context& context);
    [[nodiscard]] Fault on(const TransferFailed& event);

  private:
    // Apart, for most phones have no transfer most of the time.
    struct Running {
        Order order;
        TransferId transfer = {};  // nothing: it ended
        std::string server_ip = {};
        std::string etag = {};
        std::string last_modified = {};
        int redirects = 0;
        int challenges = 0;
    };

    void send(Context& context, Why why, std::optional<Authorization> authorization);
    [[nodiscard]] std::optional<Fault> restricted(Context& context) const;
    [[nodiscard]] std::optional<Fault> follow(const std::string& location, Context& context);
    [[nodiscard]] bool answers(const Answered& event, Context& context) const;
    [[nodiscard]] std::optional<Authorization> unasked() const;
    [[nodiscard]] Fault failed_with(int status) const;
    [[nodiscard]] Fault failed_because(std::string_view why) const;

    std::unique_ptr<Running> running_;  // the last order, after its end too
};

}  // namespace onhook::phone
