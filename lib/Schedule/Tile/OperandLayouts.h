//===- OperandLayouts.h - How operands of products are held ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_OPERANDLAYOUTS_H
#define XCC_SCHEDULE_TILE_OPERANDLAYOUTS_H

#include "dialects/tile/Tile.h"
#include "lib/Schedule/Tile/ProductTiling.h"

namespace xcc::schedule {

/// Shared memory for a matrix whose lines run along `contiguous` (0 or 1).
/// Groups of `groupBytes`, which one thread reads at once, are exchanged so
/// that neighbouring lines have the same group in different banks, as many of
/// them as the banks can serve together.
tile::LinearLayout swizzledLines(llvm::ArrayRef<int64_t> shape,
                                 unsigned contiguous, unsigned elementBytes,
                                 int64_t groupBytes, unsigned sharedBanks);

/// Threads bringing a matrix from global memory, where `run` elements along
/// `contiguous` can be loaded at once: neighbouring lanes read neighbouring
/// runs. Each thread holds up to `across` neighbours in the other dimension,
/// too, if there is work enough.
tile::LinearLayout copyLayout(llvm::ArrayRef<int64_t> shape,
                              unsigned contiguous, int64_t run, int64_t across,
                              int64_t lanes, int64_t warps);

/// How many neighbours along the depth a lane holds of one operand of one
/// instruction.
int64_t depthRun(const MatrixInstruction &instruction, bool isLhs);

/// The layouts of both operands and of the sums of one block.
tile::DotLayouts dotLayouts(const ProductTiling &tiling, int64_t lanesPerWarp,
                            bool lhsRunsAlongDepth, bool rhsRunsAlongDepth);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_OPERANDLAYOUTS_H
