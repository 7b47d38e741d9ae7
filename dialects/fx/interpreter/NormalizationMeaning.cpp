//===- NormalizationMeaning.cpp - Softmax and normalisation ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"

#include <cmath>

using namespace mlir;

namespace xcc::fx {

//===-- Softmax -----------------------------------------------------------===//

template <typename Op, bool wantsLog>
static LogicalResult runSoftmax(Evaluation &e) {
  DimSplit n = splitAt(e.operands[0].shape(), cast<Op>(e.op).getDim());
  auto from = e.operands[0].values<double>();
  auto to = e.results[0].mutableValues<double>();
  for (int64_t row = 0; row < n.outer * n.inner; ++row) {
    int64_t base = row / n.inner * n.size * n.inner + row % n.inner;
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n.size; ++i)
      largest = std::fmax(largest, from[base + i * n.inner]);
    for (int64_t i = 0; i < n.size; ++i)
      sum += std::exp(from[base + i * n.inner] - largest);
    for (int64_t i = 0; i < n.size; ++i) {
      double shifted = from[base + i * n.inner] - largest;
      to[base + i * n.inner] =
          wantsLog ? shifted - std::log(sum) : std::exp(shifted) / sum;
    }
  }
  return success();
}

//===-- Normalisation -----------------------------------------------------===//

static const double *valuesOf(const Tensor *tensor) {
  return tensor ? tensor->values<double>().data() : nullptr;
}

// Rows of `size` elements, each to mean 0 (if `centers`) and deviation 1.
static void standardizeRows(Evaluation &e, int64_t size, double eps,
                            bool centers) {
  auto from = e.operands[0].values<double>();
  auto to = e.results[0].mutableValues<double>();
  for (int64_t base = 0; size && base < e.operands[0].count(); base += size) {
    double mean = 0, squares = 0;
    for (int64_t i = 0; centers && i < size; ++i)
      mean += from[base + i];
    mean /= double(size);
    for (int64_t i = 0; i < size; ++i)
      squares += (from[base + i] - mean) * (from[base + i] - mean);
    double factor = 1 / std::sqrt(squares / double(size) + eps);
    for (int64_t i = 0; i < size; ++i)
      to[base + i] = (from[base + i] - mean) * factor;
  }
}

// Element i is scaled and shifted by parameter number (i / inner) % count.
static void applyAffine(Evaluation &e, Value weight, Value bias, int64_t inner,
                        int64_t count) {
  const double *scale = weight ? valuesOf(e.tensorOf(weight)) : nullptr;
  const double *shift = bias ? valuesOf(e.tensorOf(bias)) : nullptr;
  auto to = e.results[0].mutableValues<double>();
  for (int64_t i = 0, size = to.size(); i < size; ++i) {
    int64_t parameter = i / inner % count;
    to[i] =
        to[i] * (scale ? scale[parameter] : 1) + (shift ? shift[parameter] : 0);
  }
}

static LogicalResult runLayerNorm(Evaluation &e) {
  auto op = cast<LayerNormOp>(e.op);
  int64_t size =
      productOf(e.operands[0].shape().take_back(op.getNormalizedRank()));
  standardizeRows(e, size, op.getEps().convertToDouble(), true);
  applyAffine(e, op.getWeight(), op.getBias(), 1, size);
  return success();
}

static LogicalResult runRmsNorm(Evaluation &e) {
  auto op = cast<RmsNormOp>(e.op);
  int64_t size =
      productOf(e.operands[0].shape().take_back(op.getNormalizedRank()));
  standardizeRows(e, size, op.getEps().convertToDouble(), false);
  applyAffine(e, op.getWeight(), {}, 1, size);
  return success();
}

static LogicalResult runGroupNorm(Evaluation &e) {
  auto op = cast<GroupNormOp>(e.op);
  ArrayRef<int64_t> shape = e.operands[0].shape();
  int64_t channels = shape[1], points = productOf(shape.drop_front(2));
  int64_t groups = op.getNumGroups();
  standardizeRows(e, channels / groups * points, op.getEps().convertToDouble(),
                  true);
  applyAffine(e, op.getWeight(), op.getBias(), points, channels);
  return success();
}

static LogicalResult runBatchNorm(Evaluation &e) {
  auto op = cast<BatchNormOp>(e.op);
  ArrayRef<int64_t> shape = e.operands[0].shape();
  int64_t channels = shape[1], points = productOf(shape.drop_front(2));
  auto from = e.operands[0].values<double>();
  auto mean = e.tensorOf(op.getRunningMean())->values<double>();
  auto variance = e.tensorOf(op.getRunningVar())->values<double>();
  double eps = op.getEps().convertToDouble();
  auto to = e.results[0].mutableValues<double>();
  for (int64_t i = 0, size = to.size(); i < size; ++i) {
    int64_t channel = i / points % channels;
    to[i] = (from[i] - mean[channel]) / std::sqrt(variance[channel] + eps);
  }
  applyAffine(e, op.getWeight(), op.getBias(), points, channels);
  return success();
}

static const Meaning rows[] = {
    {"fx.softmax", runSoftmax<SoftmaxOp, false>},
    {"fx.log_softmax", runSoftmax<LogSoftmaxOp, true>},
    {"fx.layer_norm", runLayerNorm},
    {"fx.rms_norm", runRmsNorm},
    {"fx.group_norm", runGroupNorm},
    {"fx.batch_norm", runBatchNorm},
};

ArrayRef<Meaning> normalizationMeanings() { return rows; }

} // namespace xcc::fx
