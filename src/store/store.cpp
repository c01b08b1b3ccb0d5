#include "store/store.h"

#include <utility>

namespace onhook::store {

Status<> Store::apply_one(Change change) { return apply({&change, 1}); }

Status<> Store::add_group(provision::Group group) { return apply_one(AddGroup{std::move(group)}); }

Status<> Store::add_device(provision::Device device) {
    return apply_one(AddDevice{std::move(device)});
}

Status<> Store::remove_device(MacAddress mac) { return apply_one(RemoveDevice{mac}); }

Status<> Store::put_setting(provision::Scope scope, provision::Setting setting) {
    return apply_one(PutSetting{std::move(scope), std::move(setting)});
}

Status<> Store::unset_setting(provision::Scope scope, std::string name) {
    return apply_one(UnsetSetting{std::move(scope), std::move(name)});
}

}  // namespace onhook::store
