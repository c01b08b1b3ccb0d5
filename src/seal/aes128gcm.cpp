#include "seal/aes128gcm.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"

namespace onhook::seal {

namespace {

constexpr std::size_t delimiter_size = 1;
constexpr std::size_t overhead = tag_size + delimiter_size;
constexpr char more_follows = '\x01';
constexpr char last_record = '\x02';

// RFC 8188 2.1: salt, record size, length of the key id.
constexpr std::size_t salt_size = 16;
constexpr std::size_t record_size_size = 4;
constexpr std::size_t fixed_header_size = salt_size + record_size_size + 1;

constexpr std::uint32_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

std::string to_bytes(const ContentHeader& header) {
    std::string bytes(as_text(header.salt));
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(header.record_size >> static_cast<unsigned>(shift) & 0xFFU);
    }
    bytes += static_cast<char>(header.key_id.size());
    return bytes + header.key_id;
}

// How long the header is; its fixed part must be there.
std::size_t header_size(std::string_view body) {
    return fixed_header_size + byte_at(body, fixed_header_size - 1);
}

// `body` is the header and nothing else.
ContentHeader from_bytes(std::string_view body) {
    ContentHeader header;
    const ByteView salt = as_bytes(body.substr(0, salt_size));
    std::copy(salt.begin(), salt.end(), header.salt.begin());
    header.record_size = 0;
    for (std::size_t i = salt_size; i < salt_size + record_size_size; ++i) {
        header.record_size = header.record_size << 8U | byte_at(body, i);
    }
    header.key_id = body.substr(fixed_header_size);
    return header;
}

// RFC 8188 2.3: the nonce of a record is the base XOR its number, 96 bits big-endian.
KeyBytes<12> nonce_of(const ContentKey& key, std::uint64_t sequence) {
    KeyBytes<12> nonce = key.nonce;
    for (std::size_t i = 0; i < 8; ++i) {
        nonce.bytes[11 - i] ^= static_cast<std::uint8_t>(sequence >> (8 * i) & 0xFFU);
    }
    return nonce;
}

}  // namespace

Aes128gcmSealer::Aes128gcmSealer(const Secret<std::string>& ikm, ContentHeader header)
    : header_(std::move(header)),
      record_room_(header_->record_size - overhead),
      key_(derive_content_key(ikm, header_->salt)),
      cipher_(Algorithm::aes_128_gcm, Direction::encrypt, key_.key.view()) {
    CHECK(header_->record_size >= smallest_record);
    CHECK(header_->key_id.size() <= longest_key_id);
}

void Aes128gcmSealer::begin(std::string& out) {
    if (header_) {
        out += to_bytes(*header_);
        header_.reset();
    }
    if (!open_) {
        cipher_.start(nonce_of(key_, sequence_).view());
        ++sequence_;
        open_ = true;
        room_ = record_room_;
    }
}

void Aes128gcmSealer::end_record(char delimiter, std::string& out) {
    cipher_.update({&delimiter, 1}, out);
    cipher_.finish_with_tag(out);
    open_ = false;
}

Status<SealError> Aes128gcmSealer::feed(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        // A full record is ended only when more follows: the last must not be an empty one.
        if (open_ && room_ == 0) {
            end_record(more_follows, out);
        }
        begin(out);
        const std::string_view piece = bytes.substr(0, room_);
        cipher_.update(piece, out);
        room_ -= piece.size();
        bytes.remove_prefix(piece.size());
    }
    return Done{};
}

Status<SealError> Aes128gcmSealer::finish(std::string& out) {
    begin(out);
    end_record(last_record, out);
    return Done{};
}

Aes128gcmOpener::Aes128gcmOpener(Secret<std::string> ikm, std::size_t record_limit)
    : ikm_(std::move(ikm)), record_limit_(record_limit) {}

Status<SealError> Aes128gcmOpener::read_header(std::string_view& bytes) {
    for (const bool fixed_part : {true, false}) {
        const std::size_t wanted = fixed_part ? fixed_header_size : header_size(pending_);
        const std::size_t missing = wanted - std::min(wanted, pending_.size());
        const std::string_view part = bytes.substr(0, missing);
        pending_ += part;
        bytes.remove_prefix(part.size());
        if (pending_.size() < wanted) {
            return Done{};
        }
    }
    header_ = from_bytes(pending_);
    pending_.clear();
    if (header_->record_size < smallest_record) {
        return failed(Problem::record_size_too_small,
                      fmt::format("the header asks for records of {} bytes, and {} is the least; "
                                  "this is not aes128gcm content, or it is damaged",
                                  header_->record_size,
                                  smallest_record));
    }
    key_ = derive_content_key(ikm_, header_->salt);
    cipher_.emplace(Algorithm::aes_128_gcm, Direction::decrypt, key_.key.view());
    return Done{};
}

