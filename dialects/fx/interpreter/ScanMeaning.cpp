//===- ScanMeaning.cpp - Scans and sorting --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "dialects/fx/interpreter/Evaluation.h"
#include "dialects/fx/weights/Elements.h"

#include <numeric>

using namespace mlir;

namespace xcc::fx {

DimSplit splitAt(ArrayRef<int64_t> shape, int64_t dim) {
  // A 0-d tensor is one row of one element.
  if (shape.empty())
    return {1, 1, 1};
  return {productOf(shape.take_front(dim)), shape[dim],
          productOf(shape.drop_front(dim + 1))};
}

template <typename Op, bool isSum> static LogicalResult runScan(Evaluation &e) {
  DimSplit n = splitAt(e.operands[0].shape(), cast<Op>(e.op).getDim());
  Type type = e.results[0].elementType();
  visitElements(e.operands[0], [&](auto kind) {
    using T = decltype(kind);
    // Integers wrap, which unsigned arithmetic does.
    using Sum = std::conditional_t<std::is_same_v<T, double>, double, uint64_t>;
    auto from = e.operands[0].template values<T>();
    auto to = e.results[0].template mutableValues<T>();
    for (int64_t row = 0; row < n.outer * n.inner; ++row) {
      int64_t base = row / n.inner * n.size * n.inner + row % n.inner;
      Sum running = isSum ? 0 : 1;
      for (int64_t i = 0; i < n.size; ++i) {
        Sum x = from[base + i * n.inner];
        running = isSum ? running + x : running * x;
        if constexpr (std::is_same_v<T, double>)
          to[base + i * n.inner] = running;
        else
          to[base + i * n.inner] = wrapToType(running, type);
      }
    }
  });
  return success();
}

// NaN counts as the largest value.
template <typename T> static bool isLess(T a, T b) {
  return a == a && (b != b || a < b);
}

// The first `keep` of each row in order, ties as they came, and where from.
static void orderRows(Evaluation &e, int64_t dim, int64_t keep,
                      bool descending) {
  DimSplit n = splitAt(e.operands[0].shape(), dim);
  auto indices = e.results[1].mutableValues<int64_t>();
  visitElements(e.operands[0], [&](auto kind) {
    using T = decltype(kind);
    auto from = e.operands[0].template values<T>();
    auto values = e.results[0].template mutableValues<T>();
    std::vector<int64_t> order(n.size);
    for (int64_t row = 0; row < n.outer * n.inner; ++row) {
      int64_t outer = row / n.inner, inner = row % n.inner;
      auto at = [&](int64_t i) {
        return from[(outer * n.size + i) * n.inner + inner];
      };
      std::iota(order.begin(), order.end(), 0);
      llvm::sort(order, [&](int64_t a, int64_t b) {
        T x = at(descending ? b : a), y = at(descending ? a : b);
        return isLess(x, y) || (!isLess(y, x) && a < b);
      });
      for (int64_t i = 0; i < keep; ++i) {
        int64_t to = (outer * keep + i) * n.inner + inner;
        values[to] = at(order[i]);
        indices[to] = order[i];
      }
    }
  });
}

static LogicalResult runSort(Evaluation &e) {
  auto op = cast<SortOp>(e.op);
  int64_t dim = op.getDim();
  int64_t size = splitAt(e.operands[0].shape(), dim).size;
  orderRows(e, dim, size, op.getDescending());
  return success();
}

static LogicalResult runTopk(Evaluation &e) {
  auto op = cast<TopkOp>(e.op);
  orderRows(e, op.getDim(), op.getK(), op.getLargest());
  return success();
}

static const Meaning rows[] = {
    {"fx.cumsum", runScan<CumsumOp, true>},
    {"fx.cumprod", runScan<CumprodOp, false>},
    {"fx.sort", runSort},
    {"fx.topk", runTopk},
};

ArrayRef<Meaning> scanMeanings() { return rows; }

} // namespace xcc::fx
