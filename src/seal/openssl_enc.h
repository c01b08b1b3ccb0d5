#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "seal/cipher.h"
#include "seal/error.h"
#include "seal/filter.h"
#include "seal/kdf.h"
#include "seal/plaintext.h"

// What `openssl enc -aes-256-cbc -k PHRASE` writes (cisco-mpp.md 1.10, protocols.md E.1):
// "Salted__", 8 bytes of salt, AES-256-CBC with PKCS#7 padding. The format has no integrity: that
// it opens says that the key was right and the content is likely, never who wrote it.

namespace onhook::seal {

[[nodiscard]] bool is_openssl_enc(std::string_view body) noexcept;

struct EncWriting {
    Derivation derivation = Derivation::sha256;
    EncSalt salt{};  // a fresh random one for each document
};

struct EncReading {
    // Tried alone. Nothing: SHA-256, then MD5, then PBKDF2; the first whose plaintext looks right
    // and whose padding is valid.
    std::optional<Derivation> derivation{};
    Plaintext expected = Plaintext::profile;
    bool pbkdf2 = true;  // whether PBKDF2 is tried, too, when none is named
};

class EncSealer final : public Filter {
  public:
    EncSealer(const Secret<std::string>& phrase, const EncWriting& writing);

    // These cannot fail.
    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

  private:
    std::string header_;   // not yet written
    std::string pending_;  // less than a block
    Cipher cipher_;
};

// Holds the beginning back until it knows which derivation gives a likely plaintext, and the last
// block until the end, where the padding decides.
class EncOpener final : public Filter {
  public:
    EncOpener(Secret<std::string> phrase, EncReading reading);

    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

  private:
    [[nodiscard]] Status<SealError> read_short(std::string& out) const;
    [[nodiscard]] Status<SealError> choose_derivation();
    void stream(std::string_view bytes, std::string& out);

    Secret<std::string> phrase_;
    EncReading reading_;
    std::string pending_;           // the beginning, later the last block
    std::optional<Cipher> cipher_;  // once the derivation is known
};

[[nodiscard]] std::string seal_openssl_enc(std::string_view document,
                                           const Secret<std::string>& phrase,
                                           const EncWriting& writing);

[[nodiscard]] Result<std::string, SealError> open_openssl_enc(std::string_view body,
                                                              const Secret<std::string>& phrase,
                                                              const EncReading& reading);

}  // namespace onhook::seal
