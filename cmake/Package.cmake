# `cmake --install`: the parts of a phone as the CMake package `onhook` (docs/how-to/embed.md), the
# program, and the units for systemd. The server's side is no library for others.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(ONHOOK_INSTALLED base seal wire profile phone net agent)

# The headers and the library of one module, and the tables that its headers include.
function(install_module name)
    target_include_directories(onhook_${name} INTERFACE
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/onhook>")
    target_compile_features(onhook_${name} INTERFACE cxx_std_20)
    set_target_properties(onhook_${name} PROPERTIES EXPORT_NAME ${name})
    install(TARGETS onhook_${name} EXPORT onhook
            ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library
            FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/onhook" COMPONENT library)
    if(EXISTS "${PROJECT_SOURCE_DIR}/src/${name}/log_events.def")
        install(FILES "${PROJECT_SOURCE_DIR}/src/${name}/log_events.def"
                DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/onhook/${name}" COMPONENT library)
    endif()
endfunction()

function(install_package)
    foreach(module IN LISTS ONHOOK_INSTALLED)
        install_module(${module})
    endforeach()
    set(folder "${CMAKE_INSTALL_LIBDIR}/cmake/onhook")
    install(EXPORT onhook NAMESPACE onhook:: FILE onhookTargets.cmake DESTINATION "${folder}"
            COMPONENT library)
    configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/onhookConfig.cmake.in"
                                  "${PROJECT_BINARY_DIR}/onhookConfig.cmake"
                                  INSTALL_DESTINATION "${folder}")
    # Before 1.0 a minor version may change what the headers say.
    write_basic_package_version_file("${PROJECT_BINARY_DIR}/onhookConfigVersion.cmake"
                                     COMPATIBILITY SameMinorVersion)
    install(FILES "${PROJECT_BINARY_DIR}/onhookConfig.cmake"
                  "${PROJECT_BINARY_DIR}/onhookConfigVersion.cmake"
            DESTINATION "${folder}" COMPONENT library)
    install(TARGETS onhook RUNTIME COMPONENT program)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/onhook.service"
                  "${PROJECT_SOURCE_DIR}/packaging/onhook-phone@.service"
            DESTINATION lib/systemd/system COMPONENT program)
    install(FILES "${PROJECT_SOURCE_DIR}/packaging/onhook.sysusers"
            DESTINATION lib/sysusers.d RENAME onhook.conf COMPONENT program)
endfunction()
