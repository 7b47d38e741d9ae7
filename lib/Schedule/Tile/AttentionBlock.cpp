//===- AttentionBlock.cpp - A block of queries ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cmath>

using namespace mlir;

namespace xcc::schedule {

TileAttentionBlock::TileAttentionBlock(TileKernelBuilder &kernel,
                                       fx::ScaledDotProductAttentionOp op,
                                       const AttentionTiling &tiling)
    : kernel(kernel), op(op), tiling(tiling), loc(kernel.loc()),
      b(kernel.builder()), element(op.getQuery().getType().getElementType()),
      accumulator(element.isF64() ? element : b.getF32Type()) {
  IndexList query = kernel.elements().shapeOf(op.getQuery());
  IndexList key = kernel.elements().shapeOf(op.getKey());
  heads = IndexList(ArrayRef(query).drop_back(2));
  queries = query[query.size() - 2];
  headSize = query.back();
  keys = key[key.size() - 2];
  valueSize = kernel.elements().shapeOf(op.getValue()).back();
  steps = kernel.space().simplify(keys.ceilDiv(tiling.keys));
}

Value TileAttentionBlock::index(int64_t number) {
  return arith::ConstantIndexOp::create(b, loc, number);
}

Value TileAttentionBlock::value(AffineExpr expr) {
  return kernel.space().materialize(b, loc, kernel.space().simplify(expr));
}

double TileAttentionBlock::scale() const {
  if (auto given = const_cast<TileAttentionBlock *>(this)->op.getScale())
    return given->convertToDouble();
  return 1 / std::sqrt(double(cast<AffineConstantExpr>(headSize).getValue()));
}

/// How many steps this block takes: with causality none whose keys are all
/// behind the block's last query.
Value TileAttentionBlock::lastStep() {
  Value all = value(steps);
  if (!op.getIsCausal())
    return all;
  Value seen = value((query0 + tiling.queries).ceilDiv(tiling.keys));
  return arith::MinSIOp::create(b, loc, all, seen);
}

LogicalResult TileAttentionBlock::emit() {
  IndexList counts = heads;
  counts.push_back(queries.ceilDiv(tiling.queries));
  headIndices = kernel.blockIds(counts);
  AffineExpr block = headIndices.pop_back_val();
  // With causality the last queries have the most to do, and start first.
  if (op.getIsCausal())
    block = counts.back() - 1 - block;
  query0 = block * tiling.queries;
  if (tiling.isOfGroups())
    return emitOfGroups();
  makeOperands();
  int64_t lanes = kernel.device().lanesPerWarp;
  auto runsAlong = [](const std::deque<MatrixOperand> &list) {
    return list.front().runsAlongDepth();
  };
  bool keysRun = runsAlong(keyOperands), valuesRun = runsAlong(valueOperands);
  scoreLayouts = dotLayouts(tiling.scores(), lanes, true, keysRun);
  resultLayouts = dotLayouts(tiling.results(), lanes, true, valuesRun);
  queryFragments = loadQueries();
  SmallVector<Value> results = emitLoop();
  if (!ok)
    return failure();
  return writeResults(ArrayRef(results).drop_front(2), results[1]);
}

/// (maximum, sum, results...) after the last step.
SmallVector<Value> TileAttentionBlock::emitLoop() {
  auto filled = [&](const tile::LinearLayout &layout, double number) -> Value {
    return constant(tile::getTileType(accumulator, layout), number);
  };
  tile::LinearLayout row = scoreLayouts.accumulator.reduced(1);
  SmallVector<Value> carried = {
      filled(row, -std::numeric_limits<double>::infinity()), filled(row, 0)};
  for (int64_t chunk = 0; chunk < tiling.value.count; ++chunk)
    carried.push_back(filled(resultLayouts.accumulator, 0));

  SmallVector<StagedOperand> staged;
  if (!keyOperands.front().isDirect())
    for (std::deque<MatrixOperand> *list : {&keyOperands, &valueOperands})
      for (MatrixOperand &operand : *list)
        staged.push_back(operand.staged());
  auto body = [&](Value step, ArrayRef<Value> slices, ValueRange carried) {
    return emitStep(step, slices, carried);
  };
  carried = PipelinedLoop(b, loc, staged, tiling.stages)
                .emit(index(0), lastStep(), carried, body);
  for (std::deque<MatrixOperand> *list :
       {&queryOperands, &keyOperands, &valueOperands})
    for (MatrixOperand &operand : *list)
      ok &= !operand.failed();
  return carried;
}

/// Weighted sums over sums of weights; a query that saw no key gives zeros.
LogicalResult TileAttentionBlock::writeResults(ArrayRef<Value> results,
                                               Value sum) {
  Value zero = constantLike(sum, 0), one = constantLike(sum, 1);
  Value sawNothing =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, sum, zero);
  Value divisor = arith::SelectOp::create(b, loc, sawNothing, one, sum);
  Value factor = arith::DivFOp::create(b, loc, one, divisor);
  for (auto [chunk, weighted] : llvm::enumerate(results)) {
    tile::LinearLayout layout = tile::getLayout(weighted.getType());
    TileFrame frame = kernel.makeFrame(layout);
    TileKernelBuilder::InFrame inside(kernel, frame);
    Value tile =
        arith::MulFOp::create(b, loc, weighted, spread(factor, weighted));
    if (element != accumulator)
      tile = arith::TruncFOp::create(b, loc, tile::getTileType(element, layout),
                                     tile);
    IndexList indices = headIndices;
    indices.push_back(kernel.within(query0 + frame.coordinates[0], queries));
    indices.push_back(kernel.within(
        frame.coordinates[1] + int64_t(chunk) * tiling.value.size, valueSize));
    if (failed(kernel.writeTile(op.getResult(), indices, tile)))
      return failure();
  }
  return success();
}

} // namespace xcc::schedule
