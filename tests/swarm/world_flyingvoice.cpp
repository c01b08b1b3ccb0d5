// What the servers of a Flyingvoice phone have: flyingvoice.md 8 and 9.
#include <fmt/format.h>

#include "swarm/checks.h"
#include "swarm/world.h"

namespace onhook::swarm {

// A directory has a common file and the phone's own, and perhaps a boot file that includes both.
std::optional<World::File> World::flyingvoice_file_at(const Url& url) const {
    const std::string_view path = url.target();
    if (path.ends_with("y000000000000.boot")) {
        return services_.boot_file ? std::optional(File::boot) : std::nullopt;
    }
    if (path.ends_with(".boot")) {
        return std::nullopt;
    }
    if (path.ends_with("y000000000000.cfg")) {
        return services_.common_file ? std::optional(File::common) : std::nullopt;
    }
    if (path.ends_with("one.cfg")) {
        return File::third;
    }
    return path.ends_with("b.cfg") ? File::second : File::main;
}

std::string World::flyingvoice_text_of(File file) const {
    switch (file) {
        case File::boot:
            return services_.common_file
                       ? "#!version:1.0.0.1\n\ninclude:config \"y000000000000.cfg\"\n"
                         "include:config \"0021f222aef1.cfg\"\n"
                       : "#!version:1.0.0.1\n\ninclude:config \"0021f222aef1.cfg\"\n";
        case File::common:  // the phone's own file says better
            return "static.network.dhcp.option60type = common\nstatic.security.dev_cert = common\n";
        case File::second:
            return fmt::format("static.security.ca_cert = second\nPrvUserPass2 = {}\n", secret);
        case File::third:
            return "static.security.ca_cert = third\n";
        default:
            return fmt::format(
                "# of one phone: {1}\nstatic.network.dhcp.option60type = {0}\n"
                "DBID_SIP_PASSWORD = {1}\nPrvUserPass = {1}\nNOBODY_KNOWS = 1\n"
                "DBID_SIP_DIS_NAME = {2}\n",
                version_text_,
                secret,
                services_.restarts ? version_text_ : "Ann");
    }
}

}  // namespace onhook::swarm
