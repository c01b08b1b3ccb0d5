#include "seal/openssl_enc.h"

#include <algorithm>

#include "base/bytes.h"

namespace onhook::seal {

namespace {

constexpr std::string_view magic = "Salted__";
constexpr std::size_t salted_header_size = 16;  // magic and salt
constexpr std::size_t block_size = 16;
// Enough ciphertext to judge the plaintext and to know that the last block is not in it.
constexpr std::size_t head_size = salted_header_size + judged_size + block_size;

std::vector<Derivation> candidates_of(const EncReading& reading) {
    if (reading.derivation) {
        return {*reading.derivation};
    }
    if (reading.pbkdf2) {
        return {Derivation::sha256, Derivation::md5, Derivation::pbkdf2};
    }
    return {Derivation::sha256, Derivation::md5};
}

EncSalt salt_of(std::string_view body) {
    EncSalt salt;
    const ByteView bytes = as_bytes(body.substr(magic.size(), salt.size()));
    std::copy(bytes.begin(), bytes.end(), salt.begin());
    return salt;
}

Cipher decipherer(Derivation derivation, const Secret<std::string>& phrase, std::string_view body) {
    const EncKey key = derive_enc_key(derivation, phrase, salt_of(body));
    Cipher cipher(Algorithm::aes_256_cbc, Direction::decrypt, key.key.view());
    cipher.start(key.iv.view());
    return cipher;
}

// PKCS#7 (RFC 5652 6.3): the last byte says how many bytes, all alike, to take away.
bool remove_padding(std::string& plaintext) {
    if (plaintext.empty()) {
        return false;
    }
    const auto count = static_cast<unsigned char>(plaintext.back());
    if (count == 0 || count > block_size || count > plaintext.size() ||
        !std::all_of(plaintext.end() - count, plaintext.end(), [&](char c) {
            return c == plaintext.back();
        })) {
        return false;
    }
    plaintext.resize(plaintext.size() - count);
    return true;
}

Failure<SealError> not_sealed_so() {
    return failed(Problem::not_this_format,
                  "this is not a file of 'openssl enc': it does not begin with Salted__; seal it "
                  "without -a, -nosalt, -K and -S");
}

Failure<SealError> cut() {
    return failed(Problem::cut_short,
                  "the encrypted file is cut short or its end is damaged; seal and send it again");
}

Failure<SealError> wrong_key() {
    return failed(Problem::decryption_failed,
                  "decryption failed: the key is wrong, the file was made with another digest, it "
                  "is damaged, or what was sealed is neither text nor gzip; compare the key with "
                  "the one it was sealed with");
}

}  // namespace

bool is_openssl_enc(std::string_view body) noexcept { return body.starts_with(magic); }

EncSealer::EncSealer(const Secret<std::string>& phrase, const EncWriting& writing)
    : header_(magic), cipher_([&] {
          const EncKey key = derive_enc_key(writing.derivation, phrase, writing.salt);
          Cipher cipher(Algorithm::aes_256_cbc, Direction::encrypt, key.key.view());
          cipher.start(key.iv.view());
          return cipher;
      }()) {
    header_ += as_text(writing.salt);
}

Status<SealError> EncSealer::feed(std::string_view bytes, std::string& out) {
    out += std::exchange(header_, {});
    if (!pending_.empty()) {
        const std::size_t count = std::min(block_size - pending_.size(), bytes.size());
        pending_ += bytes.substr(0, count);
        bytes.remove_prefix(count);
        if (pending_.size() == block_size) {
            cipher_.update(pending_, out);
            pending_.clear();
        }
    }
    const std::size_t whole = bytes.size() - bytes.size() % block_size;
    cipher_.update(bytes.substr(0, whole), out);
    pending_ += bytes.substr(whole);
    return Done{};
}

Status<SealError> EncSealer::finish(std::string& out) {
    out += std::exchange(header_, {});
    const std::size_t count = block_size - pending_.size();
    pending_.append(count, static_cast<char>(count));
    cipher_.update(pending_, out);
    return Done{};
}

EncOpener::EncOpener(Secret<std::string> phrase, EncReading reading)
    : phrase_(std::move(phrase)), reading_(reading) {}

Status<SealError> EncOpener::feed(std::string_view bytes, std::string& out) {
    if (!cipher_) {
        const std::size_t count = std::min(head_size - pending_.size(), bytes.size());
        pending_ += bytes.substr(0, count);
        bytes.remove_prefix(count);
        if (pending_.size() < head_size) {
            return Done{};
        }
        if (auto chosen = choose_derivation(); !chosen) {
            return chosen;
        }
        const std::string head = std::exchange(pending_, {});
        stream(std::string_view(head).substr(salted_header_size), out);
    }
    stream(bytes, out);
    return Done{};
}

Status<SealError> EncOpener::choose_derivation() {
    if (!is_openssl_enc(pending_)) {
        return not_sealed_so();
    }
    const std::string_view judged =
        std::string_view(pending_).substr(salted_header_size, judged_size);
    for (const Derivation derivation : candidates_of(reading_)) {
        std::string plaintext;
        decipherer(derivation, phrase_, pending_).update(judged, plaintext);
        if (looks_like(reading_.expected, {.head = plaintext, .whole = false})) {
            cipher_.emplace(decipherer(derivation, phrase_, pending_));
            return Done{};
        }
    }
    return wrong_key();
}

// Decrypts whole blocks, but for the last: that one may be padding.
void EncOpener::stream(std::string_view bytes, std::string& out) {
    const std::size_t all = pending_.size() + bytes.size();
    if (all <= block_size) {
        pending_ += bytes;
        return;
    }
    std::size_t ready = (all - 1) / block_size * block_size;
    if (!pending_.empty()) {
        const std::size_t count = block_size - pending_.size();
        pending_ += bytes.substr(0, count);
        bytes.remove_prefix(count);
        cipher_->update(pending_, out);
        ready -= block_size;
    }
    cipher_->update(bytes.substr(0, ready), out);
    pending_ = bytes.substr(ready);
}

Status<SealError> EncOpener::finish(std::string& out) {
    if (!cipher_) {
        return read_short(out);
    }
    std::string last;
    if (pending_.size() == block_size) {
        cipher_->update(pending_, last);
    }
    if (!remove_padding(last)) {
        return cut();
    }
    out += last;
    return Done{};
}

// All of it is held back, so padding and plaintext are judged together.
Status<SealError> EncOpener::read_short(std::string& out) const {
    if (!is_openssl_enc(pending_)) {
        return not_sealed_so();
    }
    const std::string_view sealed =
        std::string_view(pending_).substr(std::min(salted_header_size, pending_.size()));
    if (sealed.empty() || sealed.size() % block_size != 0) {
        return cut();
    }
    for (const Derivation derivation : candidates_of(reading_)) {
        std::string plaintext;
        decipherer(derivation, phrase_, pending_).update(sealed, plaintext);
        if (remove_padding(plaintext) &&
            looks_like(reading_.expected, {.head = plaintext, .whole = true})) {
            out += plaintext;
            return Done{};
        }
    }
    return wrong_key();
}

std::string seal_openssl_enc(std::string_view document,
                             const Secret<std::string>& phrase,
                             const EncWriting& writing) {
    EncSealer sealer(phrase, writing);
    auto sealed = run(sealer, document);
    return std::move(*sealed);
}

Result<std::string, SealError> open_openssl_enc(std::string_view body,
                                                const Secret<std::string>& phrase,
                                                const EncReading& reading) {
    EncOpener opener(phrase, reading);
    return run(opener, body);
}

}  // namespace onhook::seal
