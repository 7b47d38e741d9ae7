//===- PoolingMeaning.cpp - Pooling and resizing --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace xcc::fx {

//===-- Windows -----------------------------------------------------------===//

namespace {
/// The input points of one output point along one dimension: first,
/// first + step, ... before end; some may lie in the padding.
struct Span {
  int64_t first, end, step;
};
using SpanOf = function_ref<Span(int64_t dim, int64_t output, int64_t size)>;
} // namespace

// Calls body(output element's number, window spans, image offset) for each
// output element; windows slide over the last `spatial` dimensions.
template <typename Body>
static void forEachWindow(const Tensor &input, const Tensor &result,
                          int64_t spatial, SpanOf spanOf, Body body) {
  ArrayRef<int64_t> in = input.shape().take_back(spatial);
  ArrayRef<int64_t> out = result.shape().take_back(spatial);
  int64_t images = productOf(input.shape().drop_back(spatial));
  int64_t inPoints = productOf(in), outPoints = productOf(out);
  for (int64_t image = 0; image < images; ++image)
    forEachIndex(out, [&](ArrayRef<int64_t> o, int64_t number) {
      SmallVector<Span, 3> spans;
      for (int64_t d = 0; d < spatial; ++d)
        spans.push_back(spanOf(d, o[d], in[d]));
      body(image * outPoints + number, ArrayRef<Span>(spans), image * inPoints);
    });
}

// Calls body(offset) for each point of a window that lies inside the input.
template <typename Body>
static void forEachPoint(ArrayRef<Span> spans, ArrayRef<int64_t> in,
                         Body body) {
  SmallVector<int64_t, 3> counts;
  for (Span span : spans)
    counts.push_back(span.end <= span.first
                         ? 0
                         : (span.end - span.first + span.step - 1) / span.step);
  forEachIndex(counts, [&](ArrayRef<int64_t> k, int64_t) {
    int64_t at = 0;
    bool isInside = true;
    for (size_t d = 0; d < spans.size(); ++d) {
      int64_t x = spans[d].first + k[d] * spans[d].step;
      isInside &= x >= 0 && x < in[d];
      at = at * in[d] + x;
    }
    if (isInside)
      body(at);
  });
}

static LogicalResult poolMaximum(Evaluation &e, int64_t spatial,
                                 SpanOf spanOf) {
  const Tensor &input = e.operands[0];
  visitElements(input, [&](auto kind) {
    using T = decltype(kind);
    auto from = input.values<T>();
    auto to = e.results[0].template mutableValues<T>();
    forEachWindow(input, e.results[0], spatial, spanOf,
                  [&](int64_t number, ArrayRef<Span> spans, int64_t image) {
                    T largest = std::is_same_v<T, double>
                                    ? T(-INFINITY)
                                    : std::numeric_limits<T>::min();
                    forEachPoint(spans, input.shape().take_back(spatial),
                                 [&](int64_t at) {
                                   T x = from[image + at];
                                   if (x > largest || x != x)
                                     largest = x;
                                 });
                    to[number] = largest;
                  });
  });
  return success();
}

// divisorOf gives what each sum is divided by, from the points it has.
static LogicalResult
poolMean(Evaluation &e, int64_t spatial, SpanOf spanOf,
         function_ref<double(ArrayRef<Span>, int64_t points)> divisorOf) {
  const Tensor &input = e.operands[0];
  auto from = input.values<double>();
  auto to = e.results[0].mutableValues<double>();
  forEachWindow(input, e.results[0], spatial, spanOf,
                [&](int64_t number, ArrayRef<Span> spans, int64_t image) {
                  double sum = 0;
                  int64_t points = 0;
                  forEachPoint(spans, input.shape().take_back(spatial),
                               [&](int64_t at) {
                                 sum += from[image + at];
                                 ++points;
                               });
                  to[number] = sum / divisorOf(spans, points);
                });
  return success();
}

static LogicalResult runMaxPool(Evaluation &e) {
  auto op = cast<MaxPoolOp>(e.op);
  return poolMaximum(
      e, op.getKernelSize().size(), [&](int64_t d, int64_t o, int64_t) {
        int64_t first = o * op.getStride()[d] - op.getPadding()[d];
        int64_t step = op.getDilation()[d];
        return Span{first, first + op.getKernelSize()[d] * step, step};
      });
}

static LogicalResult runAvgPool(Evaluation &e) {
  auto op = cast<AvgPoolOp>(e.op);
  auto spanOf = [&](int64_t d, int64_t o, int64_t size) {
    int64_t first = o * op.getStride()[d] - op.getPadding()[d];
    // A window of ceil_mode may reach beyond the padding; that is not counted.
    int64_t end =
        std::min(first + op.getKernelSize()[d], size + op.getPadding()[d]);
    return Span{first, end, 1};
  };
  auto divisorOf = [&](ArrayRef<Span> spans, int64_t points) -> double {
    if (op.getDivisorOverride())
      return *op.getDivisorOverride();
    if (!op.getCountIncludePad())
      return points;
    int64_t all = 1;
    for (Span span : spans)
      all *= span.end - span.first;
    return all;
  };
  return poolMean(e, op.getKernelSize().size(), spanOf, divisorOf);
}

