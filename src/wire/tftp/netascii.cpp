#include "wire/tftp/netascii.h"

namespace onhook::wire::tftp {

std::string to_netascii(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 16);
    for (const char c : bytes) {
        if (c == '\n') {
            out += '\r';
        }
        out += c;
        if (c == '\r') {
            out += '\0';
        }
    }
    return out;
}

}  // namespace onhook::wire::tftp
