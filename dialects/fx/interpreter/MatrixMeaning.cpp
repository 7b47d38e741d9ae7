//===- MatrixMeaning.cpp - Matrix products, attention, rope ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/SoftCap.h"
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/interpreter/Gemm.h"
#include "dialects/fx/weights/Elements.h"

#include <cmath>

using namespace mlir;

namespace xcc::fx {

//===-- Products ----------------------------------------------------------===//

// result += lhs x rhs, batched over what stands before the last two dims.
template <typename T>
static void addProducts(const Tensor &lhs, const Tensor &rhs, Tensor &result) {
  int64_t m = lhs.shape()[lhs.rank() - 2], k = lhs.shape().back();
  int64_t n = rhs.shape().back();
  int64_t batches = lhs.rank() == 3 ? lhs.shape()[0] : 1;
  for (int64_t i = 0; i < batches; ++i)
    multiply(m, n, k, lhs.values<T>().data() + i * m * k,
             rhs.values<T>().data() + i * k * n,
             result.mutableValues<T>().data() + i * m * n);
}

static void wrapAll(Tensor &tensor) {
  if (tensor.isFloat())
    return;
  for (int64_t &value : tensor.mutableValues<int64_t>())
    value = wrapToType(value, tensor.elementType());
}

static LogicalResult runProduct(Evaluation &e) {
  visitElements(e.results[0], [&](auto kind) {
    addProducts<decltype(kind)>(e.operands[0], e.operands[1], e.results[0]);
  });
  wrapAll(e.results[0]);
  return success();
}

template <typename Op> static LogicalResult runBiasedProduct(Evaluation &e) {
  auto op = cast<Op>(e.op);
  Tensor &result = e.results[0];
  visitElements(result, [&](auto kind) {
    using T = decltype(kind);
    addProducts<T>(e.operands[1], e.operands[2], result);
    T alpha = op.getAlpha().convertToDouble();
    T beta = op.getBeta().convertToDouble();
    auto bias = e.operands[0].template values<T>();
    auto to = result.mutableValues<T>();
    SmallVector<int64_t> strides[] = {
        broadcastStrides(e.operands[0].shape(), result.shape()),
        rowMajorStrides(result.shape())};
    forEachRow(result.shape(), strides, [&](ArrayRef<int64_t> at, int64_t n) {
      for (int64_t i = 0; i < n; ++i) {
        T &element = to[at[1] + i];
        element *= alpha;
        // A bias that counts for nothing may hold NaN.
        if (beta != 0)
          element += beta * bias[at[0] + i * strides[0].back()];
      }
    });
  });
  wrapAll(result);
  return success();
}

static LogicalResult runLinear(Evaluation &e) {
  Tensor &result = e.results[0];
  int64_t n = e.operands[1].shape()[0], k = e.operands[1].shape()[1];
  int64_t m = n ? result.count() / n : 0;
  std::vector<double> weight =
      transpose(n, k, e.operands[1].values<double>().data());
  double *to = result.mutableValues<double>().data();
  if (e.operands.size() == 3)
    for (int64_t i = 0; i < m; ++i)
      llvm::copy(e.operands[2].values<double>(), to + i * n);
  multiply(m, n, k, e.operands[0].values<double>().data(), weight.data(), to);
  return success();
}

/// result = sum * lhs_scale * rhs_scale + bias, what is not there left out.
static LogicalResult runScaledProduct(Evaluation &e) {
  Tensor &result = e.results[0];
  addProducts<double>(e.operands[0], e.operands[1], result);
  auto scaleOf = [&](unsigned operand, int64_t place) {
    ArrayRef<double> scale = e.operands[operand].values<double>();
    return scale[scale.size() == 1 ? 0 : place];
  };
  int64_t n = result.shape()[1];
  MutableArrayRef<double> to = result.mutableValues<double>();
  for (auto [place, sum] : llvm::enumerate(to)) {
    int64_t row = place / n, column = place % n;
    sum *= scaleOf(2, row) * scaleOf(3, column);
    if (e.operands.size() == 5)
      sum += e.operands[4].values<double>()[column];
  }
  return success();
}

//===-- Attention ---------------------------------------------------------===//

namespace {
/// One head's sizes: l queries of e numbers, s keys, values of ev numbers.
struct HeadSizes {
  int64_t l, s, e, ev;
};
} // namespace

// Softmax of a row of scores; a row with nothing to see becomes zeros.
static void softmaxRow(MutableArrayRef<double> row) {
  double largest = -INFINITY;
  for (double score : row)
    largest = std::isnan(score) || score > largest ? score : largest;
  if (largest == -INFINITY) {
    llvm::fill(row, 0.0);
    return;
  }
  double sum = 0;
  for (double &score : row)
    sum += score = std::exp(score - largest);
  for (double &score : row)
    score /= sum;
}

// Adds the mask (-inf for false) of one head to its scores.
static void applyMask(const Tensor &mask, ArrayRef<int64_t> strides,
                      int64_t offset, HeadSizes n,
                      MutableArrayRef<double> scores) {
  int64_t rowStep = strides[strides.size() - 2], step = strides.back();
  for (int64_t i = 0; i < n.l; ++i)
    for (int64_t j = 0; j < n.s; ++j) {
      int64_t at = offset + i * rowStep + j * step;
      double &score = scores[i * n.s + j];
      if (mask.isFloat())
        score += mask.values<double>()[at];
      else if (!mask.values<int64_t>()[at])
        score = -INFINITY;
    }
}

static void attendHead(ScaledDotProductAttentionOp op, HeadSizes n,
                       const double *query, const double *key,
                       const double *value,
                       function_ref<void(MutableArrayRef<double>)> mask,
                       double *result) {
  std::vector<double> scores(n.l * n.s);
  std::vector<double> keyTransposed = transpose(n.s, n.e, key);
  multiply(n.l, n.s, n.e, query, keyTransposed.data(), scores.data());
  double scale = op.getScale() ? op.getScale()->convertToDouble()
                               : 1 / std::sqrt(double(n.e));
  for (double &score : scores)
    score *= scale;
  if (std::optional<double> cap = getSoftCap(op))
    for (double &score : scores)
      score = *cap * std::tanh(score / *cap);
  mask(scores);
  for (int64_t i = 0; i < n.l; ++i) {
    MutableArrayRef<double> row(scores.data() + i * n.s, n.s);
    if (op.getIsCausal() && i + 1 < n.s)
      llvm::fill(row.drop_front(i + 1), -INFINITY);
    softmaxRow(row);
  }
  multiply(n.l, n.ev, n.s, scores.data(), value, result);
}

static LogicalResult runAttention(Evaluation &e) {
  auto op = cast<ScaledDotProductAttentionOp>(e.op);
  const Tensor &query = e.operands[0], &key = e.operands[1],
               &value = e.operands[2];
  int64_t rank = query.rank();
  HeadSizes n{query.shape()[rank - 2], key.shape()[rank - 2],
              query.shape()[rank - 1], value.shape()[rank - 1]};
  ArrayRef<int64_t> leading = query.shape().drop_back(2);
  int64_t heads = leading.empty() ? 1 : leading.back();
  int64_t keyHeads = rank > 2 ? key.shape()[rank - 3] : 1;
  int64_t group = keyHeads ? heads / keyHeads : 1;

  SmallVector<int64_t> scoresShape(query.shape());
  scoresShape.back() = n.s;
  SmallVector<int64_t> maskStrides;
  if (op.getMask())
    maskStrides = broadcastStrides(e.operands[3].shape(), scoresShape);
  forEachIndex(leading, [&](ArrayRef<int64_t> index, int64_t number) {
    // Query heads h * group to h * group + group - 1 read key head h.
    int64_t keyNumber =
        leading.empty() ? 0 : number / heads * keyHeads + index.back() / group;
    int64_t maskOffset = 0;
    for (auto [i, stride] : llvm::zip(index, maskStrides))
      maskOffset += i * stride;
    auto mask = [&](MutableArrayRef<double> scores) {
      if (op.getMask())
        applyMask(e.operands[3], maskStrides, maskOffset, n, scores);
    };
    attendHead(op, n, query.values<double>().data() + number * n.l * n.e,
               key.values<double>().data() + keyNumber * n.s * n.e,
               value.values<double>().data() + keyNumber * n.s * n.ev, mask,
               e.results[0].mutableValues<double>().data() +
                   number * n.l * n.ev);
  });
  return success();
}

//===-- Rope --------------------------------------------------------------===//

static LogicalResult runRope(Evaluation &e) {
  bool interleaved = cast<RopeOp>(e.op).getInterleaved();
  Tensor &result = e.results[0];
  int64_t half = result.shape().back() / 2;
  SmallVector<int64_t> strides[] = {
      rowMajorStrides(result.shape()),
      broadcastStrides(e.operands[1].shape(), result.shape()),
      broadcastStrides(e.operands[2].shape(), result.shape())};
  auto x = e.operands[0].values<double>(), cos = e.operands[1].values<double>(),
       sin = e.operands[2].values<double>();
  auto to = result.mutableValues<double>();
  forEachRow(result.shape(), strides, [&](ArrayRef<int64_t> at, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      bool isFirst = interleaved ? i % 2 == 0 : i < half;
      int64_t step = interleaved ? 1 : half;
      int64_t partner = isFirst ? i + step : i - step;
      double rotated = isFirst ? -x[at[0] + partner] : x[at[0] + partner];
      to[at[0] + i] = x[at[0] + i] * cos[at[1] + i * strides[1].back()] +
                      rotated * sin[at[2] + i * strides[2].back()];
    }
  });
  return success();
}

static const Meaning rows[] = {
    {"fx.mm", runProduct},
    {"fx.bmm", runProduct},
    {"fx.addmm", runBiasedProduct<AddmmOp>},
    {"fx.baddbmm", runBiasedProduct<BaddbmmOp>},
    {"fx.linear", runLinear},
    {"fx.int_mm", runProduct},
    {"fx.scaled_mm", runScaledProduct},
    {"fx.scaled_dot_product_attention", runAttention},
    {"fx.rope", runRope},
};

ArrayRef<Meaning> matrixMeanings() { return rows; }

} // namespace xcc::fx
