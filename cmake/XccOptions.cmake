# Compiler flags, ccache and lld for every target.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
find_program(XCC_CCACHE ccache)
if(XCC_CCACHE)
  # The precompiled header is content-addressed (-fno-pch-timestamp), so ccache
  # may trust it.
  set(XCC_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${XCC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${XCC_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${XCC_LAUNCHER})
endif()

add_compile_options(-fno-rtti -fno-exceptions -Wall -Wextra
                    -Wno-unused-parameter -fdiagnostics-color
                    -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
add_link_options(-fuse-ld=lld)
# Assertions stay in unless asked otherwise; -O2 compiles faster than CMake's
# -O3 and the compiler's own speed is in LLVM.
if(XCC_ASSERTIONS)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
endif()
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(XCC_SANITIZE)
  # LLVM is built without RTTI, which UBSan's vptr check needs.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr
                      -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
else()
  # The sanitizers' own symbols come from the executable.
  add_link_options(-Wl,--no-undefined)
endif()
