//===- AttentionStep.cpp - Some keys more for a block of queries ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scores are kept times log2(e): weights are powers of two.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Tile/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr double infinity = std::numeric_limits<double>::infinity();

//===-- Rows of queries
//----------------------------------------------------===//

Value TileAttentionBlock::constant(Type tileType, double number) {
  auto type = cast<ShapedType>(tileType);
  Attribute scalar = b.getFloatAttr(type.getElementType(), number);
  return arith::ConstantOp::create(b, loc,
                                   DenseElementsAttr::get(type, scalar));
}

Value TileAttentionBlock::constantLike(Value tile, double number) {
  return constant(tile.getType(), number);
}

Value TileAttentionBlock::reduceKeys(Value scores, bool isMaximum) {
  int64_t axis = 1 - tiling.queryDim();
  auto reduced = isMaximum ? tile::ReduceOp::createMax(b, loc, scores, axis)
                           : tile::ReduceOp::createSum(b, loc, scores, axis);
  return reduced.getResult(0);
}

Value TileAttentionBlock::spread(Value row, Value tile) {
  unsigned axis = 1 - tiling.queryDim();
  tile::LinearLayout layout = tile::getLayout(tile.getType());
  tile::LinearLayout wanted = layout.reduced(axis);
  if (!(wanted == tile::getLayout(row.getType())))
    row = tile::ConvertLayoutOp::create(
        b, loc, row, tile::LayoutAttr::get(b.getContext(), wanted));
  Value column = tile::ExpandDimsOp::create(b, loc, row, axis);
  return tile::BroadcastOp::create(b, loc, tile.getType(), column);
}

//===-- Scores
//-------------------------------------------------------------===//

Value TileAttentionBlock::emitScores(Value step, ArrayRef<Value> slices) {
  StringRef name = tiling.instruction ? tiling.instruction->name : "fma";
  Value scores =
      constant(tile::getTileType(accumulator, scoreLayouts.accumulator), 0);
  const tile::LinearLayout &held =
      tiling.isTransposed ? scoreLayouts.lhs : scoreLayouts.rhs;
  for (auto [chunk, operand] : llvm::enumerate(keyOperands)) {
    Value left = queryFragments[chunk];
    Value right =
        operand.fragment(step, slices.empty() ? Value() : slices[chunk], held);
    if (tiling.isTransposed)
      std::swap(left, right);
    scores = tile::DotOp::create(b, loc, left, right, scores, name);
  }
  Value factor = constantLike(scores, scale() * llvm::numbers::log2e);
  return arith::MulFOp::create(b, loc, scores, factor);
}

/// Adds the mask to the scores, or drops what a boolean one leaves out.
Value TileAttentionBlock::addMask(Value step, Value scores) {
  if (!op.getMask())
    return scores;
  TileFrame frame = kernel.makeFrame(tile::getLayout(scores.getType()));
  TileKernelBuilder::InFrame inside(kernel, frame);
  IndexList indices = headIndices;
  indices.push_back(
      kernel.within(query0 + queryOf(frame.coordinates), queries));
  AffineExpr number = kernel.space().declare(step, steps);
  indices.push_back(
      kernel.within(number * tiling.keys + otherOf(frame.coordinates), keys));
  unsigned rank = cast<RankedTensorType>(op.getMask().getType()).getRank();
  Value mask = kernel.readTile(op.getMask(), ArrayRef(indices).take_back(rank));
  ok &= bool(mask);
  if (!mask)
    return scores;
  if (getElementTypeOrSelf(mask).isInteger(1))
    return arith::SelectOp::create(b, loc, mask, scores,
                                   constantLike(scores, -infinity));
  if (mask.getType() != scores.getType())
    mask = arith::ExtFOp::create(b, loc, scores.getType(), mask);
  mask = arith::MulFOp::create(b, loc, mask,
                               constantLike(mask, llvm::numbers::log2e));
  return arith::AddFOp::create(b, loc, scores, mask);
}

