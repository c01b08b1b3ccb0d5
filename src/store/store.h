#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/change.h"
#include "store/fault.h"
#include "store/records.h"

namespace onhook::store {

// How much a store keeps of what phones send. Nothing a phone does may fill the disk.
struct StoreLimits {
    std::size_t report_bytes = 4 * 1024 * 1024;  // one body
    std::size_t reports_per_device = 10;         // of each kind; the oldest goes first
    std::size_t syslog_messages = 100'000;       // the oldest goes first
    std::size_t stranger_contacts = 10'000;  // of MACs that are no device; the oldest goes first
};

// The provider's memory. Calls block; one thread at a time may call, any thread. What a call
// acknowledged is durable: it survives the end of the process and of the power. Every error is a
// Fault with a sentence, and a call that fails has changed nothing.
class Store {
  public:
    Store() = default;
    virtual ~Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Carries out all changes in order, or none. The error names the change that failed by its
    // place, from 1, when there are several.
    virtual Status<> apply(std::span<const Change> changes) = 0;

    [[nodiscard]] virtual Result<std::optional<provision::Device>> device(MacAddress mac) = 0;
    // In order of MAC.
    [[nodiscard]] virtual Result<std::vector<provision::Device>> devices(
        const DeviceQuery& query) = 0;
    // All groups, in order of name.
    [[nodiscard]] virtual Result<std::vector<provision::Group>> groups() = 0;
    // In order of name; empty for a scope that is not there.
    [[nodiscard]] virtual Result<std::vector<provision::Setting>> settings(
        const provision::Scope& scope) = 0;
    // Nothing when there is no such device.
    [[nodiscard]] virtual Result<std::optional<ProfileInputs>> profile_inputs(MacAddress mac) = 0;

    // Fault::not_found when the device is not there, Fault::too_large beyond the limit.
    virtual Status<> add_report(const ReportRecord& report) = 0;
    // The latest of its kind.
    [[nodiscard]] virtual Result<std::optional<ReportRecord>> latest_report(MacAddress mac,
                                                                            ReportKind kind) = 0;

    // Keeps the latest contact of each MAC, known or not.
    virtual Status<> record_contacts(std::span<const Contact> contacts) = 0;
    [[nodiscard]] virtual Result<std::optional<Contact>> contact(MacAddress mac) = 0;
    // In order of MAC.
    [[nodiscard]] virtual Result<std::vector<Contact>> contacts(const ContactQuery& query) = 0;

    virtual Status<> add_messages(std::span<const SyslogMessage> messages) = 0;
    // The latest first.
    [[nodiscard]] virtual Result<std::vector<SyslogMessage>> messages(
        const MessageQuery& query) = 0;

    // One change each.
    Status<> add_group(provision::Group group);
    Status<> add_device(provision::Device device);
    Status<> remove_device(MacAddress mac);
    Status<> put_setting(provision::Scope scope, provision::Setting setting);
    Status<> unset_setting(provision::Scope scope, std::string name);

  private:
    Status<> apply_one(Change change);
};

}  // namespace onhook::store
