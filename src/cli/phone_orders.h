#pragma once

#include <CLI/App.hpp>

namespace onhook::cli {

// onhook phone line, resync and stop: what a running phone is told through its state directory.
void add_phone_orders(CLI::App& phone, int& status);

}  // namespace onhook::cli
