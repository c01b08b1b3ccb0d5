#include "seal/error.h"

#include <gtest/gtest.h>

namespace onhook::seal {

TEST(SealError, OnlyAWrongKeyIsReportedAsDecryptionFailed) {
    EXPECT_EQ(error_text(Problem::decryption_failed), "decryption failed");
    for (const Problem problem : {Problem::not_this_format,
                                  Problem::cut_short,
                                  Problem::damaged,
                                  Problem::too_large,
                                  Problem::last_record_missing,
                                  Problem::key_missing,
                                  Problem::not_sealed}) {
        EXPECT_EQ(error_text(problem), "corrupt file");
    }
}

}  // namespace onhook::seal
