#include "seal/error.h"

namespace onhook::seal {

std::string_view error_text(Problem problem) noexcept {
    return problem == Problem::decryption_failed ? "decryption failed" : "corrupt file";
}

}  // namespace onhook::seal
