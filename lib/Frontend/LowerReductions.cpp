//===- LowerReductions.cpp - The reducing operations ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// f16 and bf16 accumulate in f32; a last map rounds once.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Reductions.h"

using namespace mlir;

namespace xcc::frontend {

/// Input and parts of a reducing operation.
template <typename ReduceOp>
static Reduction reductionOf(ReduceOp op, Lowering &lowering) {
  return Reduction(lowering, lowering.shapeOf(op.getInput()), op.getDims());
}

/// The result, rounded to the operation's element type and in its shape.
static LogicalResult setReduced(Operation *op, Lowering &lowering,
                                Reduction &reduction, Tensor reduced) {
  Value result = op->getResult(0);
  if (reduced.element != elementOf(result))
    reduced = reduction.after({reduced}, elementOf(result),
                              [](ArrayRef<Scalar> x) { return x[0]; });
  return setResult(op, lowering,
                   lowering.mustReshape(reduced, lowering.shapeOf(result)));
}

static LogicalResult lowerSum(fx::SumOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Tensor sum = reduction.sum({input}, input.tensor.element,
                             [](ArrayRef<Scalar> x) { return x[0]; });
  return setReduced(op, lowering, reduction, sum);
}

static LogicalResult lowerProd(fx::ProdOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Type element = input.tensor.element;
  Type accumulator = isa<FloatType>(element) ? computeType(element) : element;
  Tensor product =
      reduction.fold({input}, accumulator,
                     lowering.builder.getOneAttr(storageType(accumulator)),
                     [](ArrayRef<Scalar> x) { return x[1] * x[0]; });
  return setReduced(op, lowering, reduction, product);
}

static LogicalResult lowerMean(fx::MeanOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Type type = computeType(input.tensor.element);
  Tensor sum =
      reduction.sum({input}, type, [](ArrayRef<Scalar> x) { return x[0]; });
  ElementCount n = reduction.count(type);
  Tensor mean =
      reduction.after({sum}, elementOf(op.getResult()),
                      [&](ArrayRef<Scalar> x) { return x[0] / n.in(x[0]); });
  return setReduced(op, lowering, reduction, mean);
}

template <typename ExtremeOp, bool isMax>
static LogicalResult lowerExtreme(ExtremeOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Type element = input.tensor.element;
  Type accumulator = isa<FloatType>(element) ? computeType(element) : element;
  Tensor extreme = reduction.fold(
      {input}, accumulator,
      isMax ? leastValue(accumulator) : greatestValue(accumulator),
      [](ArrayRef<Scalar> x) {
        return isMax ? maximum(x[1], x[0]) : minimum(x[1], x[0]);
      });
  return setReduced(op, lowering, reduction, extreme);
}

template <typename LogicOp, bool isAll>
static LogicalResult lowerLogic(LogicOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Tensor result = reduction.fold(
      {input}, lowering.builder.getI1Type(),
      lowering.builder.getIntegerAttr(lowering.builder.getI1Type(), isAll),
      [](ArrayRef<Scalar> x) {
        Scalar truth = isNonZero(x[0]);
        return isAll ? x[1] & truth : x[1] | truth;
      });
  return setReduced(op, lowering, reduction, result);
}

static LogicalResult lowerVar(fx::VarOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Tensor mean = reduction.mean(input);
  Tensor squares = reduction.squaredDeviations(input, mean);
  double correction = op.getCorrection().convertToDouble();
  ElementCount n = reduction.count(squares.element);
  Tensor var = reduction.after(
      {squares}, elementOf(op.getResult()), [&](ArrayRef<Scalar> x) {
        Scalar freedom = n.in(x[0]) - correction;
        return x[0] / maximum(freedom, x[0].constant(0));
      });
  return setReduced(op, lowering, reduction, var);
}

static LogicalResult lowerLogsumexp(fx::LogsumexpOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Tensor largest = reduction.maximum(input);
  // An infinite maximum would make inf - inf.
  Tensor shift =
      reduction.after({largest}, largest.element, [](ArrayRef<Scalar> x) {
        Scalar isInfinite = equal(absolute(x[0]), x[0].constant(INFINITY));
        return select(isInfinite, x[0].constant(0), x[0]);
      });
  Tensor sum = reduction.sum(
      {input, reduction.spread(shift)}, largest.element,
      [](ArrayRef<Scalar> x) { return exponential(x[0] - x[1]); });
  Tensor result = reduction.after(
      {sum, shift}, elementOf(op.getResult()),
      [](ArrayRef<Scalar> x) { return x[0].apply<math::LogOp>() + x[1]; });
  return setReduced(op, lowering, reduction, result);
}

/// |x|^ord, summed.
static Scalar powerOf(Scalar x, double ord) {
  if (ord == 0)
    return select(isNonZero(x), x.constant(1), x.constant(0));
  if (ord == 1)
    return absolute(x);
  if (ord == 2)
    return x * x;
  return absolute(x).apply<math::PowFOp>(x.constant(ord));
}

static LogicalResult lowerVectorNorm(fx::VectorNormOp op, Lowering &lowering) {
  Reduction reduction = reductionOf(op, lowering);
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Type type = computeType(input.tensor.element);
  double ord = op.getOrd().convertToDouble();
  if (std::isinf(ord)) {
    TypedAttr init =
        ord > 0 ? lowering.builder.getZeroAttr(type) : greatestValue(type);
    Tensor extreme =
        reduction.fold({input}, type, init, [&](ArrayRef<Scalar> x) {
          Scalar size = absolute(x[0]);
          return ord > 0 ? maximum(x[1], size) : minimum(x[1], size);
        });
    return setReduced(op, lowering, reduction, extreme);
  }
  Tensor sum = reduction.sum(
      {input}, type, [&](ArrayRef<Scalar> x) { return powerOf(x[0], ord); });
  Tensor norm = reduction.after(
      {sum}, elementOf(op.getResult()), [&](ArrayRef<Scalar> x) {
        if (ord == 0 || ord == 1)
          return x[0];
        if (ord == 2)
          return x[0].apply<math::SqrtOp>();
        return x[0].apply<math::PowFOp>(x[0].constant(1 / ord));
      });
  return setReduced(op, lowering, reduction, norm);
}

void addReductionLowerings(LowerTable &table) {
  table.add<fx::SumOp>(lowerSum);
  table.add<fx::ProdOp>(lowerProd);
  table.add<fx::MeanOp>(lowerMean);
  table.add<fx::AmaxOp>(lowerExtreme<fx::AmaxOp, true>);
  table.add<fx::AminOp>(lowerExtreme<fx::AminOp, false>);
  table.add<fx::AnyOp>(lowerLogic<fx::AnyOp, false>);
  table.add<fx::AllOp>(lowerLogic<fx::AllOp, true>);
  table.add<fx::VarOp>(lowerVar);
  table.add<fx::LogsumexpOp>(lowerLogsumexp);
  table.add<fx::VectorNormOp>(lowerVectorNorm);
}

} // namespace xcc::frontend
