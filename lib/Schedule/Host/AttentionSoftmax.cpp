//===- AttentionSoftmax.cpp - A row of scores to weights ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scores come multiplied by log2(e), so that weights are powers of two: no
// reduction by ln 2 in two parts. Maxima and sums are kept as vectors from one
// block of keys to the next.
//
//===----------------------------------------------------------------------===//
#include "lib/Schedule/Host/AttentionBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace xcc::schedule {

static constexpr double infinity = std::numeric_limits<double>::infinity();

Value AttentionBlock::foldVectors(Value end, Value init,
                                  function_ref<Value(AffineExpr, Value)> fold) {
  OpBuilder &b = kernel.builder();
  SmallVector<Value> inits;
  if (init)
    inits.push_back(init);
  auto loop = scf::ForOp::create(b, kernel.loc(), value(int64_t(0)), end,
                                 value(lanes), inits);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  ElementEmitter::Scope scope(kernel.elements());
  Value carried = init ? loop.getRegionIterArg(0) : Value();
  Value next =
      fold(kernel.space().declare(loop.getInductionVar(), {}), carried);
  if (init)
    scf::YieldOp::create(b, kernel.loc(), next);
  return init ? loop.getResult(0) : Value();
}

/// Where one is NaN, `rhs`: one instruction.
Value AttentionBlock::larger(Value lhs, Value rhs) {
  OpBuilder &b = kernel.builder();
  Value isLarger = arith::CmpFOp::create(b, kernel.loc(),
                                         arith::CmpFPredicate::OGT, lhs, rhs);
  return arith::SelectOp::create(b, kernel.loc(), isLarger, lhs, rhs);
}

Value AttentionBlock::sumOf(Value lhs, Value rhs) {
  return arith::AddFOp::create(kernel.builder(), kernel.loc(), lhs, rhs);
}

Value AttentionBlock::acrossLanes(Value vector, Combine combine) {
  for (int64_t half = lanes / 2; half > 0; half /= 2) {
    SmallVector<int64_t> order;
    for (int64_t lane = 0; lane < lanes; ++lane)
      order.push_back(lane ^ half);
    Value other = vector::ShuffleOp::create(kernel.builder(), kernel.loc(),
                                            vector, vector, order);
    vector = combine(vector, other);
  }
  return vector;
}

void AttentionBlock::fill(AffineExpr row, Value from, Value to, double scalar) {
  kernel.forLoop(from, to, {}, [&](AffineExpr key) {
    store(scalarOf(scalar), scores, row * sizes.keys + key);
  });
}

/// 2^x in f32 for -126 <= x <= 0, NaN for NaN, with at most 1 ulp of error: x
/// is split into the nearest whole number and a rest r; 2^r by a polynomial.
Value AttentionBlock::powerOfTwo(Value exponent) {
  // Minimax in the relative error, 2e-9 before coefficients were rounded.
  static constexpr double coefficients[] = {0x1.41fbbcp-13,
                                            0x1.5f3e54p-10,
                                            0x1.3b2d4cp-7,
                                            0x1.c6aee8p-5,
                                            0x1.ebfbdcp-3,
                                            0x1.62e430p-1,
                                            1};
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  // Added to a small number, this leaves the number rounded in the low bits.
  Value rounder = spread(0x1.8p23);
  Value shifted = arith::AddFOp::create(b, loc, exponent, rounder);
  Value whole = arith::SubFOp::create(b, loc, shifted, rounder);
  Value rest = arith::SubFOp::create(b, loc, exponent, whole);
  Value power = spread(coefficients[0]);
  for (double coefficient : ArrayRef(coefficients).drop_front())
    power = vector::FMAOp::create(b, loc, power, rest, spread(coefficient));
  auto integers = VectorType::get({lanes}, b.getI32Type());
  auto constantOf = [&](int32_t number) -> Value {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(integers, b.getI32IntegerAttr(number)));
  };
  Value bits = arith::BitcastOp::create(b, loc, integers, shifted);
  bits = arith::ShLIOp::create(b, loc, bits, constantOf(23));
  bits = arith::AddIOp::create(b, loc, bits, constantOf(127 << 23));
  // A product: an addition to the bits of `power` could make a NaN a number.
  return arith::MulFOp::create(b, loc, power,
                               arith::BitcastOp::create(b, loc, vector, bits));
}

