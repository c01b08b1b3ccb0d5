#pragma once

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
    std::string body;
    std::string content_type;
    std::optional<profile::Credentials> credentials;
    std::optional<Secret<std::string>> key;
    // A report: any 2xx accepts it (8.3), and its body is what a key seals. A profile comes with
    // 200 only (4.3), and a key opens it.
    bool upload = false;
    Purpose purpose = Purpose::profile;
    Why why = Why::first;
    profile::ResyncCause cause = profile::ResyncCause::power_up;
    std::string store_as = {};          // as in StartTransfer
    std::string certificate_name = {};  // as in StartTransfer
    // Empty: the phone's own.
    std::string user_agent = {};
    AuthScheme scheme = AuthScheme::strongest;
    // Basic: the first request carries the credentials already. Of FTP always.
    bool unasked = false;
    std::string if_none_match = {};      // as in StartTransfer
    std::string if_modified_since = {};  // as in StartTransfer
    bool of_text = false;                // as in ContentKeys
};

// One request up to its final answer: follows 301 and 302, answers challenges, and names what went
// wrong (4.3, 6.4). At most one at a time; the ids of earlier ones are stale.
class Exchange {
  public:
    [[nodiscard]] bool active() const noexcept { return static_cast<bool>(transfer_); }

    // Whether the event's transfer is the one that runs; everything else is stale.
    [[nodiscard]] bool owns(TransferId transfer) const noexcept {
        return active() && transfer == transfer_;
    }

    // The URL that is being asked, after redirects.
    [[nodiscard]] bool has_order() const noexcept { return order_.has_value(); }

    [[nodiscard]] const Url& url() const { return order_->url; }

    [[nodiscard]] const std::string& server_ip() const noexcept { return server_ip_; }

    // What the accepted answer says of its file, to be asked about next time; empty where it says
    // nothing.
    [[nodiscard]] const std::string& etag() const noexcept { return etag_; }

    [[nodiscard]] const std::string& last_modified() const noexcept { return last_modified_; }

    // Nothing is sent where the result says why: the server is not among Restricted_Access_Domains
    // (4.3). url() is that of the order then too.
    [[nodiscard]] std::optional<Fault> start(Order order, Context& context);

    void found(std::string ip) { server_ip_ = std::move(ip); }

    // The body of the accepted answer, or why there is none; nothing while a further
    // transfer was started.
    [[nodiscard]] std::optional<Result<SharedText, Fault>> on(const Answered& event,
                                                              Context& context);
    [[nodiscard]] Fault on(const TransferFailed& event);

  private:
    void send(Context& context, Why why, std::optional<Authorization> authorization);
    [[nodiscard]] std::optional<Fault> restricted(Context& context) const;
    [[nodiscard]] std::optional<Fault> follow(const std::string& location, Context& context);
    [[nodiscard]] bool answers(const Answered& event, Context& context) const;
    [[nodiscard]] std::optional<Authorization> unasked() const;
    [[nodiscard]] Fault failed_with(int status) const;
    [[nodiscard]] Fault failed_because(std::string_view why) const;

    TransferId transfer_;
    std::optional<Order> order_;
    std::string server_ip_;
    std::string etag_;
    std::string last_modified_;
    int redirects_ = 0;
    int challenges_ = 0;
};

}  // namespace onhook::phone
