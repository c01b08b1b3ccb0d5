# Language, warnings and sanitizers: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(ONHOOK_TESTS "Build the tests" ON)
option(ONHOOK_BENCH "Build the benchmarks" OFF)
option(ONHOOK_CORE_ONLY "Build only the pure modules (for clang: lint and fuzz)" OFF)
option(ONHOOK_FUZZERS "Build libFuzzer targets (needs clang)" OFF)
set(ONHOOK_SANITIZE "" CACHE STRING "Value for -fsanitize=")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports false positives of these in inlined libstdc++ code once sanitizers are on.
    add_compile_options(-Wno-maybe-uninitialized -Wno-restrict)
endif()
if(ONHOOK_SANITIZE)
    add_compile_options(-fsanitize=${ONHOOK_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${ONHOOK_SANITIZE})
    if(ONHOOK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ 12 warns that it does not model std::atomic_thread_fence, which Asio uses.
        add_compile_options(-Wno-tsan)
    endif()
    if(ONHOOK_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
    endif()
endif()

find_program(ONHOOK_CCACHE ccache)
if(ONHOOK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${ONHOOK_CCACHE}")
endif()

# Where little time is spent at run time and much in templates (tests, and the shells over Beast,
# CLI11 and JSON), the sanitized builds skip optimisation and the undefined behaviour sanitizer: both
# stay on for the pure modules, where hostile bytes are parsed; the address sanitizer stays on
# everywhere. Measured: a test file takes 25 to 45 % less, http_session.cpp 93 s to 25 s.
function(compile_fast target)
    if(ONHOOK_SANITIZE)
        target_compile_options(${target} PRIVATE -O0)
        if(ONHOOK_SANITIZE MATCHES "undefined")
            target_compile_options(${target} PRIVATE -fno-sanitize=undefined)
        endif()
    endif()
endfunction()
