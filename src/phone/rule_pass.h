#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phone/exchange.h"
#include "phone/pass.h"
#include "profile/apply.h"
#include "profile/rule.h"

namespace onhook::phone {

// A pass of a Cisco MPP phone (cisco-mpp.md 6.2): Profile_Rule, then B, C, D, each expanded,
// decided, fetched and applied before the next is read; any failure ends it.
class RulePass : public Pass {
  public:
    explicit RulePass(PassOrder order);

    // Whether DHCP names servers to try when Profile_Rule has none (13.1).
    [[nodiscard]] static bool network_names_servers(Context& context);
    // Whether it may have some that DNS knows of: the automatic stage of 6.8.
    [[nodiscard]] static bool network_names_domain(const Context& context);

    [[nodiscard]] Outcome start(Context& context) override;

    [[nodiscard]] bool owns(TransferId transfer) const override { return exchange_.owns(transfer); }

    void on(const ServerFound& event, Context& context) override;
    [[nodiscard]] Outcome on(const Answered& event, Context& context) override;
    [[nodiscard]] Outcome on(const TransferFailed& event, Context& context) override;
    [[nodiscard]] Outcome on(const ServersLookedUp& event, Context& context) override;

  private:
    // Where a rule's file may be.
    struct Candidate {
        Url url;
        std::string certificate_name = {};  // as in StartTransfer
    };

    Outcome advance(Context& context);
    Outcome evaluate(std::string_view rule, Context& context);
    Outcome request(profile::RuleRequest request, Context& context);
    Outcome discover(std::string path, Context& context);
    Outcome ask_sender(const std::string& path, Context& context);
    Outcome unreadable(const Fault& fault, Context& context);
    [[nodiscard]] std::vector<Candidate> candidates(const std::string& path,
                                                    Context& context) const;
    void remember_server(Context& context) const;
    Outcome look_up(Context& context);
    [[nodiscard]] std::vector<std::string> srv_paths(Context& context) const;
    Outcome fetch(Candidate candidate, Why why, Context& context);
    Outcome take(const SharedText& body, Context& context);
    Outcome failed(const Fault& fault, Context& context);
    Outcome try_next(Context& context);
    PassResult finish(bool succeeded, const std::string& error, Context& context);
    void log_request(Context& context);
    [[nodiscard]] profile::MacroContext rule_macros(Context& context) const;
    [[nodiscard]] profile::MacroContext message_macros(Context& context, std::string error) const;

    PassOrder order_;
    PassResult result_;
    // Against the start of the pass: what one rule sets and the next sets back is none.
    std::vector<profile::Change> changes_;
    std::size_t next_rule_ = 0;
    std::optional<Secret<std::string>> key_;
    std::optional<profile::Credentials> credentials_;
    std::optional<std::string> post_body_;  // --post: what to POST; nothing: GET
    std::string alias_map_;                 // --alias: expanded; empty: there is none
    std::vector<Candidate> candidates_;     // further servers for the rule that is being fetched,
                                            // the next one last
    std::string discovery_path_;            // of the rule that names no server; empty: it names one
    // 6.8: the look-ups that follow when no candidate is left, the next one last.
    std::vector<Scheme> lookups_;
    std::string srv_domain_;
    std::string srv_path_;          // of --srv; empty: the files of the automatic stage
    LookupId lookup_;               // that runs
    std::string certificate_name_;  // of the candidate that is being fetched
    Fault fault_;                   // why the rule's candidates so far led nowhere
    bool request_logged_ = false;
    std::string last_url_;
    Exchange exchange_;
};

}  // namespace onhook::phone
