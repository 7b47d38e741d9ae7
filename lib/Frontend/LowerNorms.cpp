//===- LowerNorms.cpp - Softmax and the normalising layers ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reductions, small maps over their results, and one map over the input.
//
//===----------------------------------------------------------------------===//
#include "lib/Frontend/Reductions.h"

using namespace mlir;

namespace xcc::frontend {

//===-- Softmax -----------------------------------------------------------===//

static LogicalResult lowerSoftmax(fx::SoftmaxOp op, Lowering &lowering) {
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Reduction row(lowering, input.tensor.shape,
                {static_cast<int64_t>(op.getDim())});
  Tensor largest = row.maximum(input);
  Tensor powers =
      lowering.map(row.full(), {input, row.spread(largest)}, largest.element,
                   [](ArrayRef<Scalar> x) { return exponential(x[0] - x[1]); });
  Tensor sum = row.sum({lowering.identity(powers)}, largest.element,
                       [](ArrayRef<Scalar> x) { return x[0]; });
  // One division a row. The sum is at least 1 and at most the row's length.
  Tensor share = row.after({sum}, sum.element, [](ArrayRef<Scalar> x) {
    return x[0].constant(1) / x[0];
  });
  Tensor result =
      lowering.map(row.full(), {lowering.identity(powers), row.spread(share)},
                   elementOf(op.getResult()),
                   [](ArrayRef<Scalar> x) { return x[0] * x[1]; });
  return setResult(op, lowering, result);
}

static LogicalResult lowerLogSoftmax(fx::LogSoftmaxOp op, Lowering &lowering) {
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  Reduction row(lowering, input.tensor.shape,
                {static_cast<int64_t>(op.getDim())});
  Tensor largest = row.maximum(input);
  Tensor sum =
      row.sum({input, row.spread(largest)}, largest.element,
              [](ArrayRef<Scalar> x) { return exponential(x[0] - x[1]); });
  Tensor logarithm = row.after({sum}, sum.element, [](ArrayRef<Scalar> x) {
    return x[0].apply<math::LogOp>();
  });
  Tensor result = lowering.map(
      row.full(), {input, row.spread(largest), row.spread(logarithm)},
      elementOf(op.getResult()),
      [](ArrayRef<Scalar> x) { return x[0] - x[1] - x[2]; });
  return setResult(op, lowering, result);
}

void addSoftmaxLowerings(LowerTable &table) {
  table.add<fx::SoftmaxOp>(lowerSoftmax);
  table.add<fx::LogSoftmaxOp>(lowerLogSoftmax);
}

//===-- Normalisation -----------------------------------------------------===//

static SmallVector<int64_t> lastDims(size_t rank, int64_t count) {
  SmallVector<int64_t> dims;
  for (size_t i = rank - count; i < rank; ++i)
    dims.push_back(i);
  return dims;
}

/// 1 / sqrt(sum / n + eps)
static Tensor reciprocalDeviation(Reduction &reduction, Tensor squares,
                                  const APFloat &eps) {
  ElementCount n = reduction.count(squares.element);
  return reduction.after({squares}, squares.element, [&](ArrayRef<Scalar> x) {
    Scalar variance = x[0] / n.in(x[0]);
    return (variance + eps.convertToDouble()).apply<math::RsqrtOp>();
  });
}

/// (x - mean) * scale, then weight and bias where given.
static Tensor normalise(Lowering &lowering, const SymbolicShape &shape,
                        Access input, Access mean, Access scale,
                        std::optional<Access> weight,
                        std::optional<Access> bias, Type element) {
  SmallVector<Access> inputs = {input, mean, scale};
  if (weight)
    inputs.push_back(*weight);
  if (bias)
    inputs.push_back(*bias);
  return lowering.map(shape, inputs, element, [&](ArrayRef<Scalar> x) {
    Scalar result = (x[0] - x[1]) * x[2];
    if (weight)
      result = result * x[3];
    return bias ? result + x.back() : result;
  });
}

static LogicalResult lowerLayerNorm(fx::LayerNormOp op, Lowering &lowering) {
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  const SymbolicShape &shape = input.tensor.shape;
  Reduction row(lowering, shape,
                lastDims(shape.size(), op.getNormalizedRank()));
  Tensor mean = row.mean(input);
  Tensor squares = row.squaredDeviations(input, mean);
  Tensor scale = reciprocalDeviation(row, squares, op.getEps());
  std::optional<Access> weight, bias;
  if (op.getWeight())
    weight = lowering.broadcast(lowering.get(op.getWeight()), shape);
  if (op.getBias())
    bias = lowering.broadcast(lowering.get(op.getBias()), shape);
  return setResult(op, lowering,
                   normalise(lowering, shape, input, row.spread(mean),
                             row.spread(scale), weight, bias,
                             elementOf(op.getResult())));
}

static LogicalResult lowerRmsNorm(fx::RmsNormOp op, Lowering &lowering) {
  Access input = lowering.identity(lowering.getStored(op.getInput()));
  const SymbolicShape &shape = input.tensor.shape;
  Reduction row(lowering, shape,
                lastDims(shape.size(), op.getNormalizedRank()));
  Tensor squares = row.sum({input}, computeType(input.tensor.element),
                           [](ArrayRef<Scalar> x) { return x[0] * x[0]; });
  Tensor scale = reciprocalDeviation(row, squares, op.getEps());
  SmallVector<Access> inputs = {input, row.spread(scale)};
  if (op.getWeight())
    inputs.push_back(lowering.broadcast(lowering.get(op.getWeight()), shape));
  Tensor result = lowering.map(shape, inputs, elementOf(op.getResult()),
                               [](ArrayRef<Scalar> x) {
                                 Scalar scaled = x[0] * x[1];
                                 return x.size() == 3 ? scaled * x[2] : scaled;
                               });
  return setResult(op, lowering, result);
}

/// group_norm(x (n, c, ...)) on the view (n, groups, c / groups, rest)
static LogicalResult lowerGroupNorm(fx::GroupNormOp op, Lowering &lowering) {
  Tensor whole = lowering.getStored(op.getInput());
  SymbolicShape before = whole.shape;
  AffineExpr groups = lowering.constant(op.getNumGroups());
  AffineExpr each = before[1].floorDiv(op.getNumGroups());
  AffineExpr rest =
      productOf(ArrayRef<AffineExpr>(before).drop_front(2), lowering.context());
  FailureOr<Tensor> grouped =
      lowering.reshape(whole, {before[0], groups, each, rest});
  if (failed(grouped))
    return op.emitOpError("expects a static number of channels");
  Access input = lowering.identity(*grouped);
  Reduction row(lowering, grouped->shape, {2, 3});
  Tensor mean = row.mean(input);
  Tensor squares = row.squaredDeviations(input, mean);
  Tensor scale = reciprocalDeviation(row, squares, op.getEps());
  auto perChannel = [&](Value parameter) -> std::optional<Access> {
    if (!parameter)
      return std::nullopt;
    Tensor split =
        lowering.mustReshape(lowering.get(parameter), {groups, each});
    return Access{split, {lowering.dim(1), lowering.dim(2)}};
  };
  Tensor result =
      normalise(lowering, grouped->shape, input, row.spread(mean),
                row.spread(scale), perChannel(op.getWeight()),
                perChannel(op.getBias()), elementOf(op.getResult()));
  return setResult(op, lowering, lowering.mustReshape(result, before));
}

/// batch_norm(x) -> x * scale + shift, with
/// scale = weight / sqrt(var + eps) and shift = bias - mean * scale per channel
static LogicalResult lowerBatchNorm(fx::BatchNormOp op, Lowering &lowering) {
  Tensor input = lowering.get(op.getInput());
  Tensor mean = lowering.get(op.getRunningMean());
  Tensor variance = lowering.get(op.getRunningVar());
  Type type = computeType(input.element);
  double eps = op.getEps().convertToDouble();
  SmallVector<Access> ofScale = {lowering.identity(variance)};
  if (op.getWeight())
    ofScale.push_back(lowering.identity(lowering.get(op.getWeight())));
  Tensor scale =
      lowering.map(mean.shape, ofScale, type, [&](ArrayRef<Scalar> x) {
        Scalar inverse = (x[0] + eps).apply<math::RsqrtOp>();
        return x.size() == 2 ? inverse * x[1] : inverse;
      });
  SmallVector<Access> ofShift = {lowering.identity(mean),
                                 lowering.identity(scale)};
  if (op.getBias())
    ofShift.push_back(lowering.identity(lowering.get(op.getBias())));
  Tensor shift =
      lowering.map(mean.shape, ofShift, type, [&](ArrayRef<Scalar> x) {
        Scalar product = x[0] * x[1];
        return x.size() == 3 ? x[2] - product : -product;
      });
  AffineExpr channel = lowering.dim(1);
  Tensor result =
      lowering.map(input.shape,
                   {lowering.identity(input), Access{scale, {channel}},
                    Access{shift, {channel}}},
                   elementOf(op.getResult()),
                   [](ArrayRef<Scalar> x) { return x[0] * x[1] + x[2]; });
  return setResult(op, lowering, result);
}

void addNormLowerings(LowerTable &table) {
  table.add<fx::LayerNormOp>(lowerLayerNorm);
  table.add<fx::RmsNormOp>(lowerRmsNorm);
  table.add<fx::GroupNormOp>(lowerGroupNorm);
  table.add<fx::BatchNormOp>(lowerBatchNorm);
}

} // namespace xcc::frontend
