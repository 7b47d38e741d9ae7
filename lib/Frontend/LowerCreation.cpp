//===- LowerCreation.cpp - Constants, ranges, triangles -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/LowerOps.h"

using namespace mlir;

namespace xcc::frontend {

/// A splat is inlined where it is used; other constants stay.
static LogicalResult lowerConstant(fx::ConstantOp op, Lowering &lowering) {
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  Type element = elementOf(op.getResult()), stored = storageType(element);
  auto value = dyn_cast<DenseElementsAttr>(op.getValue());
  if (value && value.isSplat()) {
    auto attribute = value.getSplatValue<TypedAttr>();
    if (auto integer = dyn_cast<IntegerAttr>(attribute))
      attribute = IntegerAttr::get(stored, integer.getValue());
    return setResult(op, lowering, lowering.splat(attribute, shape, element));
  }
  ElementsAttr kept = op.getValue();
  if (value && stored != element)
    kept = value.bitcast(stored);
  Value constant = fx::ConstantOp::create(
      lowering.builder, lowering.typeOf(shape, element), kept);
  return setResult(op, lowering, lowering.wrap(constant, shape, element));
}

static LogicalResult lowerFull(fx::FullOp op, Lowering &lowering) {
  Tensor value = lowering.get(op.getValue());
  SymbolicShape shape = lowering.shapeOf(op.getResult());
  if (value.splat)
    return setResult(op, lowering,
                     lowering.splat(value.splat, shape, value.element));
  return setResult(op, lowering,
                   lowering.move(shape, {Access{value, {}}}, value.element,
                                 [](ArrayRef<Scalar> x) { return x[0]; }));
}

/// The number of loop `dim`, as i64.
static Scalar loopNumber(Scalar like, unsigned dim) {
  ImplicitLocOpBuilder &b = *like.builder;
  Value index = linalg::IndexOp::create(b, dim);
  return {&b, arith::IndexCastOp::create(b, b.getI64Type(), index), false};
}

static LogicalResult lowerIota(fx::IotaOp op, Lowering &lowering) {
  Type element = elementOf(op.getResult());
  Tensor result = lowering.move(
      lowering.shapeOf(op.getResult()), {}, element,
      [&](ArrayRef<Scalar> x) {
        Scalar i = loopNumber(x[0], 0);
        Scalar value = i * i.integer(op.getStep()) + i.integer(op.getStart());
        Type i64 = i.type();
        return value.with(convertElement(value, i64, element));
      },
      /*usesIndex=*/true);
  return setResult(op, lowering, result);
}

namespace {
/// A range as whole numbers of units: 1/4, 1/2, 3/4 are 1, 2, 3 of 2^-2.
struct WholeRange {
  double start, step;
  double unit = 1;
};
} // namespace

/// None if there are no such units, or numbers might overflow. Results of f32
/// alone may be fractions: f32 holds any 64-bit integer, rounded once, and a
/// power of two times it exactly.
static std::optional<WholeRange> wholeRange(fx::ArangeOp op, Type element) {
  WholeRange range{op.getStart().convertToDouble(),
                   op.getStep().convertToDouble()};
  // No product with a number of an element overflows.
  constexpr double most = double(int64_t(1) << 31);
  auto isWhole = [](double x) { return x == std::trunc(x); };
  while (!isWhole(range.start) || !isWhole(range.step)) {
    range = {range.start * 2, range.step * 2, range.unit / 2};
    if (!element.isF32() || std::abs(range.start) > most ||
        std::abs(range.step) > most)
      return std::nullopt;
  }
  bool mayOverflow =
      std::abs(range.start) > most || std::abs(range.step) > most;
  if (isa<FloatType>(element) && mayOverflow)
    return std::nullopt;
  return range;
}

/// In f64, as PyTorch computes it; whole numbers as integers, which are rounded
/// as often and which every device has.
static LogicalResult lowerArange(fx::ArangeOp op, Lowering &lowering) {
  Type element = elementOf(op.getResult());
  std::optional<WholeRange> whole = wholeRange(op, element);
  Tensor result = lowering.move(
      lowering.shapeOf(op.getResult()), {}, element,
      [&](ArrayRef<Scalar> x) {
        Scalar i = loopNumber(x[0], 0);
        Type from = i.type();
        if (whole) {
          Scalar value = i * i.integer(whole->step) + i.integer(whole->start);
          Scalar units = value.with(convertElement(value, from, element));
          return whole->unit == 1 ? units : units * whole->unit;
        }
        Type f64 = Float64Type::get(element.getContext());
        Scalar number = i.with(convertElement(i, from, f64));
        Scalar value = number * op.getStep().convertToDouble() +
                       op.getStart().convertToDouble();
        return value.with(convertElement(value, f64, element));
      },
      /*usesIndex=*/true);
  return setResult(op, lowering, result);
}

/// Keeps what is on the side of the diagonal that `isLower` tells.
template <typename TriangleOp, bool isLower>
static LogicalResult lowerTriangle(TriangleOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  unsigned rank = input.rank();
  int64_t diagonal = op.getDiagonal();
  auto body = [&](ArrayRef<Scalar> x) {
    Scalar row = loopNumber(x[0], rank - 2);
    Scalar column = loopNumber(x[0], rank - 1);
    Scalar limit = row + row.integer(diagonal);
    Scalar isKept =
        isLower ? lessEqual(column, limit) : lessEqual(limit, column);
    return select(isKept, x[0], x[0].constant(0));
  };
  return setResult(op, lowering,
                   lowering.move(input.shape, {lowering.identity(input)},
                                 input.element, body, /*usesIndex=*/true));
}

void addCreationLowerings(LowerTable &table) {
  table.add<fx::ConstantOp>(lowerConstant);
  table.add<fx::FullOp>(lowerFull);
  table.add<fx::IotaOp>(lowerIota);
  table.add<fx::ArangeOp>(lowerArange);
  table.add<fx::TrilOp>(lowerTriangle<fx::TrilOp, true>);
  table.add<fx::TriuOp>(lowerTriangle<fx::TriuOp, false>);
}

} // namespace xcc::frontend
