# The table of allowed arrows (docs/adr/0002). A module may use the modules that stand behind its
# name and no other; add_module() stops the configure step otherwise, and tests/tidy holds every
# #include against the same table.
set(ONHOOK_LAYER_base "")
set(ONHOOK_LAYER_seal base)
set(ONHOOK_LAYER_wire base)
set(ONHOOK_LAYER_profile base)
set(ONHOOK_LAYER_phone base profile)
set(ONHOOK_LAYER_provision base profile)
set(ONHOOK_LAYER_store base profile provision)
set(ONHOOK_LAYER_net base wire seal)
set(ONHOOK_LAYER_agent base seal wire profile phone net)
set(ONHOOK_LAYER_server base seal wire profile provision store net)
set(ONHOOK_LAYER_fleet base seal wire profile phone net)
set(ONHOOK_LAYER_cli base seal wire profile phone provision store net agent server fleet)

# Functions of their inputs: no socket, thread, clock or random device. clang builds these too.
set(ONHOOK_PURE base seal wire profile phone provision)

# add_module(NAME [USES module...] [LIBRARIES target...] [PRIVATE_LIBRARIES target...]
#            SOURCES file... HEADERS file...)
function(add_module name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "USES;LIBRARIES;PRIVATE_LIBRARIES;SOURCES;HEADERS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "add_module(${name}): unknown words ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT DEFINED ONHOOK_LAYER_${name})
        message(FATAL_ERROR "module '${name}' is not in cmake/Layers.cmake; add it there with its arrows")
    endif()
    foreach(used IN LISTS arg_USES)
        if(NOT used IN_LIST ONHOOK_LAYER_${name})
            message(FATAL_ERROR "forbidden arrow: '${name}' may not use '${used}'. "
                                "Allowed: ${ONHOOK_LAYER_${name}} (cmake/Layers.cmake)")
        endif()
    endforeach()
    add_library(onhook_${name} STATIC ${arg_SOURCES})
    add_library(onhook::${name} ALIAS onhook_${name})
    target_sources(onhook_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/src"
                                         FILES ${arg_HEADERS})
    set_target_properties(onhook_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON
                                                    LINKER_LANGUAGE CXX
        # clang-tidy reads the batches (docs/adr/0009); what they include is no mistake.
        UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include): a batch")
    target_include_directories(onhook_${name} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>")
    foreach(used IN LISTS arg_USES)
        target_link_libraries(onhook_${name} PUBLIC onhook::${used})
    endforeach()
    target_link_libraries(onhook_${name} PUBLIC ${arg_LIBRARIES} PRIVATE ${arg_PRIVATE_LIBRARIES})
    if(NOT name IN_LIST ONHOOK_PURE)
        compile_fast(onhook_${name})
    endif()
endfunction()
