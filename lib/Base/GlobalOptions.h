//===- GlobalOptions.h - One at a time where LLVM is global ---------------
//===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_BASE_GLOBALOPTIONS_H
#define XCC_LIB_BASE_GLOBALOPTIONS_H

#include <mutex>

namespace xcc {

/// Held by whoever runs lld in process, and by whoever writes LLVM's global
/// options or needs them to stay: lld has one context for the process and sets
/// every option back.
std::mutex &globalOptionsMutex();

} // namespace xcc

#endif // XCC_LIB_BASE_GLOBALOPTIONS_H
