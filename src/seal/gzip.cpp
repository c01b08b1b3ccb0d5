#include "seal/gzip.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#define ZLIB_CONST  // zlib reads its input and does not write to it
#include <zlib.h>

#include "base/bytes.h"
#include "base/check.h"

namespace onhook::seal {

namespace {

constexpr int gzip_only =
    15 + 16;  // zlib's windowBits: the largest window, gzip header and no other
constexpr std::size_t zlib_piece_size = std::size_t{1} << 20U;  // zlib counts in unsigned int

using Buffer = std::array<Bytef, std::size_t{32} * 1024>;

void append(std::string& out, const Buffer& buffer, std::size_t count) {
    out += as_text(ByteView(buffer.data(), count));
}

}  // namespace

bool is_gzip(std::string_view body) noexcept { return body.starts_with("\x1f\x8b\x08"); }

struct GzipInflater::Stream {
    z_stream z{};

    Stream() { CHECK(inflateInit2(&z, gzip_only) == Z_OK); }

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    ~Stream() { (void)inflateEnd(&z); }
};

GzipInflater::GzipInflater(std::size_t limit)
    : stream_(std::make_unique<Stream>()), limit_(limit) {}

GzipInflater::~GzipInflater() = default;

Status<SealError> GzipInflater::feed(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, zlib_piece_size);
        if (auto fed = feed_piece(piece, out); !fed) {
            return fed;
        }
        bytes.remove_prefix(piece.size());
    }
    return Done{};
}

Status<SealError> GzipInflater::feed_piece(std::string_view piece, std::string& out) {
    z_stream& z = stream_->z;
    z.next_in = as_bytes(piece).data();
    z.avail_in = static_cast<uInt>(piece.size());
    Buffer buffer;
    do {
        if (!inside_ && z.avail_in > 0) {
            CHECK(inflateReset(&z) == Z_OK);
            inside_ = true;
        }
        z.next_out = buffer.data();
        z.avail_out = static_cast<uInt>(buffer.size());
        const int status = inflate(&z, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
            return broken();
        }
        const std::size_t count = buffer.size() - z.avail_out;
        if (count > limit_ - produced_) {
            return failed(Problem::too_large,
                          fmt::format("the gzip data inflates to more than the {} bytes that are "
                                      "allowed; look at what was compressed",
                                      limit_));
        }
        append(out, buffer, count);
        produced_ += count;
        if (status == Z_STREAM_END) {
            inside_ = false;
            ++members_;
        }
    } while (z.avail_in > 0 || (inside_ && z.avail_out == 0));
    return Done{};
}

Failure<SealError> GzipInflater::broken() const {
    constexpr uLong magic_size = 2;
    const z_stream& z = stream_->z;
    if (z.total_in > magic_size) {
        return failed(Problem::damaged,
                      fmt::format("the gzip data is damaged ({}); compress and send it again",
                                  z.msg != nullptr ? z.msg : "no dictionary is allowed"));
    }
    if (members_ > 0) {
        return failed(Problem::trailing_bytes,
                      "bytes that are not gzip follow the gzip data; send the file as gzip wrote "
                      "it");
    }
    return failed(Problem::not_this_format,
                  "this is not gzip: it does not begin with 1f 8b; a bare zlib or deflate stream "
                  "is not accepted, compress with gzip");
}

Status<SealError> GzipInflater::finish(std::string& /*out*/) {
    if (inside_ || members_ == 0) {
        return failed(Problem::cut_short, "the gzip data is cut short; compress and send it again");
    }
    return Done{};
}

struct GzipDeflater::Stream {
    z_stream z{};

    Stream() {
        constexpr int memory_level = 8;  // zlib's default
        CHECK(deflateInit2(&z,
                           Z_DEFAULT_COMPRESSION,
                           Z_DEFLATED,
                           gzip_only,
                           memory_level,
                           Z_DEFAULT_STRATEGY) == Z_OK);
    }

    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    ~Stream() { (void)deflateEnd(&z); }
};

GzipDeflater::GzipDeflater() : stream_(std::make_unique<Stream>()) {}

GzipDeflater::~GzipDeflater() = default;

void GzipDeflater::deflate_all(int flush, std::string& out) {
    z_stream& z = stream_->z;
    Buffer buffer;
    do {
        z.next_out = buffer.data();
        z.avail_out = static_cast<uInt>(buffer.size());
        CHECK(deflate(&z, flush) != Z_STREAM_ERROR);
        append(out, buffer, buffer.size() - z.avail_out);
    } while (z.avail_out == 0);
    CHECK(z.avail_in == 0);
}

Status<SealError> GzipDeflater::feed(std::string_view bytes, std::string& out) {
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, zlib_piece_size);
        stream_->z.next_in = as_bytes(piece).data();
        stream_->z.avail_in = static_cast<uInt>(piece.size());
        deflate_all(Z_NO_FLUSH, out);
        bytes.remove_prefix(piece.size());
    }
    return Done{};
}

Status<SealError> GzipDeflater::finish(std::string& out) {
    deflate_all(Z_FINISH, out);
    return Done{};
}

Result<std::string, SealError> gunzip(std::string_view body, std::size_t limit) {
    GzipInflater inflater(limit);
    return run(inflater, body);
}

std::string gzip(std::string_view document) {
    GzipDeflater deflater;
    auto packed = run(deflater, document);
    return std::move(*packed);
}

}  // namespace onhook::seal
