//===- RowBlocks.cpp - Operations along one dimension ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/RowBlocks.h"

using namespace mlir;

namespace xcc::schedule {

RowBlocks::RowBlocks(TileKernelBuilder &builder, Indices shape, unsigned dim)
    : builder(builder), dim(dim) {
  loops.rowExtents.assign(shape.begin(), shape.end());
  loops.rowExtents.erase(loops.rowExtents.begin() + dim);
  loops.innerExtents = {shape[dim]};
}

IndexList RowBlocks::placeOf(Indices row, AffineExpr index) {
  IndexList place(row);
  place.insert(place.begin() + dim, index);
  return place;
}

LogicalResult RowBlocks::chooseTiles(Body body) {
  ElementEmitter &probe = builder.probe();
  IndexSpace &space = builder.space();
  Block block;
  IndexSpace::Mark mark = space.mark();
  auto declare = [&](AffineExpr extent) {
    Value value =
        block.addArgument(builder.builder().getIndexType(), builder.loc());
    return space.declare(value, extent);
  };
  AffineExpr inner = declare(length());
  IndexList row;
  for (AffineExpr extent : loops.rowExtents)
    row.push_back(declare(extent));
  FailureOr<LoopGroups> rows =
      groupLoops(probe, loops.rowExtents, [&](OpBuilder &b, Indices indices) {
        return body(probe, b, placeOf(indices, inner));
      });
  FailureOr<LoopGroups> along =
      groupLoops(probe, loops.innerExtents, [&](OpBuilder &b, Indices indices) {
        return body(probe, b, placeOf(row, indices[0]));
      });
  space.release(mark);
  if (failed(rows) || failed(along))
    return failure();
  loops.rows = *rows;
  loops.inner = *along;
  tiles = chooseRowTiling(builder, loops);
  return success();
}

AffineExpr RowBlocks::numBlocks() {
  IndexSpace &space = builder.space();
  return space.simplify(space.product(tiles.rowCounts));
}

IndexList RowBlocks::rowAt(const TileFrame &frame, Indices blocks) {
  return rowsAt(builder, loops, tiles, frame, blocks);
}

} // namespace xcc::schedule
