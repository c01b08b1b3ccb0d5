#pragma once

// Property tests: RC_GTEST_PROP and the generators. rapidcheck/gtest.h needs gtest before it and
// does not include it.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
