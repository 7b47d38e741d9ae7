//===- AttentionStep.cpp - Some keys more for a block of queries ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights are powers of two: scores are taken times log2(e).
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"
#include "lib/Schedule/Element/ScalarOps.h"
#include "lib/Schedule/Tile/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace xcc::schedule {

// Dimension of the keys in scores, of the values in results.
static constexpr unsigned keyDim = 1;
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
  auto reduced = isMaximum ? tile::ReduceOp::createMax(b, loc, scores, keyDim)
                           : tile::ReduceOp::createSum(b, loc, scores, keyDim);
  return reduced.getResult(0);
}

Value TileAttentionBlock::spread(Value row, Value tile) {
  tile::LinearLayout layout = tile::getLayout(tile.getType());
  tile::LinearLayout wanted = layout.reduced(keyDim);
  if (!(wanted == tile::getLayout(row.getType())))
    row = tile::ConvertLayoutOp::create(
        b, loc, row, tile::LayoutAttr::get(b.getContext(), wanted));
  Value column = tile::ExpandDimsOp::create(b, loc, row, keyDim);
  return tile::BroadcastOp::create(b, loc, tile.getType(), column);
}

static StringRef nameOf(const MatrixInstruction *instruction) {
  return instruction ? instruction->name : "fma";
}

//===-- Scores
//-------------------------------------------------------------===//

Value TileAttentionBlock::emitScores(Value step, ArrayRef<Value> slices) {
  Value scores =
      constant(tile::getTileType(accumulator, scoreLayouts.accumulator), 0);
  for (auto [chunk, operand] : llvm::enumerate(keyOperands)) {
    Value right = operand.fragment(
        step, slices.empty() ? Value() : slices[chunk], scoreLayouts.rhs);
    scores = tile::DotOp::create(b, loc, queryFragments[chunk], right, scores,
                                 nameOf(tiling.forScores));
  }
  return capAndScale(scores);
}

Value TileAttentionBlock::capAndScale(Value scores) {
  if (std::optional<double> cap = fx::getSoftCap(op))
    scores = math::TanhOp::create(
        b, loc,
        arith::MulFOp::create(b, loc, scores,
                              constantLike(scores, scale() / *cap)));
  if (isScaledLate())
    return scores;
  Value factor = constantLike(scores, scoreFactor());
  return arith::MulFOp::create(b, loc, scores, factor);
}

/// What scores of capAndScale lack, with log2(e).
double TileAttentionBlock::scoreFactor() const {
  return fx::getSoftCap(op).value_or(scale()) * llvm::numbers::log2e;
}

/// Whether the factor can wait until the maximum is known, where it costs
/// nothing: scores * factor - maximum * factor is one operation. Not with
/// numbers that are added before, nor where it would turn the order around.
bool TileAttentionBlock::isScaledLate() {
  bool isAdded =
      op.getMask() && !getElementTypeOrSelf(op.getMask()).isInteger(1);
  return !isAdded && scoreFactor() > 0;
}

/// 2^(scores + offset), with the factor that scores may still lack.
Value TileAttentionBlock::emitWeights(Value scores, Value offset) {
  if (!isScaledLate())
    return math::Exp2Op::create(b, loc,
                                arith::AddFOp::create(b, loc, scores, offset));
  Value factor = constantLike(scores, scoreFactor());
  return math::Exp2Op::create(
      b, loc, math::FmaOp::create(b, loc, scores, factor, offset));
}

/// Adds the mask to the scores, or drops what a boolean one leaves out.
Value TileAttentionBlock::addMask(Value step, Value scores) {
  if (!op.getMask())
    return scores;
  TileFrame frame = kernel.makeFrame(tile::getLayout(scores.getType()));
  TileKernelBuilder::InFrame inside(kernel, frame);
  IndexList indices = headIndices;
  indices.push_back(kernel.within(query0 + frame.coordinates[0], queries));
  AffineExpr number = kernel.space().declare(step, steps);
  indices.push_back(
      kernel.within(number * tiling.keys + frame.coordinates[1], keys));
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
  mask = scaleMask(b, loc, mask,
                   [&](double value) { return constantLike(mask, value); });
  return arith::AddFOp::create(b, loc, scores, mask);
}

/// Keys that are not there, or, with causality, behind the query, have no
/// weight.
Value TileAttentionBlock::hideKeys(Value step, Value scores) {
  tile::LinearLayout layout = tile::getLayout(scores.getType());
  Type number = tile::getTileType(b.getI32Type(), layout);
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
  AffineExpr query = b.getAffineDimExpr(0) + b.getAffineSymbolExpr(1);
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
  if (layout == resultLayouts.lhs)
    return weights;
  return tile::ConvertLayoutOp::create(
      b, loc, weights,
      tile::LayoutAttr::get(b.getContext(), resultLayouts.lhs));
}

/// What is taken off the scores. With a mask a query may have seen nothing, and
/// minus infinity less itself is no number. Without, key 0 is seen by all.
Value TileAttentionBlock::baseOf(Value maximum) {
  if (!op.getMask())
    return maximum;
  Value sawNothing =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ, maximum,
                            constantLike(maximum, -infinity));
  return arith::SelectOp::create(b, loc, sawNothing, constantLike(maximum, 0),
                                 maximum);
}

/// What queries have seen with a step more, from its scores.
SoftmaxStep TileAttentionBlock::goOn(Value step, Value scores,
                                     RunningSoftmax old) {
  scores = hideWhereNeeded(step, addMask(step, scores));
  Value maximum =
      arith::MaximumFOp::create(b, loc, old.maximum, reduceKeys(scores, true));
  Value base = baseOf(maximum);
  double factor = isScaledLate() ? scoreFactor() : 1;
  Value offset =
      arith::MulFOp::create(b, loc, base, constantLike(base, -factor));
  Value weights = emitWeights(scores, spread(offset, scores));
  Value shrink = emitWeights(old.maximum, offset);
  Value sum = arith::AddFOp::create(
      b, loc, arith::MulFOp::create(b, loc, old.sum, shrink),
      reduceKeys(weights, false));
  return {{maximum, sum}, weights, shrink};
}

SmallVector<Value> TileAttentionBlock::emitStep(Value step,
                                                ArrayRef<Value> slices,
                                                ValueRange carried) {
  auto [seen, weights, shrink] =
      goOn(step, emitScores(step, slices), {carried[0], carried[1]});
  Value left = handOver(weights);
  SmallVector<Value> results = {seen.maximum, seen.sum};
  for (auto [chunk, operand] : llvm::enumerate(valueOperands)) {
    Value old = carried[2 + chunk];
    Value rescaled = arith::MulFOp::create(b, loc, old, spread(shrink, old));
    Value right = operand.fragment(
        step, slices.empty() ? Value() : slices[keyOperands.size() + chunk],
        resultLayouts.rhs);
    results.push_back(tile::DotOp::create(b, loc, left, right, rescaled,
                                          nameOf(tiling.forResults)));
  }
  return results;
}

} // namespace xcc::schedule
