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

/// The elements of a depth under other numbers, the same in both operands of a
/// product: a lane that holds `run` neighbours of each of `repeats`
/// instructions takes run * repeats neighbours instead.
///   ((r * repeats + repeat) * lanes + lane) * run + i   (as the product says)
///   -> ((r * lanes + lane) * repeats + repeat) * run + i   (in memory)
struct DepthOrder {
  int64_t run = 1, lanes = 1, repeats = 1;

  bool isIdentity() const { return lanes == 1 || repeats == 1; }
};

/// How many neighbours along the depth a lane holds for one instruction.
int64_t depthRun(const MatrixInstruction &instruction);

/// The order that lets a lane read up to 16 bytes along the depth at once.
DepthOrder widenDepth(const MatrixInstruction &instruction, int64_t depth,
                      unsigned elementBytes);

/// The layout in memory's numbers of what the product holds as `layout`; the
/// depth is dimension `depthDim`.
tile::LinearLayout inMemoryOrder(const tile::LinearLayout &layout,
                                 unsigned depthDim, const DepthOrder &order);

/// A tile in memory's numbers as the product wants it; no data moves.
mlir::Value toProductOrder(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value tile, unsigned depthDim,
                           const DepthOrder &order);

/// The layouts of both operands and of the sums of one block.
tile::DotLayouts dotLayouts(const ProductTiling &tiling, int64_t lanesPerWarp,
                            bool lhsRunsAlongDepth, bool rhsRunsAlongDepth);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_OPERANDLAYOUTS_H
