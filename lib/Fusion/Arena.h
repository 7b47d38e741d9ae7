//===- Arena.h - Offsets of buffers that share an arena ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_LIB_FUSION_ARENA_H
#define XCC_LIB_FUSION_ARENA_H

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/SmallVector.h"

#include <vector>

namespace xcc::fusion {

/// Offsets and sizes are multiples of this many bytes.
inline constexpr int64_t arenaAlignment = 64;

/// A buffer in need of a place. It lives from step `begin` to step `end`, both
/// included.
struct ArenaBuffer {
  mlir::AffineExpr bytes;
  unsigned begin = 0, end = 0;
  mlir::AffineExpr offset, size; // found by layOutArena
};

/// Sets each buffer's offset and size so that buffers alive at the same step
/// do not overlap, whatever the symbols' values; returns the arena's bytes.
///
/// Sizes that are multiples of one expression (all static ones; all multiples
/// of batch * sequence) share a region of the arena, in which they are placed
/// exactly. Regions lie one after the other.
mlir::AffineExpr layOutArena(llvm::MutableArrayRef<ArenaBuffer> buffers,
                             mlir::MLIRContext *context);

} // namespace xcc::fusion

#endif // XCC_LIB_FUSION_ARENA_H
