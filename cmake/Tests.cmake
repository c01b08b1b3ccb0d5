# add_module_test(NAME USES module... SOURCES file... [LIBRARIES target...] [LABEL unit|integration|e2e]
#                 [TIMEOUT seconds] [ENVIRONMENT name=value...])
# One test program a module; CTest runs each of its cases by itself. LABEL defaults to unit, and
# TIMEOUT, of one case, to 60 seconds.
function(add_module_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "USES;SOURCES;LIBRARIES;ENVIRONMENT")
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    add_executable(${name}_test ${arg_SOURCES})
    foreach(used IN LISTS arg_USES)
        target_link_libraries(${name}_test PRIVATE onhook::${used})
    endforeach()
    target_link_libraries(${name}_test PRIVATE ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${name}_test PRIVATE
        ONHOOK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    compile_fast(${name}_test)
    gtest_discover_tests(${name}_test
        TEST_PREFIX "${name}."
        DISCOVERY_TIMEOUT 60
        PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
