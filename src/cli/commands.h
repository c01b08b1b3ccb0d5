#pragma once

#include <CLI/App.hpp>

// Exit statuses of every command: 0 done, 1 the answer is no, 2 wrong usage or nothing could be
// started. Each function adds one subcommand whose callback leaves its status in `status`.

namespace onhook::cli {

void add_phone(CLI::App& app, int& status);
void add_serve(CLI::App& app, int& status);
void add_admin(CLI::App& app, int& status);
void add_seal(CLI::App& app, int& status);
void add_open(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_expand(CLI::App& app, int& status);
void add_rule(CLI::App& app, int& status);
void add_apply(CLI::App& app, int& status);
void add_simulate(CLI::App& app, int& status);
void add_ca(CLI::App& app, int& status);
void add_replay(CLI::App& app, int& status);

}  // namespace onhook::cli
