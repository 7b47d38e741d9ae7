//===- BlockRanges.h - Blocks that do one thing after another's range -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef XCC_SCHEDULE_TILE_BLOCKRANGES_H
#define XCC_SCHEDULE_TILE_BLOCKRANGES_H

#include "lib/Schedule/Tile/TileKernelBuilder.h"

namespace xcc::schedule {

/// Blocks of one launch and the program of one of them, given its number among
/// them.
struct BlockRange {
  mlir::AffineExpr blocks;
  std::function<llvm::LogicalResult(mlir::AffineExpr)> emit;
};

/// The launch's blocks are those of all ranges, one range after another.
llvm::LogicalResult emitRanges(TileKernelBuilder &builder,
                               llvm::ArrayRef<BlockRange> ranges);

/// Independent elements: `body` reads, computes and stores those at the given
/// indices, through the emitter it is given.
struct ElementNest {
  IndexList extents;
  std::function<llvm::LogicalResult(ElementEmitter &, mlir::OpBuilder &,
                                    Indices)>
      body;
};

/// Threads that suit kernels of independent elements.
inline constexpr int64_t mapThreads = 128;

/// Cuts a nest into blocks of `threads` threads; a function of shapes alone.
llvm::FailureOr<BlockRange> planNest(TileKernelBuilder &builder,
                                     const ElementNest &nest, int64_t threads);

/// Nests that compute and store these results of the kernel, all that they
/// depend on inlined. Results of one shape share a nest.
llvm::SmallVector<ElementNest> nestsOfResults(TileKernelBuilder &builder,
                                              llvm::ArrayRef<unsigned> results);

/// The power of two for tiles of `extent` elements that wastes least, at most
/// `limit`; more than `least` only where it wastes little.
int64_t tileSizeFor(mlir::AffineExpr extent, int64_t limit, int64_t least);

} // namespace xcc::schedule

#endif // XCC_SCHEDULE_TILE_BLOCKRANGES_H
