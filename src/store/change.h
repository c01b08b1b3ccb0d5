#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/mac_address.h"
#include "provision/device.h"
#include "provision/group.h"
#include "provision/scope.h"
#include "provision/setting.h"

namespace onhook::store {

// What an administrator can do to the provider's tree, as orders. Their contents were checked by
// provision (check_device, check_setting) before they come here.

// What adding does when the thing is already there.
enum class IfKnown : std::uint8_t {
    refuse,   // Fault::already_exists
    replace,  // its fields become the new ones; its settings stay
};

struct AddGroup {
    provision::Group group;
    IfKnown if_known = IfKnown::refuse;
};

// With its settings. Fault::in_use while a device is in it.
struct RemoveGroup {
    provision::GroupName name;
};

// Fault::not_found when its group is not there.
struct AddDevice {
    provision::Device device;
    IfKnown if_known = IfKnown::refuse;
};

// With its settings, reports and contact.
struct RemoveDevice {
    MacAddress mac;
};

// What the setting leaves open (no value, or no access) stays as it was. Fault::not_found when
// the scope's group or device is not there.
struct PutSetting {
    provision::Scope scope;
    provision::Setting setting;
};

// Fault::not_found when the parameter is not set at the scope.
struct UnsetSetting {
    provision::Scope scope;
    std::string name;
};

// Every setting of the scope; nothing to clear is fine. Before a series of PutSetting it replaces
// one imported profile by another.
struct ClearSettings {
    provision::Scope scope;
};

using Change = std::variant<AddGroup,
                            RemoveGroup,
                            AddDevice,
                            RemoveDevice,
                            PutSetting,
                            UnsetSetting,
                            ClearSettings>;

}  // namespace onhook::store
