# xcc_library, xcc_tool, xcc_tablegen: how compiler code is built.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
find_package(LLVM 22.1 REQUIRED CONFIG PATHS /usr/lib/llvm-22/lib/cmake/llvm)
find_package(MLIR 22.1 REQUIRED CONFIG PATHS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH ${LLVM_CMAKE_DIR} ${MLIR_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)

include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}
                    ${CMAKE_SOURCE_DIR}/include)
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})

# Upstream headers are parsed once: this takes a file from 15 s to 1 s.
set(XCC_PCH_OPTIONS -fpch-instantiate-templates "SHELL:-Xclang -fno-pch-timestamp")
add_library(XccPch STATIC ${CMAKE_SOURCE_DIR}/cmake/Upstream.cpp)
target_compile_options(XccPch PRIVATE ${XCC_PCH_OPTIONS})
target_precompile_headers(XccPch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/Upstream.h)

# The precompiled header, for a target that is compiled with the same options;
# an executable needs -fPIC, as the header has it, in place of its -fPIE.
function(xcc_use_upstream_headers target)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL EXECUTABLE)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_compile_options(${target} PRIVATE ${XCC_PCH_OPTIONS})
  target_precompile_headers(${target} REUSE_FROM XccPch)
endfunction()

# xcc_library(NAME [DEPENDS lib...]): every .cpp beside the CMakeLists.txt.
function(xcc_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;GENERATED" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    set(sources ${CMAKE_SOURCE_DIR}/cmake/Upstream.cpp)
  endif()
  add_library(${name} STATIC ${sources})
  xcc_use_upstream_headers(${name})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} MLIR LLVM)
  add_dependencies(${name} xcc-headers)
endfunction()

function(xcc_tool name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  xcc_use_upstream_headers(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} MLIR LLVM)
  add_dependencies(${name} xcc-headers)
endfunction()

# All generated headers: libraries are compiled after them.
add_custom_target(xcc-headers)
function(xcc_tablegen target)
  add_public_tablegen_target(${target})
  add_dependencies(xcc-headers ${target})
endfunction()
