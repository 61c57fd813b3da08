# What the configure step ends with.

get_property(built GLOBAL PROPERTY DOCMILL_PLUGINS)
get_property(left_out GLOBAL PROPERTY DOCMILL_LEFT_OUT)
list(JOIN built ", " built)
set(line "plugins: ${built}")
if(left_out)
  list(JOIN left_out ", " left_out)
  string(APPEND line "; left out: ${left_out}")
endif()
message(STATUS "docmill ${PROJECT_VERSION}: ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}, "
               "${CMAKE_BUILD_TYPE}, sanitizers: ${DOCMILL_SANITIZE}")
message(STATUS "${line}")
