//===- Roofs.h - What this machine can do at most ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_TOOLS_XCC_ROOFS_H
#define XCC_TOOLS_XCC_ROOFS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace xcc::tool {

/// The speeds that no kernel exceeds, each a second.
struct Roofs {
  double readBytes = 0, writtenBytes = 0;
  double flops = 0;
};

/// Reads and writes memory of that many bytes, and multiplies and adds f32 in
/// registers as wide as level `isa` has, on that many threads; takes about half
/// a second. The bytes decide which caches help.
Roofs measureRoofs(llvm::StringRef isa, int numThreads, uint64_t bytes);

} // namespace xcc::tool

#endif // XCC_TOOLS_XCC_ROOFS_H
