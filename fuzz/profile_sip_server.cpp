// A server that is read is a host and a port, and reads the same when written again.
#include "profile/sip_account.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace onhook::profile;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto server = read_sip_server(text)) {
        CHECK(!server->host.empty());
        const std::string port = server->port == 0 ? "" : ":" + std::to_string(server->port);
        CHECK(*read_sip_server("[" + server->host + "]" + port) == *server);
    }
    return 0;
}
