//===- RowBlocks.h - Operations along one dimension -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_ROWBLOCKS_H
#define XCC_SCHEDULE_TILE_ROWBLOCKS_H

#include "lib/Schedule/Tile/RowTiling.h"

namespace xcc::schedule {

/// The lines of a tensor along one dimension: a tile has some of them side by
/// side, and a part of each as its last dimension.
class RowBlocks {
public:
  /// `body` reads and stores what belongs to one element, through the emitter
  /// that probes.
  using Body = llvm::function_ref<llvm::LogicalResult(
      ElementEmitter &, mlir::OpBuilder &, Indices)>;

  RowBlocks(TileKernelBuilder &builder, Indices shape, unsigned dim);

  /// Finds which loops over lines are one, and tiles for them; fails after an
  /// error.
  llvm::LogicalResult chooseTiles(Body body);
  RowTiling &tiling() { return tiles; }
  const RowLoops &rowLoops() const { return loops; }
  mlir::AffineExpr length() const { return loops.innerExtents[0]; }
  mlir::AffineExpr numBlocks();

  /// The lines in these blocks of each group of loops: places without `dim`.
  IndexList rowAt(const TileFrame &frame, Indices blocks);
  /// Element `index` of the lines.
  IndexList placeOf(Indices row, mlir::AffineExpr index);

private:
  TileKernelBuilder &builder;
  unsigned dim;
  RowLoops loops;
  RowTiling tiles;
};

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_ROWBLOCKS_H
