#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "seal/cipher.h"
#include "seal/error.h"
#include "seal/filter.h"
#include "seal/kdf.h"

// RFC 8188: `Content-Encoding: aes128gcm` (cisco-mpp.md 1.11, protocols.md E.2). Records are
// authenticated one by one and in their order, and the last says that it is the last.

namespace onhook::seal {

inline constexpr std::uint32_t smallest_record = 18;
inline constexpr std::size_t longest_key_id = 255;

// What stands before the records.
struct ContentHeader {
    ContentSalt salt{};                // a fresh random one for each document
    std::uint32_t record_size = 4096;  // bytes of a sealed record, at least smallest_record
    std::string key_id{};              // at most longest_key_id bytes; phones send none

    friend bool operator==(const ContentHeader&, const ContentHeader&) = default;
};

class Aes128gcmSealer final : public Filter {
  public:
    Aes128gcmSealer(const Secret<std::string>& ikm, ContentHeader header);

    // These cannot fail. Nothing is held back, whatever the size of a record.
    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

  private:
    void begin(std::string& out);
    void end_record(char delimiter, std::string& out);

    std::optional<ContentHeader> header_;  // not yet written
    std::size_t record_room_;              // bytes of the document that a record takes
    std::size_t room_ = 0;                 // that the open one still takes
    bool open_ = false;
    std::uint64_t sequence_ = 0;
    ContentKey key_;
    Cipher cipher_;
};

// Gives nothing of a record before its tag was found to be right, so it holds one record: records
// of more than `record_limit` bytes are refused once that many have come.
class Aes128gcmOpener final : public Filter {
  public:
    explicit Aes128gcmOpener(Secret<std::string> ikm,
                             std::size_t record_limit = std::size_t{64} << 20U);

    [[nodiscard]] Status<SealError> feed(std::string_view bytes, std::string& out) override;
    [[nodiscard]] Status<SealError> finish(std::string& out) override;

    // What it said about itself; nothing before it was all there. Not authenticated but for the
    // salt and what follows from it.
    [[nodiscard]] const std::optional<ContentHeader>& header() const noexcept { return header_; }

  private:
    enum class Place : std::uint8_t { middle, last };

    // Takes its bytes away from `bytes`.
    [[nodiscard]] Status<SealError> read_header(std::string_view& bytes);
    [[nodiscard]] Status<SealError> open_record(std::string_view record,
                                                Place place,
                                                std::string& out);
    [[nodiscard]] Status<SealError> end_of_data(Place place, std::size_t begin, std::string& out);

    Secret<std::string> ikm_;
    std::size_t record_limit_;
    std::string pending_;  // the header, later a record
    std::optional<ContentHeader> header_;
    std::uint64_t sequence_ = 0;
    ContentKey key_;
    std::optional<Cipher> cipher_;
};

[[nodiscard]] std::string seal_aes128gcm(std::string_view document,
                                         const Secret<std::string>& ikm,
                                         const ContentHeader& header);

[[nodiscard]] Result<std::string, SealError> open_aes128gcm(std::string_view body,
                                                            const Secret<std::string>& ikm);

}  // namespace onhook::seal
