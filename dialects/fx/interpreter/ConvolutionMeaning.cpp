//===- ConvolutionMeaning.cpp - Convolution as a product of matrices ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/interpreter/Gemm.h"

using namespace mlir;

namespace xcc::fx {

namespace {
/// A convolution of three spatial dimensions; fewer are padded by ones.
struct Windows {
  std::array<int64_t, 3> in, out, kernel, stride, padding, dilation;
};
} // namespace

static std::array<int64_t, 3> padded(ArrayRef<int64_t> values, int64_t by) {
  std::array<int64_t, 3> result = {by, by, by};
  llvm::copy(values, result.end() - values.size());
  return result;
}

// column (channels * kernel points, output points) of one image's channels.
static std::vector<double> gatherColumns(const Windows &w, int64_t channels,
                                         const double *input) {
  int64_t inPoints = productOf(w.in), outPoints = productOf(w.out);
  std::vector<double> columns(channels * productOf(w.kernel) * outPoints);
  double *to = columns.data();
  for (int64_t c = 0; c < channels; ++c)
    forEachIndex(w.kernel, [&](ArrayRef<int64_t> k, int64_t) {
      forEachIndex(w.out, [&](ArrayRef<int64_t> o, int64_t) {
        int64_t at = 0;
        bool isInside = true;
        for (int d = 0; d < 3; ++d) {
          int64_t x = o[d] * w.stride[d] - w.padding[d] + k[d] * w.dilation[d];
          isInside &= x >= 0 && x < w.in[d];
          at = at * w.in[d] + x;
        }
        *to++ = isInside ? input[c * inPoints + at] : 0;
      });
    });
  return columns;
}

static void convolve(const Windows &w, int64_t groups, const Tensor &input,
                     const Tensor &weight, Tensor &result) {
  int64_t channels = input.shape()[1] / groups;
  int64_t outChannels = result.shape()[1] / groups;
  int64_t inPoints = productOf(w.in), outPoints = productOf(w.out);
  int64_t depth = channels * productOf(w.kernel);
  for (int64_t image = 0; image < input.shape()[0]; ++image)
    for (int64_t g = 0; g < groups; ++g) {
      int64_t part = image * groups + g;
      std::vector<double> columns = gatherColumns(
          w, channels,
          input.values<double>().data() + part * channels * inPoints);
      multiply(outChannels, outPoints, depth,
               weight.values<double>().data() + g * outChannels * depth,
               columns.data(),
               result.mutableValues<double>().data() +
                   part * outChannels * outPoints);
    }
}

//===-- Transposed --------------------------------------------------------===//
// It is the ordinary convolution, stride 1, of the input with zeros between
// its elements by the mirrored kernel with channels exchanged.

static Tensor spreadInput(const Tensor &input, Windows &w) {
  SmallVector<int64_t> shape = {input.shape()[0], input.shape()[1]};
  std::array<int64_t, 3> in = w.in;
  for (int d = 0; d < 3; ++d) {
    w.in[d] = in[d] ? (in[d] - 1) * w.stride[d] + 1 : 0;
    w.padding[d] = w.dilation[d] * (w.kernel[d] - 1) - w.padding[d];
    shape.push_back(w.in[d]);
  }
  Tensor spread(input.elementType(), shape);
  auto from = input.values<double>();
  auto to = spread.mutableValues<double>();
  int64_t images = shape[0] * shape[1], points = productOf(w.in);
  for (int64_t image = 0; image < images; ++image)
    forEachIndex(in, [&](ArrayRef<int64_t> i, int64_t number) {
      int64_t at = 0;
      for (int d = 0; d < 3; ++d)
        at = at * w.in[d] + i[d] * w.stride[d];
      to[image * points + at] = from[image * productOf(in) + number];
    });
  w.stride = {1, 1, 1};
  return spread;
}

// (groups * c, o, kernel) -> (groups * o, c, mirrored kernel).
static Tensor exchangeChannels(const Tensor &weight, int64_t groups,
                               int64_t points) {
  int64_t c = weight.shape()[0] / groups, o = weight.shape()[1];
  SmallVector<int64_t> shape = {groups * o, c, points};
  Tensor exchanged(weight.elementType(), shape);
  auto from = weight.values<double>();
  auto to = exchanged.mutableValues<double>();
  forEachIndex({groups, c, o, points}, [&](ArrayRef<int64_t> i, int64_t at) {
    int64_t target = (i[0] * o + i[2]) * c + i[1];
    to[target * points + (points - 1 - i[3])] = from[at];
  });
  return exchanged;
}

static LogicalResult runConvolution(Evaluation &e) {
  auto op = cast<ConvolutionOp>(e.op);
  Tensor input = e.operands[0], weight = e.operands[1];
  Tensor &result = e.results[0];
  Windows w{padded(input.shape().drop_front(2), 1),
            padded(result.shape().drop_front(2), 1),
            padded(weight.shape().drop_front(2), 1),
            padded(op.getStride(), 1),
            padded(op.getPadding(), 0),
            padded(op.getDilation(), 1)};
  int64_t groups = op.getGroups();
  if (op.getTransposed()) {
    input = spreadInput(input, w);
    weight = exchangeChannels(weight, groups, productOf(w.kernel));
  }
  if (e.operands.size() == 3) {
    auto bias = e.operands[2].values<double>();
    int64_t points = productOf(w.out);
    auto to = result.mutableValues<double>();
    for (int64_t i = 0; i < result.count(); ++i)
      to[i] = bias[i / points % bias.size()];
  }
  convolve(w, groups, input, weight, result);
  return success();
}

static const Meaning rows[] = {{"fx.convolution", runConvolution}};

ArrayRef<Meaning> convolutionMeanings() { return rows; }

} // namespace xcc::fx
