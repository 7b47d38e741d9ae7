//===- RowTiling.h - Rows and what is reduced of them, in tiles -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_ROWTILING_H
#define XCC_SCHEDULE_TILE_ROWTILING_H

#include "lib/Schedule/Element/LoopGroups.h"
#include "lib/Schedule/Tile/TileKernelBuilder.h"

namespace xcc::schedule {

/// The loops of a kernel of reductions: over rows, and over what is reduced.
struct RowLoops {
  IndexList rowExtents, innerExtents;
  LoopGroups rows, inner; // those that run as one
};

/// The tile that a block computes with: sizes of each group of loops.
struct RowTiling {
  llvm::SmallVector<int64_t> rowTile, innerTile;
  IndexList rowCounts, innerCounts; // tiles along each group
  bool isByColumns = false;         // rows are side by side in memory
  int64_t vector = 1;
  int64_t threads = 0;

  /// What is reduced fits in one tile.
  bool isWhole(IndexSpace &space) const {
    return space.product(innerCounts) == space.constant(1);
  }
  /// Sizes of the frame: those of the groups that are more than 1, rows first.
  llvm::SmallVector<int64_t> frameShape() const;
  unsigned numRowDims() const;
  tile::LinearLayout layout(const DeviceDescription &device) const;
};

/// A function of shapes and device alone.
RowTiling chooseRowTiling(TileKernelBuilder &builder, const RowLoops &loops);

/// The rows' indices at the tile of `frame`, in these blocks of each group.
IndexList rowsAt(TileKernelBuilder &builder, const RowLoops &loops,
                 const RowTiling &tiling, const TileFrame &frame,
                 Indices blocks);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_ROWTILING_H
