#pragma once

#include <string_view>

namespace onhook::test {

// The certificate of a CA named "Sample CA", to be read only: nobody has its key.
inline constexpr std::string_view sample_ca =
    R"(-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUIHpCAwIA9PZ0Nx163ZwvcS2rUC4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJU2FtcGxlIENBMCAXDTI2MTEyMTIzNTM0MVoYDzIxMjYxMDI4
MjM1MzQxWjAUMRIwEAYDVQQDDAlTYW1wbGUgQ0EwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARdRD/5D7kCrxRcOWkZJgdnpQcVZ3bt1bVwPvjYkcmtBvxXBG4jEhHy
BhcGzV5uNWhnQWtbdn3f6F6q5i/7GK9eo1MwUTAdBgNVHQ4EFgQUcekmQtmDqYY0
cHJbAvE8vC0zC/0wHwYDVR0jBBgwFoAUcekmQtmDqYY0cHJbAvE8vC0zC/0wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAuArmL60H6t5/Las2t/mn
Jr369BSHYVpPmii/WdtV3qQCIQD8hNQo5zGzgFa+qpRqUF9zCBmOmLEpjoHqnovk
pkDuOg==
-----END CERTIFICATE-----
)";

}  // namespace onhook::test