// Window o of `out` windows that tile `size` points.
static Span adaptiveSpan(int64_t o, int64_t size, int64_t out) {
  return {o * size / out, ((o + 1) * size + out - 1) / out, 1};
}

static LogicalResult runAdaptiveMaxPool(Evaluation &e) {
  ArrayRef<int64_t> out = cast<AdaptiveMaxPoolOp>(e.op).getOutputSize();
  return poolMaximum(e, out.size(), [&](int64_t d, int64_t o, int64_t size) {
    return adaptiveSpan(o, size, out[d]);
  });
}

static LogicalResult runAdaptiveAvgPool(Evaluation &e) {
  ArrayRef<int64_t> out = cast<AdaptiveAvgPoolOp>(e.op).getOutputSize();
  return poolMean(
      e, out.size(),
      [&](int64_t d, int64_t o, int64_t size) {
        return adaptiveSpan(o, size, out[d]);
      },
      [](ArrayRef<Span>, int64_t points) -> double { return points; });
}

//===-- Resizing ----------------------------------------------------------===//

// Input points per output point: from the given scale or from the sizes.
static double stepOf(ArrayRef<double> scales, int64_t d, int64_t in,
                     int64_t out) {
  return scales.empty() ? double(in) / double(out) : 1 / scales[d];
}

static LogicalResult runUpsampleNearest(Evaluation &e) {
  ArrayRef<double> scales = cast<UpsampleNearestOp>(e.op).getScales();
  const Tensor &input = e.operands[0];
  int64_t spatial = input.rank() - 2;
  auto spanOf = [&](int64_t d, int64_t o, int64_t size) {
    int64_t out = e.results[0].shape()[d + 2];
    // PyTorch computes this product in float32, and so decides ties.
    float step = static_cast<float>(stepOf(scales, d, size, out));
    int64_t at = std::min<int64_t>(std::floor(float(o) * step), size - 1);
    return Span{at, at + 1, 1};
  };
  visitElements(input, [&](auto kind) {
    using T = decltype(kind);
    auto to = e.results[0].template mutableValues<T>();
    forEachWindow(input, e.results[0], spatial, spanOf,
                  [&](int64_t number, ArrayRef<Span> spans, int64_t image) {
                    forEachPoint(spans, input.shape().take_back(spatial),
                                 [&](int64_t at) {
                                   to[number] = input.values<T>()[image + at];
                                 });
                  });
  });
  return success();
}

namespace {
/// Two neighbours and the weight of the second.
struct Blend {
  int64_t low, high;
  double weight;
};
} // namespace

static Blend blendOf(UpsampleBilinearOp op, int64_t d, int64_t o, int64_t in,
                     int64_t out) {
  double at;
  if (op.getAlignCorners())
    at = out > 1 ? double(o) * double(in - 1) / double(out - 1) : 0;
  else
    at = std::max(0.0, stepOf(op.getScales(), d, in, out) * (o + 0.5) - 0.5);
  int64_t low = std::min<int64_t>(at, in - 1);
  return {low, std::min(low + 1, in - 1), at - double(low)};
}

static LogicalResult runUpsampleBilinear(Evaluation &e) {
  auto op = cast<UpsampleBilinearOp>(e.op);
  const Tensor &input = e.operands[0];
  int64_t height = input.shape()[2], width = input.shape()[3];
  auto from = input.values<double>();
  auto to = e.results[0].mutableValues<double>();
  ArrayRef<int64_t> out = e.results[0].shape();
  forEachIndex(out, [&](ArrayRef<int64_t> i, int64_t number) {
    const double *image =
        from.data() + (i[0] * input.shape()[1] + i[1]) * height * width;
    Blend y = blendOf(op, 0, i[2], height, out[2]);
    Blend x = blendOf(op, 1, i[3], width, out[3]);
    auto row = [&](int64_t line) {
      return image[line * width + x.low] * (1 - x.weight) +
             image[line * width + x.high] * x.weight;
    };
    to[number] = row(y.low) * (1 - y.weight) + row(y.high) * y.weight;
  });
  return success();
}

static const Meaning rows[] = {
    {"fx.max_pool", runMaxPool},
    {"fx.avg_pool", runAvgPool},
    {"fx.adaptive_avg_pool", runAdaptiveAvgPool},
    {"fx.adaptive_max_pool", runAdaptiveMaxPool},
    {"fx.upsample_nearest", runUpsampleNearest},
    {"fx.upsample_bilinear", runUpsampleBilinear},
};

ArrayRef<Meaning> poolingMeanings() { return rows; }

} // namespace xcc::fx
