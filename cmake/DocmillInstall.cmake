# `cmake --install`.  Everything is relative to the prefix, so that the result can be moved; the
# plugins install themselves, see DocmillPlugin.cmake.

include(CMakePackageConfigHelpers)

set(package_dir "${DOCMILL_LIBDIR}/cmake/docmill")
set(pkgconfig_dir "${DOCMILL_LIBDIR}/pkgconfig")

if(TARGET docmill)
  install(TARGETS docmill EXPORT docmillTargets RUNTIME DESTINATION "${DOCMILL_BINDIR}")
endif()
install(TARGETS docmill_fuzz LIBRARY DESTINATION "${DOCMILL_LIBDIR}")
install(FILES include/docmill/plugin.h include/docmill/fuzz.h DESTINATION "${DOCMILL_INCLUDEDIR}/docmill")
install(DIRECTORY pipelines systemd DESTINATION "${DOCMILL_DATADIR}/docmill")
install(FILES LICENSE README.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL
        FILES_MATCHING PATTERN "*.md" PATTERN "*.svg" PATTERN "*.png")

install(TARGETS docmill_plugin_header EXPORT docmillTargets)
install(EXPORT docmillTargets NAMESPACE docmill:: DESTINATION "${package_dir}")
set(DOCMILL_PLUGIN_DIR "${DOCMILL_LIBDIR}/docmill/plugins")
configure_package_config_file(cmake/docmillConfig.cmake.in "${PROJECT_BINARY_DIR}/docmillConfig.cmake"
  INSTALL_DESTINATION "${package_dir}" PATH_VARS DOCMILL_PLUGIN_DIR)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/docmillConfigVersion.cmake"
  COMPATIBILITY SameMajorVersion)
install(FILES "${PROJECT_BINARY_DIR}/docmillConfig.cmake" "${PROJECT_BINARY_DIR}/docmillConfigVersion.cmake"
              cmake/DocmillPlugin.cmake
        DESTINATION "${package_dir}")

file(RELATIVE_PATH DOCMILL_PC_TO_PREFIX
     "${CMAKE_INSTALL_PREFIX}/${pkgconfig_dir}" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" DOCMILL_PC_TO_PREFIX "${DOCMILL_PC_TO_PREFIX}")
configure_file(cmake/docmill.pc.in "${PROJECT_BINARY_DIR}/docmill.pc" @ONLY)
configure_file(cmake/docmill-fuzz.pc.in "${PROJECT_BINARY_DIR}/docmill-fuzz.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/docmill.pc" "${PROJECT_BINARY_DIR}/docmill-fuzz.pc" DESTINATION "${pkgconfig_dir}")
