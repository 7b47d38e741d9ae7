//===- Reduce.cpp - Kernels of dependent reductions -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/BlockRanges.h"
#include "lib/Schedule/Tile/RowEmitter.h"

using namespace mlir;

namespace xcc::schedule {

LogicalResult scheduleTileReduce(TileKernelBuilder &builder) {
  while (true) {
    RowAnalysis rows = analyzeRows(builder.elements());
    RowEmitter emitter(builder, std::move(rows));
    std::optional<bool> sharesRows = emitter.analyze();
    if (!sharesRows)
      return failure();
    // No reduction is left, or they have rows of their own: each element
    // computes what it depends on.
    if (!*sharesRows)
      return scheduleTileMap(builder);
    int64_t splits = emitter.chooseSplits();
    if (splits == 1) {
      builder.setThreads(emitter.tiling().threads);
      return emitter.emitBlock(builder.blockIds(emitter.numBlocks())[0]);
    }
    bool isLast = emitter.numReductions() == 1 && !emitter.hasWideResults();
    if (failed(emitter.emitParts(splits, isLast)))
      return failure();
    if (isLast)
      return success();
  }
}

/// A window that is all of the input is a row; others are computed element by
/// element.
LogicalResult scheduleTilePool(TileKernelBuilder &builder) {
  bool hasRows = false;
  builder.kernel().walk([&](linalg::GenericOp op) {
    hasRows |= op.getNumReductionLoops() &&
               op.getIndexingMapsArray().front().isPermutation();
  });
  return hasRows ? scheduleTileReduce(builder) : scheduleTileMap(builder);
}

} // namespace xcc::schedule
