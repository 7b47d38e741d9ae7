//===- Scratch.h - Shared memory that operations use themselves -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_DIALECTS_TILE_SCRATCH_H
#define XCC_DIALECTS_TILE_SCRATCH_H

#include "dialects/tile/Tile.h"

namespace xcc::tile {

/// Scratch begins at multiples of this; so does each operand's part of it.
inline constexpr int64_t kScratchAlignBytes = 16;

/// Bytes of shared memory that a reduction or an exchange across warps or a
/// conversion of layouts through shared memory needs at its `offset`; 0 for any
/// other operation. A reduction has one part for each operand, in order: for
/// each combination of the warp bits along the axis, every element of the
/// result in row-major order. A conversion has what makeConversionScratch
/// tells. An exchange has the first register of every thread, then the second.
int64_t getScratchBytes(mlir::Operation *op);

} // namespace xcc::tile

#endif // XCC_DIALECTS_TILE_SCRATCH_H
