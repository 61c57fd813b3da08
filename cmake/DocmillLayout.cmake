# Where things lie, installed and in the build folder alike: the way from the program to its plugins
# is compiled in, and must be the same in both.

include(GNUInstallDirs)

foreach(dir IN ITEMS BINDIR LIBDIR INCLUDEDIR DATADIR)
  file(RELATIVE_PATH DOCMILL_${dir} "${CMAKE_INSTALL_PREFIX}" "${CMAKE_INSTALL_FULL_${dir}}")
  if(DOCMILL_${dir} MATCHES "^\\.\\.")
    message(FATAL_ERROR "CMAKE_INSTALL_${dir} (${CMAKE_INSTALL_FULL_${dir}}) must lie below "
                        "CMAKE_INSTALL_PREFIX (${CMAKE_INSTALL_PREFIX}): docmill finds its plugins "
                        "relative to itself")
  endif()
endforeach()

# "../lib/docmill/plugins", or "../lib/x86_64-linux-gnu/docmill/plugins" where libraries live there
file(RELATIVE_PATH DOCMILL_PLUGIN_SUBDIR
     "${CMAKE_INSTALL_PREFIX}/${DOCMILL_BINDIR}"
     "${CMAKE_INSTALL_PREFIX}/${DOCMILL_LIBDIR}/docmill/plugins")

set(DOCMILL_BUILD_BIN "${PROJECT_BINARY_DIR}/${DOCMILL_BINDIR}")
set(DOCMILL_BUILD_PLUGINS "${PROJECT_BINARY_DIR}/${DOCMILL_LIBDIR}/docmill/plugins")
set(DOCMILL_BUILD_TEST_PLUGINS "${PROJECT_BINARY_DIR}/${DOCMILL_LIBDIR}/docmill/test-plugins")
