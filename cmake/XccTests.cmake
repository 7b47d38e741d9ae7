# xcc_unit_test: a GoogleTest program that ctest and tools/dev/test run.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
find_package(GTest REQUIRED)
add_custom_target(xcc-test-depends)

# xcc_unit_test(NAME [SOURCES file...] [DEPENDS lib...] [COMPILER]): by default
# every .cpp beside the CMakeLists.txt. COMPILER marks a test of compiler code,
# which may use MLIR; the runtime's tests must link without it.
function(xcc_unit_test name)
  cmake_parse_arguments(ARG "COMPILER" "" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest_main)
  if(ARG_COMPILER)
    xcc_use_upstream_headers(${name})
    target_link_libraries(${name} PRIVATE MLIR LLVM)
    add_dependencies(${name} xcc-headers)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unittests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/test)
  add_dependencies(xcc-test-depends ${name})
endfunction()
