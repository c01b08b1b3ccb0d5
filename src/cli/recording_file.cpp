#include "cli/recording_file.h"

#include <fmt/format.h>

namespace onhook::cli {

Status<std::string> RecordingFile::open(const std::string& path) {
    path_ = path;
    out_.open(path, std::ios::binary);
    if (!out_) {
        return Failure{fmt::format(
            "cannot write '{}'; name a file in a folder that exists and is yours", path)};
    }
    return Done{};
}

phone::Recorder::Sink RecordingFile::sink() {
    return [this](std::string_view line) { out_ << line << '\n' << std::flush; };
}

Status<std::string> RecordingFile::close() {
    out_.close();
    if (!out_) {
        return Failure{fmt::format("not all of '{}' was written; make room on the disk", path_)};
    }
    return Done{};
}

}  // namespace onhook::cli
