# How everything below this folder is compiled.  Nothing of this reaches plugins outside the tree.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_definitions(_GNU_SOURCE)
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wformat=2 -Wundef -Wvla
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes> $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)

if(DOCMILL_SANITIZE)
  add_compile_options(-fsanitize=${DOCMILL_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DOCMILL_SANITIZE})
  add_compile_definitions(DOCMILL_SANITIZED)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # It checks calls by type information, which a plugin would export.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=function>)
  endif()
endif()
if(BUILD_TESTING)
  add_compile_definitions(DOCMILL_TESTING)
endif()

if(DOCMILL_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "DOCMILL_FUZZ needs clang: the fuzzers stand on libFuzzer")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(DOCMILL_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_compile_definitions(DOCMILL_COVERAGE)
  add_link_options(--coverage)
endif()