/// 2^x, or zero where that would be less than any normal number: products that
/// become subnormal take many cycles, and masked scores all would.
Value AttentionBlock::weightOf(Value below) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  bool isDouble = sizes.accumulator.isF64();
  Value isNothing =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, below,
                            spread(isDouble ? -1022 : -126));
  Value weight = isDouble ? math::Exp2Op::create(b, loc, below).getResult()
                          : powerOfTwo(below);
  return arith::SelectOp::create(b, loc, isNothing, spread(0.0), weight);
}

/// The row's weights in place of its scores; their sum, lane by lane.
Value AttentionBlock::emitWeights(AffineExpr row, Value end, Value base) {
  OpBuilder &b = kernel.builder();
  return foldVectors(end, spread(0.0), [&](AffineExpr key, Value carried) {
    AffineExpr place = row * sizes.keys + key;
    Value score = loadVector(scores, place);
    Value weight =
        weightOf(arith::SubFOp::create(b, kernel.loc(), score, base));
    storeVector(weight, scores, place);
    return sumOf(carried, weight);
  });
}

/// The first block of keys has nothing before it, unless results start at zero.
void AttentionBlock::rescaleRow(AffineExpr row, AffineExpr key0, Value factor) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value hasMore = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne,
                                        value(key0), value(int64_t(0)));
  auto branch = scf::IfOp::create(b, loc, hasMore, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(branch.thenBlock());
  ElementEmitter::Scope scope(kernel.elements());
  foldVectors(value(valueColumns), {}, [&](AffineExpr column, Value) -> Value {
    AffineExpr place = stateRow(row) * valueColumns + column;
    Value old = loadVector(results, place);
    storeVector(arith::MulFOp::create(b, loc, old, factor), results, place);
    return {};
  });
}

void AttentionBlock::updateRow(AffineExpr row, AffineExpr key0, Value seen,
                               Value count) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value end = value(kernel.space().exprOf(seen).ceilDiv(lanes) * lanes);
  fill(row, seen, end, -infinity);
  if (seen != count)
    fill(row, end, count, 0);
  AffineExpr state = stateRow(row) * lanes;
  Value oldMaximum = loadVector(maxima, state);
  Value largest =
      foldVectors(end, oldMaximum, [&](AffineExpr key, Value carried) {
        return larger(loadVector(scores, row * sizes.keys + key), carried);
      });
  Value maximum = acrossLanes(
      largest, [&](Value lhs, Value rhs) { return larger(lhs, rhs); });
  storeVector(maximum, maxima, state);
  // Nothing seen at all: any finite base gives weights of zero.
  Value isNothing = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ,
                                          maximum, spread(-infinity));
  Value base = arith::SelectOp::create(b, loc, isNothing, spread(0.0), maximum);
  Value added = emitWeights(row, end, base);
  Value shrink = weightOf(arith::SubFOp::create(b, loc, oldMaximum, base));
  Value kept = arith::MulFOp::create(b, loc, loadVector(totals, state), shrink);
  storeVector(sumOf(kept, added), totals, state);
  rescaleRow(row, key0, shrink);
}

Value AttentionBlock::rowFactor(AffineExpr row) {
  OpBuilder &b = kernel.builder();
  Location loc = kernel.loc();
  Value sums = loadVector(totals, stateRow(row) * lanes);
  Value total = vector::ExtractOp::create(
      b, loc,
      acrossLanes(sums, [&](Value lhs, Value rhs) { return sumOf(lhs, rhs); }),
      int64_t(0));
  Value isNothing = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OEQ,
                                          total, scalarOf(0));
  Value inverse = arith::DivFOp::create(b, loc, scalarOf(1), total);
  return arith::SelectOp::create(b, loc, isNothing, scalarOf(0), inverse);
}

} // namespace xcc::schedule