Status<SealError> Aes128gcmOpener::feed(std::string_view bytes, std::string& out) {
    if (!header_) {
        if (auto read = read_header(bytes); !read) {
            return read;
        }
    }
    while (!bytes.empty()) {
        const std::size_t record_size = header_->record_size;
        if (pending_.size() == record_size) {
            if (auto opened = open_record(pending_, Place::middle, out); !opened) {
                return opened;
            }
            pending_.clear();
        }
        // Whole records with more behind them need no copy.
        if (pending_.empty() && bytes.size() > record_size) {
            if (auto opened = open_record(bytes.substr(0, record_size), Place::middle, out);
                !opened) {
                return opened;
            }
            bytes.remove_prefix(record_size);
            continue;
        }
        const std::string_view part = bytes.substr(0, record_size - pending_.size());
        if (part.size() > record_limit_ - std::min(record_limit_, pending_.size())) {
            return failed(Problem::too_large,
                          fmt::format("a record is larger than the {} bytes that are allowed; seal "
                                      "with smaller records",
                                      record_limit_));
        }
        pending_ += part;
        bytes.remove_prefix(part.size());
    }
    return Done{};
}

Status<SealError> Aes128gcmOpener::finish(std::string& out) {
    if (!header_) {
        return failed(Problem::cut_short,
                      "the aes128gcm content ends inside its header; seal and send it again");
    }
    if (pending_.empty()) {
        return failed(Problem::last_record_missing,
                      "the aes128gcm content is cut short: no record follows the header; seal and "
                      "send it again");
    }
    return open_record(pending_, Place::last, out);
}

Status<SealError> Aes128gcmOpener::open_record(std::string_view record,
                                               Place place,
                                               std::string& out) {
    if (record.size() < overhead) {
        return failed(Problem::record_too_short,
                      fmt::format("record {} has {} bytes, and {} is the least; the content is cut "
                                  "short, seal and send it again",
                                  sequence_ + 1,
                                  record.size(),
                                  overhead));
    }
    const std::size_t begin = out.size();
    const std::size_t sealed_size = record.size() - tag_size;
    cipher_->start(nonce_of(key_, sequence_).view());
    ++sequence_;
    cipher_->update(record.substr(0, sealed_size), out);
    if (!cipher_->tag_matches(as_bytes(record.substr(sealed_size)))) {
        out.resize(begin);
        return failed(Problem::decryption_failed,
                      fmt::format("decryption failed: record {} does not match its tag; the key "
                                  "(IKM) is wrong, or the content is damaged or cut short",
                                  sequence_));
    }
    return end_of_data(place, begin, out);
}

// Takes delimiter and padding away: what stands behind `begin` is data, delimiter, zeros.
Status<SealError> Aes128gcmOpener::end_of_data(Place place, std::size_t begin, std::string& out) {
    const std::size_t at = out.find_last_not_of('\0');
    if (at == std::string::npos || at < begin) {
        out.resize(begin);
        return failed(Problem::no_delimiter,
                      fmt::format("record {} has no delimiter: it is all zeros; whoever sealed it "
                                  "does not follow RFC 8188",
                                  sequence_));
    }
    const char delimiter = out[at];
    if (delimiter == (place == Place::last ? last_record : more_follows)) {
        out.resize(at);
        return Done{};
    }
    out.resize(begin);
    if (delimiter == last_record) {
        return failed(Problem::last_record_early,
                      fmt::format("record {} says that it is the last, and bytes follow; something "
                                  "was appended, seal and send it again",
                                  sequence_));
    }
    if (delimiter == more_follows) {
        return failed(Problem::last_record_missing,
                      fmt::format("the content is cut short: record {} says that more follow; seal "
                                  "and send it again",
                                  sequence_));
    }
    return failed(Problem::wrong_delimiter,
                  fmt::format("record {} ends in the delimiter {:02x}, which is neither 01 nor 02; "
                              "whoever sealed it does not follow RFC 8188",
                              sequence_,
                              static_cast<unsigned char>(delimiter)));
}

std::string seal_aes128gcm(std::string_view document,
                           const Secret<std::string>& ikm,
                           const ContentHeader& header) {
    Aes128gcmSealer sealer(ikm, header);
    auto sealed = run(sealer, document);
    return std::move(*sealed);
}

Result<std::string, SealError> open_aes128gcm(std::string_view body,
                                              const Secret<std::string>& ikm) {
    Aes128gcmOpener opener(ikm, body.size());
    return run(opener, body);
}

}  // namespace onhook::seal