/// Keys that are not there, or, with causality, behind the query, have no
/// weight.
Value TileAttentionBlock::hideKeys(Value step, Value scores) {
  tile::LinearLayout layout = tile::getLayout(scores.getType());
  Type number = tile::getTileType(b.getI32Type(), layout);
  unsigned keyDim = 1 - tiling.queryDim();
  AffineExpr key =
      b.getAffineDimExpr(keyDim) + b.getAffineSymbolExpr(0) * tiling.keys;
  auto numbers = [&](AffineExpr expr, ValueRange scalars) -> Value {
    return tile::IndexOp::create(
        b, loc, number, AffineMap::get(2, scalars.size(), expr), scalars);
  };
  auto isNegative = [&](Value tile) -> Value {
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(number));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, tile, zero);
  };
  Value nothing = constantLike(scores, -infinity);
  Value left = numbers(b.getAffineSymbolExpr(1) - 1 - key, {step, value(keys)});
  scores = arith::SelectOp::create(b, loc, isNegative(left), nothing, scores);
  if (!op.getIsCausal())
    return scores;
  AffineExpr query =
      b.getAffineDimExpr(tiling.queryDim()) + b.getAffineSymbolExpr(1);
  Value before = numbers(query - key, {step, value(query0)});
  return arith::SelectOp::create(b, loc, isNegative(before), nothing, scores);
}

/// Most steps see all their keys and skip the comparison.
Value TileAttentionBlock::hideWhereNeeded(Value step, Value scores) {
  IndexSpace &space = kernel.space();
  AffineExpr number = space.declare(step, steps);
  AffineExpr behind = (number + 1) * tiling.keys;
  Value end = value(behind);
  Value isPartial;
  if (!(space.simplify(keys % tiling.keys) == space.constant(0)))
    isPartial = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, end,
                                      value(keys));
  if (op.getIsCausal()) {
    Value isAcross = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt,
                                           end, value(query0 + 1));
    isPartial =
        isPartial
            ? arith::OrIOp::create(b, loc, isPartial, isAcross).getResult()
            : isAcross;
  }
  if (!isPartial)
    return scores;
  auto branch = scf::IfOp::create(b, loc, scores.getType(), isPartial,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(b, loc, hideKeys(step, scores));
  b.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(b, loc, scores);
  return branch.getResult(0);
}

//===-- Weights and results
//------------------------------------------------===//

/// Weights as an operand of the second product.
Value TileAttentionBlock::handOver(Value weights) {
  tile::LinearLayout layout = tile::getLayout(weights.getType());
  if (element != accumulator)
    weights = arith::TruncFOp::create(
        b, loc, tile::getTileType(element, layout), weights);
  const tile::LinearLayout &held =
      tiling.isTransposed ? resultLayouts.rhs : resultLayouts.lhs;
  unsigned depthDim = tiling.isTransposed ? 0 : 1;
  tile::LinearLayout wanted = inMemoryOrder(held, depthDim, tiling.keyOrder);
  if (!(layout == wanted))
    weights = tile::ConvertLayoutOp::create(
        b, loc, weights, tile::LayoutAttr::get(b.getContext(), wanted));
  return toProductOrder(b, loc, weights, depthDim, tiling.keyOrder);
}

SmallVector<Value> TileAttentionBlock::emitStep(Value step,
                                                ArrayRef<Value> slices,
                                                ValueRange carried) {
  Value scores = emitScores(step, slices);
  scores = hideWhereNeeded(step, addMask(step, scores));
  Value oldMaximum = carried[0], oldSum = carried[1];
  Value maximum =
      arith::MaximumFOp::create(b, loc, oldMaximum, reduceKeys(scores, true));
  // A query that has seen nothing has maximum minus infinity: compare with 0.
  Value sawNothing =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, maximum,
                            constantLike(maximum, -infinity));
  Value base = arith::SelectOp::create(b, loc, sawNothing,
                                       constantLike(maximum, 0), maximum);
  Value below = arith::SubFOp::create(b, loc, scores, spread(base, scores));
  Value weights = math::Exp2Op::create(b, loc, below);
  Value shrink = math::Exp2Op::create(
      b, loc, arith::SubFOp::create(b, loc, oldMaximum, base));
  Value sum = arith::AddFOp::create(
      b, loc, arith::MulFOp::create(b, loc, oldSum, shrink),
      reduceKeys(weights, false));

  Value left = handOver(weights);
  StringRef name = tiling.instruction ? tiling.instruction->name : "fma";
  const tile::LinearLayout &held =
      tiling.isTransposed ? resultLayouts.lhs : resultLayouts.rhs;
  SmallVector<Value> results = {maximum, sum};
  for (auto [chunk, operand] : llvm::enumerate(valueOperands)) {
    Value old = carried[2 + chunk];
    Value rescaled = arith::MulFOp::create(b, loc, old, spread(shrink, old));
    Value lhs = left;
    Value rhs = operand.fragment(
        step, slices.empty() ? Value() : slices[keyOperands.size() + chunk],
        held);
    if (tiling.isTransposed)
      std::swap(lhs, rhs);
    results.push_back(tile::DotOp::create(b, loc, lhs, rhs, rescaled, name));
  }
  return results;
}

} // namespace xcc::schedule
