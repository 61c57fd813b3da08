# docmill_add_plugin(NAME SOURCES a.c b.c [PKG module...] [LIB name HEADER file.h] [TEST])
#
# Build the plugin NAME as a shared object that exports docmill_plugin_v1 and nothing else.
#
#   SOURCES  its .c files, or .cc or .cpp; those are C++17
#   PKG      pkg-config modules that it stands on, such as libutf8proc or "libxml-2.0>=2.9".  If one
#            is missing the plugin is left out, and said to be
#   LIB      a library that pkg-config does not know, and a HEADER that it comes with
#   TEST     for tests: built, never installed.  So is each plugin below docmill's own tests/
#
# The target is called NAME.  Outside docmill's tree, `find_package(docmill)` brings the same call,
# and the plugin is installed into lib/docmill/plugins below the prefix.

include(GNUInstallDirs)

set_property(GLOBAL PROPERTY DOCMILL_PLUGINS "")
set_property(GLOBAL PROPERTY DOCMILL_TEST_PLUGINS "")
set_property(GLOBAL PROPERTY DOCMILL_LEFT_OUT "")

function(docmill_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TEST" "LIB;HEADER" "SOURCES;PKG")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "docmill_add_plugin(${name}): unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_SOURCES)
    message(FATAL_ERROR "docmill_add_plugin(${name}): SOURCES is missing")
  endif()

  set(missing "")
  if(arg_PKG)
    find_package(PkgConfig REQUIRED QUIET)
    foreach(module IN LISTS arg_PKG)
      string(MAKE_C_IDENTIFIER "DOCMILL_PKG_${module}" prefix)
      pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL "${module}")
      if(NOT ${prefix}_FOUND)
        list(APPEND missing "${module}")
      endif()
    endforeach()
  endif()
  string(MAKE_C_IDENTIFIER "DOCMILL_LIB_${arg_LIB}" library)
  if(arg_LIB)
    find_library(${library} "${arg_LIB}")
    find_path(${library}_HEADER "${arg_HEADER}")
    mark_as_advanced(${library} ${library}_HEADER)
    if(NOT ${library} OR NOT ${library}_HEADER)
      list(APPEND missing "lib${arg_LIB}")
    endif()
  endif()
  if("${arg_SOURCES}" MATCHES "\\.(cc|cpp)(;|$)" AND NOT CMAKE_CXX_COMPILER)
    list(APPEND missing "a C++ compiler")
  endif()
  if(missing)
    list(JOIN missing ", " missing)
    if(DOCMILL_ALL_PLUGINS)
      message(FATAL_ERROR "plugin ${name} needs ${missing} (DOCMILL_ALL_PLUGINS is on)")
    endif()
    message(STATUS "plugin ${name} is left out: it needs ${missing}")
    set_property(GLOBAL APPEND PROPERTY DOCMILL_LEFT_OUT "${name} (needs ${missing})")
    return()
  endif()

  add_library(${name} MODULE ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden CXX_STANDARD 17)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("C" IN_LIST languages) # a project may speak C++ alone
    target_compile_features(${name} PRIVATE c_std_11)
  endif()
  target_link_libraries(${name} PRIVATE docmill::plugin)
  foreach(module IN LISTS arg_PKG)
    string(MAKE_C_IDENTIFIER "DOCMILL_PKG_${module}" prefix)
    target_link_libraries(${name} PRIVATE PkgConfig::${prefix})
  endforeach()
  if(arg_LIB)
    target_include_directories(${name} SYSTEM PRIVATE "${${library}_HEADER}")
    target_link_libraries(${name} PRIVATE "${${library}}")
  endif()
  # Nor are the symbols of static libraries anybody's business.
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL)
  # A symbol that nobody defines should fail here, not in dlopen().  The sanitizers' own come from
  # the program.
  if(NOT DOCMILL_SANITIZE AND NOT CMAKE_C_FLAGS MATCHES "-fsanitize=")
    target_link_options(${name} PRIVATE LINKER:-z,defs)
  endif()

  if(docmill_SOURCE_DIR) # docmill's own tree
    string(FIND "${CMAKE_CURRENT_SOURCE_DIR}" "${docmill_SOURCE_DIR}/tests/" at)
    if(at EQUAL 0)
      set(arg_TEST TRUE)
    endif()
    set(folder "${DOCMILL_BUILD_PLUGINS}")
    if(arg_TEST)
      set(folder "${DOCMILL_BUILD_TEST_PLUGINS}")
    endif()
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${folder}")
  endif()

  if(arg_TEST)
    set_property(GLOBAL APPEND PROPERTY DOCMILL_TEST_PLUGINS ${name})
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY DOCMILL_PLUGINS ${name})
  install(TARGETS ${name} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/docmill/plugins")
endfunction()
