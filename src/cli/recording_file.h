#pragma once

#include <fstream>
#include <string>

#include "base/result.h"
#include "phone/recording.h"

namespace onhook::cli {

// The file of --record. It must outlive what writes to its sink.
class RecordingFile {
  public:
    // Empties the file. The error is a sentence.
    [[nodiscard]] Status<std::string> open(const std::string& path);

    // A line at a time, so that the recording of a phone that is killed is whole up to there.
    [[nodiscard]] phone::Recorder::Sink sink();

    // Whether all of it is in the file.
    [[nodiscard]] Status<std::string> close();

  private:
    std::string path_;
    std::ofstream out_;
};

}  // namespace onhook::cli
