//===- GlobalOptions.cpp - One at a time where LLVM is global -------------
//===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Base/GlobalOptions.h"

std::mutex &xcc::globalOptionsMutex() {
  static std::mutex mutex;
  return mutex;
}
