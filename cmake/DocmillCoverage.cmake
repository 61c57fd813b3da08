# The target `coverage`: run all tests, then print what they have executed.  Included last, as it
# waits for every other target.

add_custom_target(coverage USES_TERMINAL VERBATIM
  COMMAND find "${PROJECT_BINARY_DIR}" -name "*.gcda" -delete
  COMMAND "${CMAKE_CTEST_COMMAND}" --output-on-failure --parallel 2
  COMMAND sh "${PROJECT_SOURCE_DIR}/cmake/coverage.sh" "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}"
  COMMENT "Running the tests and counting the lines that they reach")

function(coverage_waits_for folder)
  get_property(targets DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "EXECUTABLE|LIBRARY" AND NOT type STREQUAL "INTERFACE_LIBRARY")
      add_dependencies(coverage ${target})
    endif()
  endforeach()
  get_property(folders DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    coverage_waits_for("${below}")
  endforeach()
endfunction()
coverage_waits_for("${PROJECT_SOURCE_DIR}")
