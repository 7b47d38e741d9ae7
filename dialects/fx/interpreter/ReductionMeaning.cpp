//===- ReductionMeaning.cpp - Reductions ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/weights/Elements.h"

#include <cmath>

using namespace mlir;

namespace xcc::fx {

// Calls body(the reduced elements in order, result element's number) for each
// result element; empty `dims` reduces all dimensions.
template <typename T, typename Body>
static void forEachReduced(const Tensor &input, ArrayRef<int64_t> dims,
                           Body body) {
  SmallVector<int64_t> strides = rowMajorStrides(input.shape());
  SmallVector<int64_t> kept, keptStrides, reduced, reducedStrides;
  for (int64_t dim = 0; dim < input.rank(); ++dim) {
    bool isReduced = dims.empty() || llvm::is_contained(dims, dim);
    (isReduced ? reduced : kept).push_back(input.shape()[dim]);
    (isReduced ? reducedStrides : keptStrides).push_back(strides[dim]);
  }
  std::vector<int64_t> offsets;
  forEachIndex(reduced, [&](ArrayRef<int64_t> index, int64_t) {
    offsets.push_back(offsetOf(index, reducedStrides));
  });
  std::vector<T> elements(offsets.size());
  ArrayRef<T> from = input.values<T>();
  forEachIndex(kept, [&](ArrayRef<int64_t> index, int64_t number) {
    int64_t base = offsetOf(index, keptStrides);
    for (size_t i = 0; i < offsets.size(); ++i)
      elements[i] = from[base + offsets[i]];
    body(ArrayRef<T>(elements), number);
  });
}

//===-- What a list of elements reduces to --------------------------------===//
// Integers wrap: their sums and products are made unsigned.

template <typename T>
using Wrapping =
    std::conditional_t<std::is_same_v<T, double>, double, uint64_t>;

template <typename T> static T sumOf(ArrayRef<T> elements) {
  Wrapping<T> sum = 0;
  for (T x : elements)
    sum += Wrapping<T>(x);
  return T(sum);
}
template <typename T> static T productOfElements(ArrayRef<T> elements) {
  Wrapping<T> product = 1;
  for (T x : elements)
    product *= Wrapping<T>(x);
  return T(product);
}

// The number of the element that wins; the first one on ties, NaN above all.
template <typename T, bool wantsLargest>
static int64_t winner(ArrayRef<T> elements) {
  int64_t best = 0;
  for (int64_t i = 1, size = elements.size(); i < size; ++i) {
    if (elements[best] != elements[best])
      return best;
    T x = elements[i];
    if (x != x || (wantsLargest ? x > elements[best] : x < elements[best]))
      best = i;
  }
  return best;
}
template <typename T> static T largestOf(ArrayRef<T> elements) {
  return elements[winner<T, true>(elements)];
}
template <typename T> static T smallestOf(ArrayRef<T> elements) {
  return elements[winner<T, false>(elements)];
}

static double meanOf(ArrayRef<double> x) { return sumOf(x) / double(x.size()); }

static double varianceOf(ArrayRef<double> elements, double correction) {
  double mean = meanOf(elements), sum = 0;
  for (double x : elements)
    sum += (x - mean) * (x - mean);
  return sum / std::fmax(0.0, double(elements.size()) - correction);
}

static double logSumExp(ArrayRef<double> elements) {
  double largest = elements.empty() ? 0 : largestOf(elements), sum = 0;
  // An infinite maximum would turn x - max into NaN.
  if (std::isinf(largest))
    largest = 0;
  for (double x : elements)
    sum += std::exp(x - largest);
  return std::log(sum) + largest;
}

static double normOf(ArrayRef<double> elements, double ord) {
  std::vector<double> magnitudes(elements.size());
  llvm::transform(elements, magnitudes.begin(),
                  [](double x) { return std::fabs(x); });
  if (std::isinf(ord))
    return ord > 0 ? largestOf<double>(magnitudes)
                   : smallestOf<double>(magnitudes);
  double sum = 0;
  for (double x : magnitudes)
    sum += ord == 0 ? double(x != 0) : std::pow(x, ord);
  return ord == 0 ? sum : ord == 2 ? std::sqrt(sum) : std::pow(sum, 1 / ord);
}

//===-- Operations --------------------------------------------------------===//

template <typename Op, typename T, typename To, typename Reduce>
static void reduceAll(Evaluation &e, Reduce reduce) {
  auto to = e.results[0].mutableValues<To>();
  forEachReduced<T>(e.operands[0], cast<Op>(e.op).getDims(),
                    [&](ArrayRef<T> elements, int64_t number) {
                      to[number] = reduce(elements);
                    });
}

// A reduction of floats to floats, with the op's attributes at hand.
template <typename Op, double (*reduce)(Op, ArrayRef<double>)>
static LogicalResult runOnFloats(Evaluation &e) {
  reduceAll<Op, double, double>(e, [&](ArrayRef<double> elements) {
    return reduce(cast<Op>(e.op), elements);
  });
  return success();
}

template <typename Op, auto onFloats, auto onInts>
static LogicalResult runOnNumbers(Evaluation &e) {
  if (e.operands[0].isFloat()) {
    reduceAll<Op, double, double>(e, onFloats);
    return success();
  }
  Type type = e.results[0].elementType();
  reduceAll<Op, int64_t, int64_t>(e, [&](ArrayRef<int64_t> elements) {
    return wrapToType(onInts(elements), type);
  });
  return success();
}

// No result element may come of no elements at all.
static LogicalResult refuseEmpty(Evaluation &e) {
  if (e.operands[0].count() == 0 && e.results[0].count() != 0)
    return e.op->emitOpError("has no value over zero elements");
  return success();
}

template <typename Op, auto onFloats, auto onInts>
static LogicalResult runExtremum(Evaluation &e) {
  if (failed(refuseEmpty(e)))
    return failure();
  return runOnNumbers<Op, onFloats, onInts>(e);
}

template <typename Op, bool wantsLargest>
static LogicalResult runArgExtremum(Evaluation &e) {
  if (failed(refuseEmpty(e)))
    return failure();
  SmallVector<int64_t> dims;
  if (auto dim = cast<Op>(e.op).getDim())
    dims.push_back(*dim);
  auto to = e.results[0].template mutableValues<int64_t>();
  visitElements(e.operands[0], [&](auto kind) {
    using T = decltype(kind);
    forEachReduced<T>(e.operands[0], dims,
                      [&](ArrayRef<T> elements, int64_t number) {
                        to[number] = winner<T, wantsLargest>(elements);
                      });
  });
  return success();
}

template <typename Op, bool isAny>
static LogicalResult runLogical(Evaluation &e) {
  visitElements(e.operands[0], [&](auto kind) {
    using T = decltype(kind);
    reduceAll<Op, T, int64_t>(e, [](ArrayRef<T> elements) -> int64_t {
      auto isTrue = [](T x) { return x != 0; };
      return isAny ? llvm::any_of(elements, isTrue)
                   : llvm::all_of(elements, isTrue);
    });
  });
  return success();
}

static double runMean(MeanOp, ArrayRef<double> x) { return meanOf(x); }
static double runVar(VarOp op, ArrayRef<double> x) {
  return varianceOf(x, op.getCorrection().convertToDouble());
}
static double runLogSumExp(LogsumexpOp, ArrayRef<double> x) {
  return logSumExp(x);
}
static LogicalResult runVectorNorm(Evaluation &e) {
  double ord = cast<VectorNormOp>(e.op).getOrd().convertToDouble();
  if (std::isinf(ord) && failed(refuseEmpty(e)))
    return failure();
  reduceAll<VectorNormOp, double, double>(
      e, [&](ArrayRef<double> x) { return normOf(x, ord); });
  return success();
}

static const Meaning rows[] = {
    {"fx.sum", runOnNumbers<SumOp, sumOf<double>, sumOf<int64_t>>},
    {"fx.prod", runOnNumbers<ProdOp, productOfElements<double>,
                             productOfElements<int64_t>>},
    {"fx.mean", runOnFloats<MeanOp, runMean>},
    {"fx.amax", runExtremum<AmaxOp, largestOf<double>, largestOf<int64_t>>},
    {"fx.amin", runExtremum<AminOp, smallestOf<double>, smallestOf<int64_t>>},
    {"fx.any", runLogical<AnyOp, true>},
    {"fx.all", runLogical<AllOp, false>},
    {"fx.var", runOnFloats<VarOp, runVar>},
    {"fx.logsumexp", runOnFloats<LogsumexpOp, runLogSumExp>},
    {"fx.vector_norm", runVectorNorm},
    {"fx.argmax", runArgExtremum<ArgmaxOp, true>},
    {"fx.argmin", runArgExtremum<ArgminOp, false>},
};

ArrayRef<Meaning> reductionMeanings() { return rows; }

} // namespace xcc::fx
