//===- BlockRanges.cpp - Blocks that do one thing after another's range ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/BlockRanges.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

/// The block's number within a range that begins at `before`.
static AffineExpr numberWithin(TileKernelBuilder &builder, AffineExpr id,
                               AffineExpr before, AffineExpr blocks) {
  IndexSpace &space = builder.space();
  if (blocks == space.constant(1))
    return space.constant(0);
  Value number = space.materialize(builder.builder(), builder.loc(),
                                   space.simplify(id - before));
  return space.declare(number, blocks);
}

LogicalResult emitRanges(TileKernelBuilder &builder,
                         ArrayRef<BlockRange> ranges) {
  IndexSpace &space = builder.space();
  AffineExpr total = space.constant(0);
  for (const BlockRange &range : ranges)
    total = space.simplify(total + range.blocks);
  AffineExpr id = builder.blockIds(total)[0];
  if (ranges.size() == 1)
    return ranges[0].emit(id);
  OpBuilder &b = builder.builder();
  OpBuilder::InsertionGuard guard(b);
  AffineExpr before = space.constant(0);
  for (const BlockRange &range : ranges) {
    ElementEmitter::Scope scope(builder.elements());
    AffineExpr after = space.simplify(before + range.blocks);
    // Each range in the else branch of the one before.
    scf::IfOp branch;
    if (&range != &ranges.back()) {
      Value here =
          arith::CmpIOp::create(b, builder.loc(), arith::CmpIPredicate::slt,
                                space.materialize(b, builder.loc(), id),
                                space.materialize(b, builder.loc(), after));
      branch = scf::IfOp::create(b, builder.loc(), here,
                                 /*withElseRegion=*/true);
      b.setInsertionPointToStart(&branch.getThenRegion().front());
    }
    if (failed(range.emit(numberWithin(builder, id, before, range.blocks))))
      return failure();
    if (branch)
      b.setInsertionPointToStart(&branch.getElseRegion().front());
    before = after;
  }
  return success();
}

} // namespace xcc::schedule
