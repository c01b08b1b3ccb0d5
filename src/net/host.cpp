#include "net/host.h"

#include <array>

#include <fmt/format.h>
#include <unistd.h>

#include "net/asio.h"

namespace onhook::net {

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') {
        return "localhost";
    }
    return name.data();
}

std::string local_url(std::string_view address, std::uint16_t port) {
    boost::system::error_code error;
    auto ip = boost::asio::ip::make_address(address, error);
    if (!error && ip.is_unspecified()) {
        ip = ip.is_v6() ? boost::asio::ip::address(boost::asio::ip::address_v6::loopback())
                        : boost::asio::ip::address(boost::asio::ip::address_v4::loopback());
    }
    const std::string host = error ? std::string(address) : ip.to_string();
    return ip.is_v6() ? fmt::format("http://[{}]:{}", host, port)
                      : fmt::format("http://{}:{}", host, port);
}

bool is_loopback(std::string_view address) {
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(address, error);
    if (error) {
        return false;
    }
    const bool mapped = ip.is_v6() && ip.to_v6().is_v4_mapped();
    return mapped ? make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6()).is_loopback()
                  : ip.is_loopback();
}

}  // namespace onhook::net
