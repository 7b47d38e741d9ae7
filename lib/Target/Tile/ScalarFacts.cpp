//===- ScalarFacts.cpp - Ranges and alignments of index values ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Target/Tile/ScalarFacts.h"

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace xcc::thread {

static int64_t bounded(__int128 value) {
  if (value > Facts::kUnbounded)
    return Facts::kUnbounded;
  if (value < -Facts::kUnbounded)
    return -Facts::kUnbounded;
  return int64_t(value);
}

static int64_t alignmentOf(int64_t value) {
  if (value == 0)
    return Facts::kAligned;
  return std::min(value & -value, Facts::kAligned);
}

Facts Facts::of(int64_t value) { return {alignmentOf(value), value, value}; }

Facts Facts::between(int64_t least, int64_t most, int64_t alignment) {
  return {alignment, least, most};
}

/// A bound that is unknown stays unknown.
static int64_t addBounds(int64_t lhs, int64_t rhs) {
  if (std::abs(lhs) == Facts::kUnbounded)
    return lhs;
  if (std::abs(rhs) == Facts::kUnbounded)
    return rhs;
  return bounded(__int128(lhs) + rhs);
}

Facts operator+(Facts lhs, Facts rhs) {
  return {std::min(lhs.alignment, rhs.alignment),
          addBounds(lhs.least, rhs.least), addBounds(lhs.most, rhs.most)};
}

Facts operator*(Facts lhs, Facts rhs) {
  int64_t corners[] = {bounded(__int128(lhs.least) * rhs.least),
                       bounded(__int128(lhs.least) * rhs.most),
                       bounded(__int128(lhs.most) * rhs.least),
                       bounded(__int128(lhs.most) * rhs.most)};
  // 0 * unbounded is 0 only if the unbounded one is a number, and it is.
  return {std::min(bounded(__int128(lhs.alignment) * rhs.alignment),
                   Facts::kAligned),
          *llvm::min_element(corners), *llvm::max_element(corners)};
}

static int64_t floorDivide(int64_t lhs, int64_t rhs) {
  int64_t quotient = lhs / rhs;
  return lhs % rhs < 0 ? quotient - 1 : quotient;
}

Facts floorDiv(Facts lhs, int64_t divisor) {
  Facts result;
  if (llvm::isPowerOf2_64(divisor))
    result.alignment = std::max<int64_t>(lhs.alignment / divisor, 1);
  if (lhs.least > -Facts::kUnbounded)
    result.least = floorDivide(lhs.least, divisor);
  if (lhs.most < Facts::kUnbounded)
    result.most = floorDivide(lhs.most, divisor);
  return result;
}

Facts modulo(Facts lhs, int64_t divisor) {
  if (lhs.isWithin(0, divisor - 1))
    return lhs;
  return {std::min(lhs.alignment, alignmentOf(divisor)), 0, divisor - 1};
}

Facts factsOf(AffineExpr expr, ArrayRef<Facts> dims, ArrayRef<Facts> symbols) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Facts::of(constant.getValue());
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return dims[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Facts lhs = factsOf(binary.getLHS(), dims, symbols);
  Facts rhs = factsOf(binary.getRHS(), dims, symbols);
  if (expr.getKind() == AffineExprKind::Add)
    return lhs + rhs;
  if (expr.getKind() == AffineExprKind::Mul)
    return lhs * rhs;
  if (rhs.least != rhs.most || rhs.least <= 0)
    return {};
  if (expr.getKind() == AffineExprKind::Mod)
    return modulo(lhs, rhs.least);
  if (expr.getKind() == AffineExprKind::CeilDiv)
    lhs = lhs + Facts::of(rhs.least - 1);
  return floorDiv(lhs, rhs.least);
}

Facts ScalarFacts::of(Value value) {
  if (auto it = known.find(value); it != known.end())
    return it->second;
  // What depends on itself through a loop is unknown.
  known[value] = Facts();
  Facts result = compute(value);
  known[value] = result;
  return result;
}

/// The lower bound and the step say what divides an induction variable.
static Facts factsOfInduction(ScalarFacts &facts, scf::ForOp loop) {
  Facts lower = facts.of(loop.getLowerBound());
  Facts upper = facts.of(loop.getUpperBound());
  Facts step = facts.of(loop.getStep());
  Facts result;
  result.alignment = std::min(lower.alignment, step.alignment);
  result.least = lower.least;
  if (upper.most < Facts::kUnbounded)
    result.most = upper.most - 1;
  return result;
}

/// How far the grid reaches, if that is known.
static Facts factsOfBlockId(tile::BlockIdOp op) {
  auto kernel = op->getParentOfType<func::FuncOp>();
  auto grid = kernel->getAttrOfType<AffineMapAttr>("schedule.grid");
  Facts result = Facts::between(0, (int64_t(1) << 31) - 1);
  unsigned dimension = static_cast<unsigned>(op.getDimension());
  if (!grid || dimension >= grid.getAffineMap().getNumResults())
    return result;
  AffineExpr size = grid.getAffineMap().getResult(dimension);
  if (auto constant = dyn_cast<AffineConstantExpr>(size))
    result.most = std::max<int64_t>(constant.getValue() - 1, 0);
  return result;
}

static Facts factsOfApply(ScalarFacts &facts, AffineMap map,
                          ValueRange operands) {
  SmallVector<Facts> inputs = llvm::map_to_vector(
      operands, [&](Value operand) { return facts.of(operand); });
  return factsOf(map.getResult(0),
                 ArrayRef(inputs).take_front(map.getNumDims()),
                 ArrayRef(inputs).drop_front(map.getNumDims()));
}

static Facts factsOfMinimum(Facts lhs, Facts rhs) {
  return {std::min(lhs.alignment, rhs.alignment),
          std::min(lhs.least, rhs.least), std::min(lhs.most, rhs.most)};
}

static Facts factsOfMaximum(Facts lhs, Facts rhs) {
  return {std::min(lhs.alignment, rhs.alignment),
          std::max(lhs.least, rhs.least), std::max(lhs.most, rhs.most)};
}

Facts ScalarFacts::compute(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return Facts::of(constant.getSExtValue());
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *parent = argument.getOwner()->getParentOp();
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (loop && value == loop.getInductionVar())
      return factsOfInduction(*this, loop);
    // A kernel's sizes count something.
    if (isa<func::FuncOp>(parent) && value.getType().isIndex())
      return Facts::between(0, Facts::kUnbounded);
    return {};
  }
  Operation *op = value.getDefiningOp();
  if (auto id = dyn_cast<tile::BlockIdOp>(op))
    return factsOfBlockId(id);
  if (auto apply = dyn_cast<affine::AffineApplyOp>(op))
    return factsOfApply(*this, apply.getMap(), apply.getOperands());
  if (isa<arith::IndexCastOp, arith::IndexCastUIOp>(op))
    return of(op->getOperand(0));
  if (op->getNumOperands() != 2 || !value.getType().isIntOrIndex())
    return {};
  Facts lhs = of(op->getOperand(0)), rhs = of(op->getOperand(1));
  bool isByConstant = rhs.least == rhs.most && rhs.least > 0;
  if (isa<arith::AddIOp>(op))
    return lhs + rhs;
  if (isa<arith::SubIOp>(op))
    return lhs + rhs * Facts::of(-1);
  if (isa<arith::MulIOp>(op))
    return lhs * rhs;
  if (isa<arith::MinSIOp>(op))
    return factsOfMinimum(lhs, rhs);
  if (isa<arith::MaxSIOp>(op))
    return factsOfMaximum(lhs, rhs);
  bool isFloor = isa<arith::FloorDivSIOp>(op) ||
                 (isa<arith::DivSIOp, arith::DivUIOp>(op) && lhs.least >= 0);
  if (isFloor && isByConstant)
    return floorDiv(lhs, rhs.least);
  if (isa<arith::RemSIOp, arith::RemUIOp>(op) && isByConstant && lhs.least >= 0)
    return modulo(lhs, rhs.least);
  return {};
}

} // namespace xcc::thread
