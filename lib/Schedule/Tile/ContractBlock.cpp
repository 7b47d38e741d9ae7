//===- ContractBlock.cpp - The sums of one block --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/ContractBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace xcc::schedule {

Value ContractBlock::emitDot(Value left, Value right, Value sums) {
  StringRef name = tiling.instruction ? tiling.instruction->name : "fma";
  return tile::DotOp::create(kernel.builder(), kernel.loc(), left, right, sums,
                             name);
}

/// Fragments come from global memory; later steps are brought nearer.
Value ContractBlock::emitDirect(MatrixOperand &left, MatrixOperand &right,
                                const tile::DotLayouts &layouts, Value end,
                                Value zeros) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  auto index = [&](int64_t number) {
    return arith::ConstantIndexOp::create(b, loc, number);
  };
  auto loop =
      scf::ForOp::create(b, loc, index(0), end, index(1), ValueRange{zeros});
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Value step = loop.getInductionVar();
  Value ahead = arith::AddIOp::create(b, loc, step,
                                      index(kernel.device().pipelineStages));
  left.prefetch(ahead);
  right.prefetch(ahead);
  Value sums =
      emitDot(left.fragment(step, {}, layouts.lhs),
              right.fragment(step, {}, layouts.rhs), loop.getRegionIterArg(0));
  scf::YieldOp::create(b, loc, sums);
  return loop.getResult(0);
}

Value ContractBlock::emitStaged(MatrixOperand &left, MatrixOperand &right,
                                const tile::DotLayouts &layouts, Value end,
                                Value zeros) {
  StagedOperand operands[] = {left.staged(), right.staged()};
  PipelinedLoop loop(kernel.builder(), kernel.loc(), operands, tiling.stages);
  Value begin =
      arith::ConstantIndexOp::create(kernel.builder(), kernel.loc(), 0);
  auto body = [&](Value step, ArrayRef<Value> slices,
                  ValueRange carried) -> SmallVector<Value> {
    return {emitDot(left.fragment(step, slices[0], layouts.lhs),
                    right.fragment(step, slices[1], layouts.rhs), carried[0])};
  };
  return loop.emit(begin, end, zeros, body)[0];
}

FailureOr<Value> ContractBlock::emit(AffineExpr first, AffineExpr count) {
  if (tiling.isOfGroups())
    return emitGroup(first, count);
  OpBuilder &b = kernel.builder();
  IndexSpace &space = kernel.space();
  MatrixOperand left(kernel, view.left(kernel, tiling, place, first, count),
                     count, tiling.warps(), tiling.instruction);
  MatrixOperand right(kernel, view.right(kernel, tiling, place, first, count),
                      count, tiling.warps(), tiling.instruction);
  tile::DotLayouts layouts =
      dotLayouts(tiling, kernel.device().lanesPerWarp, left.runsAlongDepth(),
                 right.runsAlongDepth());
  Type type = tile::getTileType(view.accumulator(), layouts.accumulator);
  Value zeros = arith::ConstantOp::create(b, kernel.loc(), b.getZeroAttr(type));
  Value end = space.materialize(b, kernel.loc(), space.simplify(count));
  Value sums = left.isDirect() ? emitDirect(left, right, layouts, end, zeros)
                               : emitStaged(left, right, layouts, end, zeros);
  if (left.failed() || right.failed())
    return failure();
  return sums;
}

} // namespace xcc::schedule
